"""Keeps up with the plan: asks for its shape and its counts, and passes over what was overtaken meanwhile."""

from collections.abc import Callable

from desktop.bridge.desk import Desk
from desktop.screens.workplan.reading import Answer, Asked, Figures, Known, read_figures, read_plan
from desktop.store.reader import Reader
from desktop.store.shape import Shape


class PlanFollower:
    """`asking` gives the filter as it stands; `show` gets what it lets through, and `count` the figures."""

    def __init__(
        self,
        desk: Desk,
        *,
        asking: Callable[[], Asked],
        show: Callable[[Answer, Asked], object],
        count: Callable[[Figures, Asked], object],
    ) -> None:
        self._desk, self._asking, self._show, self._count = desk, asking, show, count
        self._asked = 0
        self._whole: Shape | None = None
        self._known: Known | None = None
        self._version = 0
        self._answered: tuple[int, Asked] | None = None

    @property
    def is_current(self) -> bool:
        """Whether what was shown answers the filter as it stands, and every change until now."""
        return self._answered == (self._version, self._asking())

    def read(self) -> None:
        """Ask for the tree; what was asked for before and has not begun is not looked for any more."""
        self._asked += 1
        number, version, asked, whole = self._asked, self._version, self._asking(), self._whole

        def read(reader: Reader) -> Answer | None:
            return read_plan(reader, asked, whole) if number == self._asked else None

        self._desk.ask(read, lambda answer: self._take(version, asked, answer))

    def read_all(self) -> None:
        """The plan itself changed, not only the filter."""
        self._whole = self._known = None
        self._version += 1
        self.read()

    def _take(self, version: int, asked: Asked, answer: Answer | None) -> None:
        if answer is None or asked != self._asking():
            return
        self._answered = (version, asked)
        if version == self._version:
            self._whole = answer.whole
        self._show(answer, asked)
        number, known = self._asked, self._known if version == self._version else None

        def count(reader: Reader) -> Figures | None:
            return read_figures(reader, asked, answer.matching, known) if number == self._asked else None

        self._desk.ask(count, lambda figures: self._take_figures(version, asked, figures))

    def _take_figures(self, version: int, asked: Asked, figures: Figures | None) -> None:
        if figures is None or asked != self._asking():
            return
        if version == self._version:
            self._known = figures.known
        self._count(figures, asked)
