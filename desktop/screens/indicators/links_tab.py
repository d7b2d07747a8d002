"""What an indicator is joined with: links both ways, records that name it, and a way to link another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import labels, links
from desktop.commands.records import remove
from desktop.models.candidates import Candidate
from desktop.screens.indicators.facts import Facts
from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from desktop.store.titles import shown_title
from desktop.widgets.buttons import IconButton
from desktop.widgets.choice_fields import ChoiceField, ReferenceField
from desktop.widgets.fonts import REGULAR, SEMIBOLD, Role
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import IconLabel, Label, Link
from desktop.widgets.layouts import empty_layout
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.widgets.scroll_column import READING_WIDTH, ScrollColumn
from sync.records import KINDS, FieldType
from sync.replica.changed import Changed

LINKED = ("activity", "meeting", "decision", "action_point", "lesson", "risk", "result", "indicator")
_FOUND = 8
_APART = frozenset({"value", "target", "link"})


@dataclass(frozen=True, slots=True)
class Joint:
    """One record that the indicator is joined with. `link` is the joint's own record, where it has one."""

    kind: str
    record: bytes
    title: str
    code: str
    said: str
    link: Row | None = None


def read_joints(reader: Reader, indicator: Row, language: str) -> list[Joint]:
    """Links from and to the indicator, then the records that name it."""
    found = []
    for near, far in (("from", "to"), ("to", "from")):
        for link in reader.select(Query("link", where=(Where(f"{near}_id", "=", indicator.id),))):
            kind, record = str(link.values.get(f"{far}_kind") or ""), link[f"{far}_id"]
            title, code = _called(reader, kind, record, language)
            said = str(link.values.get("type") or "related")
            title = title or (str(link.values.get("label") or "") if far == "to" else "")
            found.append(Joint(kind, record, title, code, said, link))
    for name, declared in KINDS.items():
        if name in _APART:
            continue
        for field in declared.fields.values():
            if field.type not in (FieldType.REFERENCE, FieldType.REFERENCES):
                continue
            if "indicator" not in field.targets:
                continue
            for row in reader.select(Query(name, where=(Where(field.name, "=", indicator.id),))):
                title, code = _called(reader, name, row.id, language)
                found.append(Joint(name, row.id, title, code, field.label))
    return found


def _called(reader: Reader, kind: str, record: bytes, language: str) -> tuple[str, str]:
    declared = KINDS.get(kind)
    rows = reader.rows(kind, [record]) if declared is not None else []
    if declared is None or not rows:
        return "", ""
    code = rows[0].values.get(declared.code_field) if declared.code_field else ""
    return shown_title(rows[0], language, base=declared.title_field), str(code or "")


