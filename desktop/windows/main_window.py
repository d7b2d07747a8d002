"""The window around the screens: rail, top bar, the screen in front, messages, and the keys of the whole."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk, Scope
from desktop.bridge.keeping import Keeper
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.store.people import author_of
from desktop.widgets.avatar import Face
from desktop.widgets.dialogs import confirm
from desktop.widgets.labels import Panel
from desktop.widgets.look import Look
from desktop.widgets.rail import Rail, RailItem, RailPlan
from desktop.widgets.screen import Screen
from desktop.widgets.sync_badge import SyncBadge, SyncWords
from desktop.widgets.sync_wording import badge_words
from desktop.widgets.top_bar import TopBar
from desktop.windows.help_dialog import HelpDialog
from desktop.windows.last_resort import LastResort
from desktop.windows.plans import Keep, ScreenPlan
from desktop.windows.record_sheet import sheet_for
from desktop.windows.routes import find_route
from desktop.windows.scopes import Scopes
from desktop.windows.search_popup import PAGE, Page, SearchPopup
from desktop.windows.telling import Telling
from desktop.windows.toasts import Toasts
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.replica.changed import Changed

EXCHANGE = "exchange"
LOCK = "lock"
SMALLEST = (800, 480)
FIRST_SIZE = (1180, 700)
_BADGE_EVERY_MS = 30_000
_SCOPE_KINDS = ("programme", "workspace")
_NOTHING = frozenset({"nothing_to_undo", "nothing_to_redo"})


class MainWindow(QWidget):
    """Made by the composition root. It is the `Host` of every screen."""

    closing = Signal()
    """The person closes the window; what was being typed has been handed over."""
    lock_asked = Signal()
    """The person goes away and wants the notebook locked."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        screens: Mapping[str, ScreenPlan],
        sync: SyncFacts,
        *,
        keep: Keep = lambda _settings: None,
        person_screen: str = "settings",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look, self.desk, self.sync = look, desk, sync
        self._plans, self._keep, self._person_screen = dict(screens), keep, person_screen
        self._scopes = Scopes(desk, keep=keep)
        self._telling = Telling(desk, lambda text: self.toast(text, error=True))
        self._made: dict[str, Screen] = {}
        self._ran = False
        self._stale: set[str] = set()
        self._moved: set[str] = set()
        self._current = ""
        self._dialog: QDialog | None = None
        self.setMinimumSize(*SMALLEST)
        self._scopes.start()
        self._build()
        self._add_keys()
        desk.changed.connect(self._follow)
        desk.scope_changed.connect(self._scope_moved)
        desk.failed.connect(self.show_error)
        sync.changed.connect(self._show_sync)
        self._minute = QTimer(self)
        self._minute.setInterval(_BADGE_EVERY_MS)
        self._minute.timeout.connect(self._tick)
        self._minute.start()
        self._restore_place()

    # Building

    def _build(self) -> None:
        look = self.look
        self.setWindowTitle(look.words.t("Daftar"))
        rtl = Qt.LayoutDirection.RightToLeft if look.rtl else Qt.LayoutDirection.LeftToRight
        self.setLayoutDirection(rtl)
        self._content = Panel(look, ground=look.tokens.surface, parent=self)
        if self.layout() is None:
            outer = QHBoxLayout(self)
            outer.setContentsMargins(0, 0, 0, 0)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self._content)
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.rail = Rail(look, self._rail_plan(), parent=self._content)
        self.rail.chosen.connect(self.go)
        self.rail.person_clicked.connect(self._person_clicked)
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        row.addLayout(column, 1)
        self.badge = SyncBadge(look, self._badge_words())
        self.badge.clicked.connect(self._badge_clicked)
        self.top_bar = TopBar(look, badge=self.badge, parent=self._content)
        self.top_bar.set_crumbs(self._scopes.crumbs())
        self.top_bar.crumb_chosen.connect(self._crumb_chosen)
        column.addWidget(self.top_bar)
        self._band = Panel(look, ground=look.tokens.watch.solid, parent=self._content)
        self._band.setFixedHeight(4)
        column.addWidget(self._band)
        self.stack = QStackedWidget(self._content)
        column.addWidget(self.stack, 1)
        self.toasts = Toasts(look, self.stack, undo=self.undo)
        pages = [Page(plan.key, look.words.t(plan.label), plan.icon) for plan in self._plans.values()]
        pages.append(Page(LOCK, look.words.t("Lock now"), "lock"))
        self.popup = SearchPopup(look, self.desk, self.top_bar.search, pages=pages, parent=self._content)
        self.popup.chosen.connect(self._hit_chosen)
        self._show_sync(self.sync.state)
        self.rail.fit(self.width())

    def _rail_plan(self) -> RailPlan:
        words = self.look.words

        def items(place: str) -> list[RailItem]:
            return [
                RailItem(plan.key, words.t(plan.label), plan.icon, pill=plan.pill)
                for plan in self._plans.values()
                if plan.place == place
            ]

        author = author_of(self.desk.reader, self.desk.account)
        labels = self.desk.store.kinds["person"].fields["role"].choice_labels
        role = author.job_title or words.t(labels.get(author.role, ""))
        face = Face(author.name or words.t("You"), author.record)
        groups = [group for group in (items("top"), items("module")) if group]
        return RailPlan(words.t("Daftar"), groups, items("bottom"), face, role)

    def _add_keys(self) -> None:
        order = [plan.key for place in ("top", "module", "bottom") for plan in self._in(place)]
        for number, key in enumerate(order[:9], start=1):
            self._on(f"Ctrl+{number}", partial(self.go, key))
        self._on("F5", self.sync.ask_now)
        self._on("F1", self.show_help)
        self._on("Ctrl+L", self.lock)
        self._on(QKeySequence(QKeySequence.StandardKey.Undo), self.undo)
        self._on("Ctrl+Y", self.redo)
        self._on("Ctrl+Shift+Z", self.redo)

    def _in(self, place: str) -> list[ScreenPlan]:
        return [plan for plan in self._plans.values() if plan.place == place]

    def _on(self, keys: str | QKeySequence, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(act)

    def rebuild(self, look: Look) -> None:
        """Take another language, theme or density: everything is made again, where the person was."""
        current, before = self._current, self.front
        if before is not None:
            before.leave()
        self._current = ""
        self._made.clear()
        self._stale.clear()
        self._moved.clear()
        self.look = look
        self.desk.words = look.words
        self._content.hide()
        self._content.deleteLater()
        self._build()
        self._content.show()
        self.go(current)

    # The host of the screens

    @property
    def current(self) -> str:
        """The key of the screen in front."""
        return self._current

    @property
    def front(self) -> Screen | None:
        return self._made.get(self._current)

    def screen_keys(self) -> list[str]:
        """Every screen there is, in the order of the rail."""
        return list(self._plans)

    def go(self, screen: str) -> None:
        """Go to a screen by its key; it is made on the first visit."""
        if screen not in self._plans or screen == self._current:
            return
        before = self.front
        if before is not None:
            before.leave()
        made = self._made.get(screen)
        self._current = screen
        self.rail.set_active(screen)
        if made is None:
            made = self._plans[screen].factory(self.look, self.desk, self)
            self._made[screen] = made
            self.stack.addWidget(made)
            self.stack.setCurrentWidget(made)
            made.reload()
        else:
            self.stack.setCurrentWidget(made)
            if screen in self._moved:
                made.scope_moved(self.desk.scope)
            elif screen in self._stale:
                made.reload()
        self._moved.discard(screen)
        self._stale.discard(screen)
        made.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_record(self, kind: str, record: bytes) -> None:
        """Go to the screen that shows a record, in its workspace; others are shown on a small sheet."""
        route = find_route(self.desk, self._plans, kind=kind, record=record)
        if route is None:
            row = self.desk.row(kind, record)
            if row is None:
                self.show_error(DaftarError("unknown_record", kind=kind, id=record.hex()))
            else:
                self._open(sheet_for(self.look, self.desk, row, parent=self))
            return
        if route.workspace != self.desk.scope.workspace:
            self.desk.choose(workspace=route.workspace)
        self.go(route.screen)
        screen = self._made[route.screen]
        screen.show_record(route.kind, route.record)

    def toast(self, text: str, *, undo: bool = False, error: bool = False) -> None:
        self.toasts.say(text, undo=undo, error=error)

    def lock(self) -> None:
        self.lock_asked.emit()

    def show_error(self, error: BaseException) -> None:
        """An error of the surroundings, in words; it stays until it is closed."""
        self.toast(explain(self.look.words, error), error=True)

    def apologise(self, error: BaseException, log: Path) -> None:
        """A mistake of the program itself, said once at a time."""
        if not isinstance(self._dialog, LastResort):
            self._open(LastResort(self.look, error, log, parent=self))

    def _open(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.destroyed.connect(self._dialog_gone)
        dialog.open()

    def _dialog_gone(self) -> None:
        self._dialog = None

    # What happens around

    def _follow(self, changed: Changed) -> None:
        if any(changed.of(kind) for kind in _SCOPE_KINDS):
            self._scopes.read()
            self.top_bar.set_crumbs(self._scopes.crumbs())
            self._telling.look()
        self._stale.update(key for key in self._made if key != self._current)
        screen = self.front
        if screen is not None:
            screen.refresh(changed)

    def _scope_moved(self, scope: Scope) -> None:
        self._scopes.remember()
        self.top_bar.set_crumbs(self._scopes.crumbs())
        self._moved.update(key for key in self._made if key != self._current)
        screen = self.front
        if screen is not None:
            screen.leave()
            screen.scope_moved(scope)

    def _crumb_chosen(self, crumb: str, value: str) -> None:
        self._scopes.choose(crumb, value)

    def _hit_chosen(self, kind: str, chosen: object) -> None:
        self.top_bar.search.clear()
        if kind == PAGE and chosen == LOCK:
            self.lock()
        elif kind == PAGE:
            self.go(str(chosen))
        elif isinstance(chosen, bytes):
            self.open_record(kind, chosen)

    def _person_clicked(self) -> None:
        self.go(self._person_screen)

    # Sync

    def _badge_words(self) -> SyncWords:
        return badge_words(self.look.words, self.sync.state, now_ms=self.desk.clock.now_ms())

    def _show_sync(self, state: SyncState) -> None:
        self.badge.set_words(self._badge_words())
        self._band.setVisible(state.practice)
        if self._ran and not state.running:
            self._telling.look()
        self._ran = state.running
        for plan in self._plans.values():
            if plan.pill:
                self.rail.set_count(plan.key, state.decisions)

    def _tick(self) -> None:
        self.badge.set_words(self._badge_words())

    def _badge_clicked(self) -> None:
        self.go(EXCHANGE)

    # Undo

    def undo(self) -> None:
        self._undo(redo=False, insist=False)

    def redo(self) -> None:
        self._undo(redo=True, insist=False)

    def _undo(self, *, redo: bool, insist: bool) -> None:
        screen = self.front
        if screen is not None:
            screen.leave()
        self.desk.undo(
            redo=redo,
            insist=insist,
            done=lambda label: self._undone(str(label), redo=redo),
            failed=lambda error: self._not_undone(error, redo=redo),
        )

    def _undone(self, label: str, *, redo: bool) -> None:
        words = self.look.words
        what = words.t(label)
        self.toast(words.t("Done again: {what}", what=what) if redo else words.t("Undone: {what}", what=what))

    def _not_undone(self, error: BaseException, *, redo: bool) -> None:
        if isinstance(error, DaftarError) and error.code == "undo_moved_on":
            self._ask_to_insist(redo=redo)
        elif isinstance(error, DaftarError) and error.code in _NOTHING:
            self.toast(explain(self.look.words, error))
        else:
            self.show_error(error)

    def _ask_to_insist(self, *, redo: bool) -> None:
        words = self.look.words
        dialog = confirm(
            self.look,
            parent=self,
            title=words.t("Somebody changed this after you"),
            text=words.t(
                "Taking your change back now also takes theirs off the screen. Theirs stays in the history."
            ),
            action=words.t("Take it back"),
            keep=words.t("Leave it"),
            action_icon="undo",
        )
        dialog.confirmed.connect(lambda: self._undo(redo=redo, insist=True))
        self._dialog = dialog
        dialog.destroyed.connect(self._dialog_gone)

    def show_help(self) -> None:
        if self._dialog is None:
            self._open(HelpDialog(self.look, parent=self))

    # Place and end

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.fit(event.size().width())

    def _restore_place(self) -> None:
        self.resize(*FIRST_SIZE)
        stored = self.desk.settings.window_geometry
        if stored:
            self.restoreGeometry(QByteArray(base64.b64decode(stored.encode(), validate=False)))

    def start(self) -> None:
        """Show the screen where the person was last, or the first one."""
        last = self.desk.settings.last_screen
        first = next(iter(self._plans), "")
        self.go(last if last in self._plans else first)
        self._telling.look()

    def remember(self) -> None:
        """Keep where the window stands and what it shows."""
        place = base64.b64encode(self.saveGeometry().data()).decode()
        settings = replace(self.desk.settings, window_geometry=place, last_screen=self._current)
        if settings != self.desk.settings:
            self.desk.settings = settings
            self._keep(settings)

    def hand_over(self) -> None:
        """The window is about to go: what is being typed is written down, and where the person is."""
        screen = self.front
        if screen is not None:
            screen.leave()
        for keeper in self.findChildren(Keeper):
            keeper.flush()
        self.remember()
        self._minute.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hand_over()
        event.accept()
        self.closing.emit()
