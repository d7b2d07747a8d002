"""The screen Results and indicators: the list, and the page of one indicator in its place."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, Qt, Slot
from PySide6.QtWidgets import QStackedLayout

from desktop.bridge.desk import Desk, Scope
from desktop.commands import labels, measures
from desktop.commands.records import remove
from desktop.screens.indicators.dialogs import NameDialog
from desktop.screens.indicators.facts import Moment, moment_of
from desktop.screens.indicators.list_page import ListPage
from desktop.screens.indicators.page import ENTRY, SHEET, IndicatorPage
from desktop.screens.indicators.result_dialog import ResultDialog
from desktop.screens.indicators.split_dialog import SplitDialog
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.look import Look
from desktop.widgets.screen import Host, Screen
from sync.records import kind
from sync.replica.changed import Changed


class IndicatorsScreen(Screen):
    """Opening an indicator puts its page over the list; Esc brings the list back as it was."""

    key = "indicators"

    def __init__(self, look: Look, desk: Desk, host: Host) -> None:
        super().__init__(look, desk, host)
        self._stack = QStackedLayout(self)
        self.list = ListPage(look, desk, self._moment(desk.scope), parent=self)
        self.page = IndicatorPage(look, desk, host, self._moment(desk.scope), parent=self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.page)
        self.list.opened.connect(self.open_indicator)
        self.list.result_asked.connect(self._ask_result)
        self.list.indicator_asked.connect(self._ask_indicator)
        self.list.result_edit_asked.connect(self._edit_result)
        self.list.remove_asked.connect(self._remove)
        self.page.back_asked.connect(self.back)
        self.page.next_asked.connect(self._open_next)
        self.setFocusProxy(self.list)

    def _moment(self, scope: Scope) -> Moment:
        now = QDateTime.fromMSecsSinceEpoch(self.desk.clock.now_ms())
        today = now.date().toString(Qt.DateFormat.ISODate)
        return moment_of(scope.workspace, scope.period, today=today, language=self.look.words.language)

    @property
    def page_in_front(self) -> bool:
        return self._stack.currentWidget() is self.page

    # What the window asks

    def reload(self) -> None:
        moment = self._moment(self.desk.scope)
        if moment == self.list.moment:
            self.list.read()
        else:
            self.list.set_moment(moment)
        if self.page_in_front:
            if moment == self.page.moment:
                self.page.read()
            else:
                self.page.set_moment(moment)

    def scope_moved(self, scope: Scope) -> None:
        before = self.list.moment
        moment = self._moment(scope)
        if before.workspace != moment.workspace:
            self.back()
        self.list.set_moment(moment)
        if self.page_in_front:
            self.page.set_moment(moment)
        else:
            self.page.moment = moment

    def refresh(self, changed: Changed) -> None:
        self.list.follow(changed)
        if self.page_in_front:
            self.page.follow(changed)

    def show_record(self, kind: str, record: bytes) -> None:
        """An indicator opens its page, a value or target the indicator it belongs to, a result the list."""
        if kind == "indicator":
            self.open_indicator(record)
        elif kind in ("value", "target"):
            row = self.desk.row(kind, record)
            if row is not None:
                self._open_figure(row)
        elif kind == "result":
            self.back()
            self.list.select(record)
        elif kind in ("dimension", "category"):
            SplitDialog(self.look, self.desk, self.desk.scope.workspace, parent=self).open()

    def _open_figure(self, row: Row) -> None:
        period = row.values.get("period")
        if row.kind == "target" or not isinstance(period, bytes):
            self.open_indicator(row["indicator"], tab="targets" if row.kind == "target" else ENTRY)
            return
        self._front(self.page)
        self.page.open(row["indicator"], then=lambda: self.page.go_to_value(period, row.values.get("place")))

    def leave(self) -> None:
        if self.page_in_front:
            self.page.leave()

    # Going

    def _front(self, widget: ListPage | IndicatorPage) -> None:
        self._stack.setCurrentWidget(widget)
        self.setFocusProxy(widget)

    @Slot(object)
    def open_indicator(self, record: bytes, *, tab: str = ENTRY) -> None:
        self._front(self.page)
        self.page.moment = self._moment(self.desk.scope)
        self.page.open(record, tab=tab, then=self._focus_page)

    def _focus_page(self) -> None:
        self.page.focus_tab()

    @Slot()
    def back(self) -> None:
        if not self.page_in_front:
            return
        self.page.leave()
        record = self.page.record
        self._front(self.list)
        self.list.select(record)
        self.list.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _open_next(self, step: int) -> None:
        """The indicator before or after this one in the list."""
        order = [node.id for node in self.list.rows.nodes() if not node.group]
        if self.page.record in order:
            at = order.index(self.page.record) + step
            if 0 <= at < len(order):
                self.page.leave()
                self.open_indicator(order[at], tab=self.page.tabs.value)

    # Making

    def _under(self, result: bytes | None) -> str:
        row = self.list.rows.framework.results.get(result) if result is not None else None
        if row is None:
            return ""
        code = row.values.get("code")
        name = shown_title(row, self.look.words.language)
        return self.look.words.t("Under {result}.", result=f"{code} {name}" if code else name)

    @Slot(object)
    def _ask_result(self, parent: bytes | None) -> None:
        words = self.look.words
        dialog = NameDialog(
            self.look,
            title=words.t("Add a result"),
            text=self._under(parent),
            label=words.t("Title"),
            action=words.t("Add result"),
            parent=self,
        )
        dialog.named.connect(lambda code, title: self._add_result(parent, code, title))
        dialog.open()

    def _add_result(self, parent: bytes | None, code: str, title: str) -> None:
        framework = self.list.rows.framework
        keys = framework.children_keys(parent)
        record = self.desk.store.new_id()
        edits = measures.add_result(
            workspace=self.desk.scope.workspace,
            record=record,
            parent=parent,
            last=keys[-1] if keys else None,
            values={"title": title, "code": code or None, "type": "output" if parent else "outcome"},
        )
        self.desk.submit(edits, label=measures.ADD_RESULT)

    @Slot(object)
    def _ask_indicator(self, result: bytes | None) -> None:
        words = self.look.words
        dialog = NameDialog(
            self.look,
            title=words.t("Add an indicator"),
            text=self._under(result),
            label=words.t("Title"),
            action=words.t("Add indicator"),
            parent=self,
        )
        dialog.named.connect(lambda code, title: self._add_indicator(result, code, title))
        dialog.open()

    def _add_indicator(self, result: bytes | None, code: str, title: str) -> None:
        record = self.desk.store.new_id()
        edits = measures.add_indicator(
            workspace=self.desk.scope.workspace,
            record=record,
            result=result,
            values={"title": title, "code": code or None},
        )
        self.desk.submit(
            edits,
            label=measures.ADD_INDICATOR,
            done=lambda _written: self.open_indicator(record, tab=SHEET),
        )

    @Slot(object)
    def _edit_result(self, row: Row) -> None:
        fresh = self.desk.row(row.kind, row.id)
        if fresh is not None:
            ResultDialog(self.look, self.desk, fresh, parent=self).open()

    @Slot(object)
    def _remove(self, row: Row) -> None:
        """Take a result or indicator away; a result that still holds something is left."""
        words, framework = self.look.words, self.list.rows.framework
        fresh = self.desk.row(row.kind, row.id)
        if fresh is None:
            return
        holds = row.kind == "result" and (
            framework.children_keys(row.id)
            or any(each.values.get("result") == row.id for each in framework.indicators.values())
        )
        if holds:
            self.host.toast(words.t("This result still holds others. Move or remove them first."), error=True)
            return
        self.desk.submit(remove(kind(row.kind), fresh), label=labels.REMOVE)
        self.host.toast(words.t("It goes to Removed items and can be brought back."), undo=True)
