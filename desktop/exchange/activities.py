"""The fields of one activity row: names, dates, quarters, status, money, remarks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from desktop.exchange.budgets import BudgetReader
from desktop.exchange.building import Builder, Draft
from desktop.exchange.cells import Sheet
from desktop.exchange.folding import fold, fold_words, listed
from desktop.exchange.naming import LONGEST_NAME, NameReader, Names
from desktop.exchange.planned import Ref, Severity
from desktop.exchange.recognise import Column, Table
from desktop.exchange.sections import read_title
from desktop.exchange.tables import Reader, parse_choice
from desktop.exchange.terms import STATUS_CODES
from desktop.exchange.timeline import Timeline
from desktop.exchange.totals import Totals

_ORGANISATION_WORDS = frozenset(
    word
    for text in listed(
        "agency organisation organization institution entity ministry agence organisme"
        " entité institution الجهة المؤسسة الوزارة المنظمة"
    )
    for word in fold_words(text)
)
_TEXTS = {"description": "description", "delay_reason": "delay_reason", "deliverable": "deliverable"}


@dataclass(slots=True)
class ActivityReader:
    """Makes activities and their budget lines out of rows."""

    reader: Reader
    timeline: Timeline
    people: NameReader
    partners: NameReader
    donors: NameReader
    places: NameReader
    budgets: BudgetReader
    share_of_one: bool
    upper: Draft | None = None

    @classmethod
    def of(cls, reader: Reader, totals: Totals) -> ActivityReader:
        table, builder = reader.table, reader.builder

        def names(name: str, kind: str) -> NameReader:
            texts = (cell.shown for column in table.all(name) for _, cell in table.cells(column))
            return NameReader(texts, known=lambda one: builder.existing.find(kind, name=one) is not None)

        timeline = Timeline.of(reader)
        return cls(
            reader,
            timeline,
            names("lead", "person"),
            names("partners", "organisation"),
            names("donor", "organisation"),
            names("place", "place"),
            BudgetReader(reader, totals, timeline),
            _is_share_of_one(table),
        )

    @property
    def builder(self) -> Builder:
        return self.reader.builder

    @property
    def table(self) -> Table:
        return self.reader.table

    @property
    def sheet(self) -> Sheet:
        return self.reader.sheet

    # An activity

    def read(self, row: int, title: str, *, result: Ref | bytes | None) -> Draft:
        """The activity of a row with everything that hangs on it."""
        code = self.reader.text(row, "code").strip(" .")
        title, code = _split_code(title, code)
        draft = self.builder.add(
            "activity", f"activity:{self.sheet.name}:{row + 1}", sheet=self.sheet, row=row
        )
        draft.places["title"] = self._column("activity").index
        self.builder.put(draft, "title", " ".join(title.split()))
        self.builder.put(draft, "code", code or None)
        self.builder.put(draft, "result", result)
        self.upper = draft
        return self._read_fields(row, self._sub_activity(row, draft, result))

    def read_sub(self, row: int, *, result: Ref | bytes | None) -> Draft | None:
        """A row that names only a sub-activity of the activity above."""
        if self.upper is None:
            return None
        item = self._sub_activity(row, self.upper, result)
        return self._read_fields(row, item) if item is not self.upper else None

    def _read_fields(self, row: int, item: Draft) -> Draft:
        self._put_names(row, item)
        self._put_dates(row, item)
        self._put_status(row, item)
        self._put_texts(row, item)
        self.budgets.add_line(row, item)
        return item

    def read_more(self, row: int, draft: Draft) -> None:
        """A further row of the same activity: more money, more remarks."""
        self.budgets.add_line(row, draft)
        self._put_texts(row, draft)
        quarters = set(draft.values.get("quarters") or []) | set(self.timeline.quarters(row))
        if quarters:
            draft.values["quarters"] = sorted(quarters)

    def _column(self, name: str) -> Column:
        column = self.table.column(name)
        assert column is not None
        return column

    def _sub_activity(self, row: int, draft: Draft, result: Ref | bytes | None) -> Draft:
        """With a column of sub-activities, the row is one of them, under its activity."""
        column = self.table.column("sub_activity")
        text = self.reader.text_of(row, column) if column else ""
        if not text:
            return draft
        item = self.builder.add("activity", f"{draft.key}:sub", sheet=self.sheet, row=row)
        self.builder.put(item, "title", " ".join(text.split()))
        self.builder.put(item, "result", result)
        item.parent = Ref(draft.key)
        return item

    # Names

    def _put_names(self, row: int, draft: Draft) -> None:
        self._put_lead(row, draft)
        organisations: list[Ref | bytes] = list(draft.values.get("partners") or [])
        for name, target, names, kind in (
            ("partners", "partners", self.partners, "organisation"),
            ("donor", "donors", self.donors, "organisation"),
            ("place", "places", self.places, "place"),
        ):
            found: list[Ref | bytes] = organisations if target == "partners" else []
            for column in self.table.all(name):
                text = self.reader.cell(row, column).shown
                if text:
                    found += self._named(row, column, names.organisations(text), kind)
            if found:
                draft.values[target] = _unique(found)

    def _put_lead(self, row: int, draft: Draft) -> None:
        column = self.table.column("lead")
        text = self.reader.cell(row, column).shown if column else ""
        if column is None or not text:
            return
        names = self.people.people(text)
        organisations = [name for name in names.names if self._is_organisation(name)]
        people = Names(
            tuple(name for name in names.names if name not in organisations), names.empty, names.repeated
        )
        found = self._named(row, column, people, "person")
        if found:
            self.builder.put(draft, "lead", found[0], column=column.index)
        others: list[tuple[str, Ref | bytes]] = [("person", one) for one in found[1:]]
        for name in organisations:
            self.reader.tell("lead_is_organisation", row, column, name=name)
            others.append(
                ("organisation", self.builder.named("organisation", name, sheet=self.sheet, row=row))
            )
            self.reader.use(row, column)
        for kind, one in others:
            role = self.builder.add("role", f"role:{draft.key}:{len(others)}", sheet=self.sheet, row=row)
            role.values.update({"activity": Ref(draft.key), kind: one, "raci": "responsible"})
        if len(found) > 1:
            self.reader.tell("several_leads", row, column, first=names.names[0])

    def _is_organisation(self, name: str) -> bool:
        """A name in the column of responsible persons that is known as an organisation."""
        if self.builder.existing.find("person", name=name) is not None:
            return False
        lead = self.table.column("lead")
        if lead is not None and _ORGANISATION_WORDS & set(fold_words(lead.label)):
            return True
        return (
            self.partners.is_alone(name) or self.builder.existing.find("organisation", name=name) is not None
        )

    def _named(self, row: int, column: Column, names: Names, kind: str) -> list[Ref | bytes]:
        if names.empty:
            self.reader.tell("nobody_named", row, column, field=column.label)
        if names.repeated:
            self.reader.tell("name_repeated", row, column, name=names.repeated[0])
        found = []
        for name in names.names:
            if len(name) > LONGEST_NAME:
                self.reader.tell("name_too_long", row, column, severity=Severity.WARNING, field=column.label)
                continue
            self.reader.use(row, column)
            found.append(self.builder.named(kind, name, sheet=self.sheet, row=row))
        return found

    # Dates and status

    def _put_dates(self, row: int, draft: Draft) -> None:
        for name in ("start", "end", "actual_start", "actual_end"):
            column = self.table.column(name)
            found = self.reader.date(row, name, last=name.endswith("end"))
            if found is not None and column is not None:
                self.builder.put(draft, name, found.day.isoformat(), column=column.index)
        quarters = self.timeline.quarters(row)
        if quarters:
            self.builder.put(draft, "quarters", quarters)

    def _put_status(self, row: int, draft: Draft) -> None:
        column = self.table.column("status")
        if column is not None and (text := self.reader.text_of(row, column)):
            code = STATUS_CODES.get(fold(text)) or parse_choice("activity", "status", text)
            if code:
                self.builder.put(draft, "status", code, column=column.index)
            else:
                self.reader.tell("status_not_understood", row, column, severity=Severity.WARNING)
                self.builder.append_text(draft, "notes", f"{column.label}: {text}")
        column = self.table.column("progress")
        amount = self.reader.amount(row, column) if column else None
        if column is not None and amount is not None:
            value = amount.value * 100 if self.share_of_one and not amount.percent else amount.value
            whole = int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
            self.builder.put(draft, "progress", whole, column=column.index)

    # Texts

    def _put_texts(self, row: int, draft: Draft) -> None:
        for name, target in _TEXTS.items():
            column = self.table.column(name)
            text = self.reader.text_of(row, column) if column and not self._shared(row, column) else ""
            if text:
                self.builder.append_text(draft, target, text)
        self._put_target_groups(row, draft)
        comments = self.table.all("comments")
        for column in comments:
            text = "" if self._shared(row, column) else self.reader.text_of(row, column)
            if text:
                self.builder.append_text(
                    draft, "notes", f"{column.label}: {text}" if len(comments) > 1 else text
                )
        self._keep_rest(row, draft)
        self.reader.keep_extras(draft, row, "notes")
        for text in self.reader.comments(row):
            self._add_comment(row, draft, text)

    def _shared(self, row: int, column: Column) -> bool:
        return self.reader.shares_cell_above(row, column)

    def _put_target_groups(self, row: int, draft: Draft) -> None:
        column = self.table.column("target_group")
        text = self.reader.text_of(row, column) if column else ""
        if not text:
            return
        tags = [
            part.strip() for part in text.replace("\n", ";").replace(" / ", ";").replace("،", ";").split(";")
        ]
        if all(len(tag) <= 100 for tag in tags):
            draft.values["target_groups"] = sorted(
                {*(draft.values.get("target_groups") or []), *filter(None, tags)}
            )
        else:
            self.builder.append_text(draft, "notes", text)

    def _keep_rest(self, row: int, draft: Draft) -> None:
        """Cells whose field this row has no better place for are kept as text with their heading."""
        for name in ("timeframe", "indicator", "planned", "level", "title"):
            column = self.table.column(name)
            if column is None or self._shared(row, column):
                continue
            if self.builder.is_used(self.sheet, row, column.index):
                continue
            text = self.reader.text_of(row, column)
            if text and name != "level":
                self.builder.append_text(draft, "notes", f"{column.label}: {text}")

    def _add_comment(self, row: int, draft: Draft, text: str) -> None:
        """A note stuck to a cell becomes a comment on the activity."""
        comment = self.builder.add("comment", f"comment:{draft.key}", sheet=self.sheet, row=row)
        comment.values.update({"about_kind": "activity", "about": Ref(draft.key), "text": text.strip()})
        self.builder.problem("cell_note_kept", sheet=self.sheet, row=row, read=text)


def _unique(references: Iterable[Ref | bytes]) -> list[Ref | bytes]:
    return list(dict.fromkeys(references))


def _is_share_of_one(table: Table) -> bool:
    """A progress column written as 0 to 1 without percent signs."""
    column = table.column("progress")
    if column is None or column.head.percent:
        return False
    values = [
        cell.value for _, cell in table.cells(column) if isinstance(cell.value, Decimal) and not cell.percent
    ]
    return bool(values) and max(values) <= 1 and any(0 < value < 1 for value in values)


def _split_code(title: str, code: str) -> tuple[str, str]:
    """`1.1.1 Train assessors` in the title column, where no code column tells it."""
    numbered = read_title(code)
    if numbered.type == "activity" and numbered.code:
        code = numbered.code
    heading = read_title(title)
    if heading.title == title or (code and heading.code not in {None, code}):
        return title, code
    if heading.type in {None, "activity"} and heading.code:
        return heading.title, code or heading.code
    return title, code
