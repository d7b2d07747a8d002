"""The button that makes something new: its menu, the small question, and the way to what was made."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.commands import actions, labels
from desktop.screens.desk.new_dialog import KINDS, NewDialog, Typed, heading
from desktop.store.lookup import last_key
from desktop.store.numbering import numbers_in_use
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.words.messages import explain
from sync.changes import Edit
from sync.errors import DaftarError

_NO_RECORD: Final = b""


class Maker(QObject):
    """What was typed and not added is kept, and stands there again the next time."""

    def __init__(self, look: Look, desk: Desk, host: Host, *, screen: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host, self._over = look, desk, host, parent
        self._keeper = Keeper(desk, screen, parent=self)
        self.person: bytes | None = None
        """Who sits here, as the one who leads, owns or takes notes."""
        self.menu: QMenu | None = None
        self.dialog: NewDialog | None = None

    def flush(self) -> None:
        """Write down what is being typed."""
        self._keeper.flush()

    def open_menu(self, button: QWidget) -> None:
        look, words = self._look, self._look.words
        menu = QMenu(self._over)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(words.t("New"))
        for kind in KINDS:
            icon = look.icons.icon(kind_icon(kind), size=16, colour=look.tokens.t2)
            action = menu.addAction(icon, heading(words, kind))
            action.setData(kind)
        icon = look.icons.icon(kind_icon("value"), size=16, colour=look.tokens.t2)
        menu.addAction(icon, words.t("New indicator value")).setData("value")
        menu.triggered.connect(self._chosen)
        menu.aboutToHide.connect(self._menu_gone)
        self.menu = menu
        left = 0 if look.rtl else button.width() - menu.sizeHint().width()
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()) + QPoint(left, 4))

    def _menu_gone(self) -> None:
        self.menu = None

    def _chosen(self, action: QAction) -> None:
        kind = str(action.data())
        if kind == "value":
            self._host.go("indicators")
        else:
            self.ask(kind)

    def ask(self, kind: str) -> None:
        """Ask for the title of a new record."""
        place = f"new-{kind}"
        draft = self._keeper.text(_NO_RECORD, place) or ""
        dialog = NewDialog(self._look, kind, draft=draft, parent=self._over.window())
        dialog.typing.connect(partial(self._keeper.keep, _NO_RECORD, place))
        dialog.made.connect(self._make)
        self.dialog = dialog
        dialog.open()

    def _make(self, typed: Typed) -> None:
        record = self._desk.store.new_id()
        try:
            edits, label = self._edits(typed, record)
        except DaftarError as error:
            self._failed(error)
            return
        self._keeper.drop(_NO_RECORD, f"new-{typed.kind}")
        self._desk.submit(
            edits,
            label=label,
            origin=self,
            done=lambda _written: self._host.open_record(typed.kind, record),
            failed=self._failed,
        )

    def _failed(self, error: BaseException) -> None:
        self._host.toast(explain(self._look.words, error), error=True)

    def _edits(self, typed: Typed, record: bytes) -> tuple[list[Edit], str]:
        workspace, reader = self._desk.scope.workspace, self._desk.reader
        title, when = typed.title, typed.when or None
        if typed.kind == "activity":
            last = last_key(reader, "activity", None, workspace=workspace)
            made = actions.new_activity(
                workspace=workspace, record=record, title=title, last=last, lead=self.person, end=when
            )
            return made, labels.ADD
        if typed.kind == "meeting":
            made = actions.new_meeting(
                workspace=workspace, record=record, title=title, start=when, note_taker=self.person
            )
            return made, labels.PLAN_MEETING
        numbers = numbers_in_use(reader, "action_point", workspace=workspace)
        made = actions.new_action_point(
            workspace=workspace, record=record, title=title, numbers=numbers, owner=self.person, due=when
        )
        return made, labels.ACTION
