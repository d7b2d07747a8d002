"""One line at a time at the bottom of the window. Errors wait under newer lines until they are closed."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.widgets.look import Look
from desktop.widgets.toast import Toast


class Toasts(QObject):
    """Shows messages over one widget and keeps them from piling up."""

    def __init__(self, look: Look, over: QWidget, *, undo: Callable[[], object]) -> None:
        super().__init__(over)
        self._look, self._over, self._undo = look, over, undo
        self._current: Toast | None = None
        self._errors: list[str] = []

    @property
    def current(self) -> Toast | None:
        return self._current

    def say(self, text: str, *, undo: bool = False, error: bool = False) -> None:
        """Show a message in place of the one that is there."""
        if error:
            if text in self._errors:
                return
            self._errors.append(text)
        self._drop()
        self._show(text, undo=undo, error=error)

    def _show(self, text: str, *, undo: bool, error: bool) -> None:
        action = self._look.words.t("Undo") if undo else ""
        toast = Toast(
            self._look,
            text,
            action=action,
            family="bad" if error else "ok",
            stays=error,
            parent=self._over,
        )
        self._current = toast
        if undo:
            toast.undo_asked.connect(self._undo)
        toast.closed.connect(self._closed)

    def _drop(self) -> None:
        toast, self._current = self._current, None
        if toast is not None:
            toast.closed.disconnect(self._closed)
            toast.close()

    def _closed(self) -> None:
        toast, self._current = self._current, None
        if toast is not None and toast.accessibleName() in self._errors:
            self._errors.remove(toast.accessibleName())
        if self._errors and self._over.isVisible():
            self._show(self._errors[-1], undo=False, error=True)