class LinksTab(QWidget):
    """Follows every commit that touches one of the kinds it can show."""

    def __init__(
        self, look: Look, desk: Desk, host: Host, facts: Facts, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host, self._facts = look, desk, host, facts
        self._asked = 0
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        area = ScrollColumn(
            look, name=words.t("Links"), margins=(24, 16, 24, 16), widest=READING_WIDTH, parent=self
        )
        self._page = area.column
        self._build_adder(area.holder)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self._page.addLayout(self._rows)
        self._page.addStretch(1)
        column.addWidget(area, 1)
        column.addWidget(Legend(look, keys=words.t("Type to find a record · Enter links it"), parent=self))
        self.setFocusProxy(self.adder)
        self.read()

    def _build_adder(self, holder: QWidget) -> None:
        look, words = self._look, self._look.words
        row = QHBoxLayout()
        row.setSpacing(12)
        field = KINDS["link"].field("type")
        choices = [(code, words.t(said)) for code, said in field.choice_labels.items()]
        self.sort = ChoiceField(look, words.t("This indicator"), choices, value="related", required=True)
        self.sort.setFixedWidth(200)
        self.adder = ReferenceField(
            look,
            words.t("Activity, meeting, decision or another record"),
            self._candidates,
            placeholder=words.t("Type to find it"),
            parent=holder,
        )
        self.adder.committed.connect(self._add)
        row.addWidget(self.sort, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.adder, 1, Qt.AlignmentFlag.AlignTop)
        self._page.addLayout(row)
        self._page.addSpacing(8)

    def _candidates(self, text: str) -> Sequence[Candidate]:
        if not text.strip():
            return []
        workspace = self._facts.indicator.workspace
        rows = self._desk.reader.search(text, workspaces=(workspace,), limit=40)
        words, found = self._look.words, []
        for row in rows:
            if row.kind in LINKED and row.id != self._facts.indicator.id:
                declared = KINDS[row.kind]
                code = str(row.values.get(declared.code_field or "") or "")
                title = shown_title(row, words.language, base=declared.title_field)
                said = f"{code} {title}" if code else title
                found.append(Candidate(f"{row.kind}:{row.id.hex()}", said, words.t(declared.label)))
        return found[:_FOUND]

    # Reading

    def read(self) -> None:
        self._asked += 1
        number, indicator, language = self._asked, self._facts.indicator, self._look.words.language
        self._desk.ask(
            lambda reader: read_joints(reader, indicator, language), lambda found: self._take(number, found)
        )

    def _take(self, number: int, found: Sequence[Joint]) -> None:
        if number != self._asked or not isValid(self):
            return
        look, words = self._look, self._look.words
        empty_layout(self._rows)
        own = [joint for joint in found if joint.link is not None]
        others = [joint for joint in found if joint.link is None]
        if not found:
            said = words.t("Nothing is linked yet.")
            self._rows.addWidget(Label(look, said, colour=look.tokens.t2))
        for title, some in ((words.t("Linked"), own), (words.t("Name this indicator"), others)):
            if some:
                self._rows.addSpacing(8)
                head = Label(look, title, role=Role.SECONDARY, weight=SEMIBOLD, colour=look.tokens.t2)
                self._rows.addWidget(head)
            for joint in some:
                self._rows.addWidget(self._line(joint))

    def _line(self, joint: Joint) -> QWidget:
        look, words = self._look, self._look.words
        line = QWidget()
        line.setFixedHeight(30)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel(look, kind_icon(joint.kind), parent=line))
        title = joint.title or words.t("not on this laptop")
        link = Link(look, f"{joint.code} {title}" if joint.code else title, role=Role.BODY, weight=REGULAR)
        link.clicked.connect(partial(self._host.open_record, joint.kind, joint.record))
        row.addWidget(link)
        said = words.t(KINDS[joint.kind].label) if joint.kind in KINDS else joint.kind
        if joint.link is not None:
            sort = KINDS["link"].field("type").choice_labels.get(joint.said, joint.said)
            said = f"{said} · {words.t(sort)}"
        else:
            said = f"{said} · {words.t(joint.said)}"
        row.addWidget(Label(look, said, role=Role.SECONDARY, colour=look.tokens.t3))
        row.addStretch(1)
        if joint.link is not None:
            name = words.t("Remove the link to {name}", name=title)
            cut = IconButton(look, "unlink", name, size=14, box=26, parent=line)
            cut.clicked.connect(partial(self._cut, joint.link))
            row.addWidget(cut)
        return line

    def show_facts(self, facts: Facts) -> None:
        self._facts = facts

    def follow(self, changed: Changed) -> None:
        if any(changed.of(kind) for kind in (*LINKED, "link")):
            self.read()

    def finish(self) -> None:
        """Nothing half done is kept here."""

    # Writing

    @Slot(str)
    def _add(self, key: str) -> None:
        kind, _, record = key.partition(":")
        other = self._desk.row(kind, bytes.fromhex(record)) if kind in KINDS and record else None
        if other is None:
            return
        edits = links.link(
            self._facts.indicator, other, record=self._desk.store.new_id(), sort=self.sort.value or "related"
        )
        self._desk.submit(edits, label=labels.LINK)
        self.adder.set_value(None)

    def _cut(self, link: Row) -> None:
        self._desk.submit(remove(KINDS["link"], link), label=labels.REMOVE)
        self._host.toast(self._look.words.t("It goes to Removed items and can be brought back."), undo=True)
