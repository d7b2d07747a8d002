"""A country office for the tests of windows and screens: people, a plan, indicators and a meeting.

Everybody and everything in it is made up. The clock stands at Monday 15 June 2026, 09:41 UTC.
"""

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.paths import Paths
from desktop.store.keys import Cost
from desktop.store.profile import create_profile, open_profile
from desktop.store.reader import Reader
from desktop.store.rows import Query, Row
from desktop.store.store import Store
from sync.changes import Bases, Change, Edit, flatten
from sync.clock import COUNTER_BITS
from sync.frames.packing import pack_changes
from sync.records import KINDS, id_text, make_record_id
from sync.records.order import spread
from sync.replica.received import Received
from sync.replica.replica import Replica

NOW = dt.datetime(2026, 6, 15, 9, 41, tzinfo=dt.UTC)
NOW_MS = int(NOW.timestamp() * 1000)
CHEAP = Cost(operations=1, memory=8 << 20)
PASSPHRASE = "a few words"
JORDAN = make_record_id(0xC0FFEE, 1, 1)
LEBANON = make_record_id(0xC0FFEE, 1, 2)

PEOPLE = {
    "lina": ("Lina Haddad", "monitoring_officer"),
    "hassan": ("Hassan Aziz", "programme_officer"),
    "omar": ("Omar Khalil", "field_officer"),
    "claire": ("Claire Dubois", "cta"),
    "samir": ("Samir Nasser", "national_coordinator"),
    "rima": ("Rima Mansour", "field_officer"),
    "grace": ("Grace Wanjiru", "regional_specialist"),
}
PLACES = ("Mafraq", "Irbid", "Zarqa", "Azraq")
PARTNERS = ("Northern Training Board", "Chamber of Crafts", "Women's Cooperative Union")


class OfficeClock:
    """A clock that stands until it is moved."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self.time_ms = now_ms

    def now_ms(self) -> int:
        return self.time_ms


class Office:
    """An opened store, with a way to write records quickly and to be a colleague on another laptop."""

    def __init__(self, folder: Path, *, ids: Mapping[str, bytes] | None = None) -> None:
        """A new profile, or (with the ids of what is in it) one that was copied there."""
        self.clock = OfficeClock()
        self.paths = Paths(folder / "profile")
        if ids is None:
            profile = create_profile(self.paths, passphrase=PASSPHRASE, cost=CHEAP)
        else:
            profile = open_profile(self.paths, passphrase=PASSPHRASE)
        self.store = Store.open(profile, KINDS, self.clock)
        self.ids: dict[str, bytes] = dict(ids or {})
        self._colleague_dseq = 0
        self.grant(JORDAN, "Jordan")

    def close(self) -> None:
        self.store.close()

    def grant(self, workspace: bytes, name: str, *, role: str = "coordinator") -> None:
        number = 1 if workspace == JORDAN else 2

        def job(replica: Replica) -> None:
            replica.workspaces.grant(workspace, number=number, role=role, name=name)

        self.store.run(job)

    # Writing

    def edit(self, kind: str, values: Mapping[str, Any], *, workspace: bytes = JORDAN) -> Edit:
        """An edit that makes a record."""
        return Edit(workspace, kind, self.store.new_id(), dict(values), create=True)

    def add(self, name: str, kind: str, /, *, workspace: bytes = JORDAN, **values: Any) -> bytes:
        """Make a record, remembered under a short name."""
        made = self.edit(kind, values, workspace=workspace)
        self.store.submit([made], label="Add").result()
        self.ids[name] = made.record
        return made.record

    def add_many(self, kind: str, many: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        edits = []
        for name, values in many:
            made = self.edit(kind, values)
            self.ids[name] = made.record
            edits.append(made)
        self.store.submit(edits, label="Add").result()

    def change(self, name: str, kind: str, /, **writes: Any) -> None:
        """An own edit of a record as it stands now."""
        row = self.row(name, kind)
        self.store.submit([Edit(row.workspace, kind, row.id, writes, row.seen)], label="Change").result()

    def colleague_changes(
        self, name: str, kind: str, /, *, seen: Mapping[str, Bases] | None = None, **writes: Any
    ) -> None:
        """What another laptop wrote arrives; without `seen` it had only seen the creation."""
        record = self.ids[name]
        row = self.row(name, kind)
        self._colleague_dseq += 1
        classes = {key: KINDS[kind].fields[key].merge.value for key in writes if key in KINDS[kind].fields}
        change = Change(
            0xBEEF,
            self._colleague_dseq,
            row.workspace,
            kind,
            record,
            bytes.fromhex("0c" * 16),
            (self.clock.now_ms() - 3_600_000) << COUNTER_BITS,
            self._colleague_dseq,
            False,
            flatten(writes, classes),
            dict(seen or {}),
            classes,
        )
        frame = next(iter(pack_changes([change])))[0]

        def job(replica: Replica) -> Any:
            state = replica.workspaces.get(row.workspace)
            arrived = Received(state.cursor + 1, state.cursor + 1, frame, {})
            return replica.apply_pulled(row.workspace, arrived)

        self.store.run(job)

    def all_sent(self, workspace: bytes = JORDAN) -> None:
        """The server has taken everything that was written here."""

        def job(replica: Replica) -> Any:
            state = replica.workspaces.get(workspace)
            count = state.dseq - state.acked
            if not count:
                return None
            changed = replica.settle_own(
                workspace,
                first=state.cursor + 1,
                last=state.cursor + count,
                first_dseq=state.acked + 1,
                last_dseq=state.dseq,
            )
            replica.acknowledge(workspace, state.dseq, state.chain)
            return changed

        self.store.run(job)

    # Reading

    def row(self, name: str, kind: str) -> Row:
        reader: Reader = self.store.reader()
        try:
            return reader.get(kind, self.ids[name])
        finally:
            reader.close()

    def rows(self, kind: str) -> list[Row]:
        reader = self.store.reader()
        try:
            return reader.select(Query(kind))
        finally:
            reader.close()


@dataclass(frozen=True, slots=True)
class Template:
    """A filled office on disk, closed, to be copied for each test: filling takes longer than copying."""

    folder: Path
    ids: Mapping[str, bytes]

    def copy(self, folder: Path) -> Office:
        shutil.copytree(self.folder / "profile", folder / "profile")
        return Office(folder, ids=self.ids)


def make_template(folder: Path) -> Template:
    office = open_office(folder)
    office.close()
    return Template(folder, dict(office.ids))


def open_office(folder: Path, *, filled: bool = True) -> Office:
    """An office with everything in it, or with only its people."""
    office = Office(folder)
    _people(office)
    if filled:
        _plan(office)
        _measures(office)
        _meeting(office)
    return office


def _people(office: Office) -> None:
    for key, (name, role) in PEOPLE.items():
        values: dict[str, Any] = {"name": name, "role": role, "active": True}
        if key == "lina":
            values["account"] = id_text(_account(office))
        office.add(key, "person", **values)
    office.add_many("place", [(name.lower(), {"name": name, "type": "governorate"}) for name in PLACES])
    office.add_many(
        "organisation", [(f"partner{at}", {"name": name}) for at, name in enumerate(PARTNERS, start=1)]
    )
    office.add(
        "programme", "programme", title="Crossroads", acronym="Crossroads", currency="USD",
        start="2024-01-01", end="2027-12-31",
    )  # fmt: skip


def _account(office: Office) -> bytes:
    reader = office.store.reader()
    try:
        return bytes(reader.meta("account"))
    finally:
        reader.close()


_RESULTS = (
    ("outcome1", None, "1", "Skills and learning", "outcome"),
    ("output11", "outcome1", "1.1", "Young people complete demand-driven training", "output"),
    ("output12", "outcome1", "1.2", "Trainers and centres meet the national standard", "output"),
    ("outcome2", None, "2", "Decent work", "outcome"),
    ("output21", "outcome2", "2.1", "Job seekers find and keep work", "output"),
    ("output22", "outcome2", "2.2", "Small firms win new contracts", "output"),
    ("outcome3", None, "3", "Protection and inclusion", "outcome"),
)


def _q(*numbers: int) -> list[str]:
    return [f"2026-Q{number}" for number in numbers]


def _activities(ids: Mapping[str, bytes]) -> list[tuple[str, dict[str, Any]]]:
    plan = [
        ("survey", "output11", "1.1.1", "Employer skills survey", "omar", "completed", 100,
         ("2026-01-05", "2026-02-27"), ("2026-01-05", "2026-02-20"), (1,)),
        ("solar", "output11", "1.1.2", "Solar installation course", "omar", "ongoing", 60,
         ("2026-02-02", "2026-08-14"), ("2026-02-02", "2026-08-07"), (1, 2, 3)),
        ("certificates", "output11", "1.1.3", "Prior-learning certificates with the training board", "hassan",
         "ongoing", 35, ("2026-04-05", "2026-07-16"), ("2026-03-15", "2026-06-04"), (2, 3)),
        ("safety", "output11", "1.1.4", "Workplace safety module", "lina", "not_started", 0,
         ("2026-07-05", "2026-09-24"), None, (3,)),
        ("coaches", "output12", "1.2.1", "Coach training, 24 trainers", "rima", "completed", 100,
         ("2026-03-01", "2026-05-07"), None, (1, 2)),
        ("centres", "output12", "1.2.2", "Equip two training centres, Zarqa", "samir", "at_risk", 20,
         ("2026-05-17", "2026-08-27"), ("2026-05-10", "2026-08-13"), (2, 3)),
        ("clubs", "output21", "2.1.1", "Job search clubs in five centres", "omar", "ongoing", 46,
         ("2026-01-15", "2026-12-16"), None, (1, 2, 3, 4)),
        ("mobile", "output21", "2.1.2", "Mobile employment desk, Azraq", "omar", "paused", 20,
         ("2026-04-05", "2026-09-10"), ("2026-04-05", "2026-07-30"), (2, 3)),
        ("olive", "output22", "2.2.1", "Olive-oil buyer matching", "claire", "ongoing", 22,
         ("2026-05-03", "2026-11-26"), None, (2, 3, 4)),
        ("drainage", "output22", "2.2.2", "Drainage works, Zarqa", "samir", "delayed", 41,
         ("2026-03-01", "2026-09-17"), ("2026-02-01", "2026-07-30"), (1, 2, 3)),
        ("permits", "outcome3", "3.1.1", "Work-permit information sessions", "lina", "ongoing", 50,
         ("2026-01-18", "2026-12-10"), None, (1, 2, 3, 4)),
    ]  # fmt: skip
    made = []
    for (name, result, code, title, lead, status, progress, dates, agreed, quarters), key in zip(
        plan, spread(len(plan)), strict=True
    ):
        values: dict[str, Any] = {
            "title": title, "code": code, "result": ids[result], "lead": ids[lead], "status": status,
            "progress": progress, "start": dates[0], "end": dates[1], "quarters": _q(*quarters),
            "position": [None, key],
        }  # fmt: skip
        if agreed:
            values |= {"agreed_start": agreed[0], "agreed_end": agreed[1]}
        made.append((name, values))
    return made


def _plan(office: Office) -> None:
    for (name, parent, code, title, type_), key in zip(_RESULTS, spread(len(_RESULTS)), strict=True):
        above = office.ids[parent] if parent else None
        office.add(name, "result", title=title, code=code, type=type_, position=[above, key])
    ids = office.ids
    made = _activities(ids)
    extra = dict(made)
    extra["certificates"] |= {
        "delay_reason": "Board met only on 28 May", "places": sorted([ids["mafraq"], ids["irbid"]]),
        "partners": [ids["partner1"]],
    }  # fmt: skip
    office.add_many("activity", made)
    office.add_many("milestone", [
        ("first120", {"title": "First 120 certificates", "activity": ids["certificates"],
                      "due": "2026-06-25", "agreed_due": "2026-06-04", "status": "planned"}),
        ("fair", {"title": "Autumn job fair", "activity": ids["mobile"], "due": "2026-10-14",
                  "status": "planned"}),
        ("handover", {"title": "Works handed over", "activity": ids["drainage"], "due": "2026-09-24",
                      "agreed_due": "2026-08-06", "status": "planned"}),
    ])  # fmt: skip
    office.add_many("budget_line", [
        (f"{name}-{category}", {"title": title, "activity": ids[name], "category": category,
                                "currency": "USD", "planned": planned, "spent": spent, "year": 2026})
        for name, category, title, planned, spent in (
            ("survey", "consultants", "Survey firm", "18000", "17650"),
            ("solar", "training", "Course delivery, three sites", "64000", "31200"),
            ("certificates", "subcontract", "Assessors' fees", "42000", "11340.5"),
            ("certificates", "travel", "Travel of the board", "6000", "1850"),
            ("centres", "equipment", "Benches and tools", "88000", "12400"),
            ("clubs", "staff", "Five facilitators", "54000", "24750"),
            ("drainage", "subcontract", "Works contract", "131372.25", "52300"),
        )
    ])  # fmt: skip
    office.add("raci", "role", activity=ids["certificates"], person=ids["samir"], raci="accountable")
    office.add("comment1", "comment", about_kind="activity", about=ids["certificates"],
               text="The board can meet every month if we send complete files.")  # fmt: skip
    office.add("comment2", "comment", about_kind="activity", about=ids["certificates"],
               text="56 files are ready. Who signs for the board?")  # fmt: skip


def _measures(office: Office) -> None:
    ids = office.ids
    office.add_many("indicator", [
        ("people", {"title": "People completing training", "code": "1.1a", "result": ids["output11"],
                    "unit": "people", "unit_type": "number", "cumulation": "running_sum",
                    "aggregation": "sum", "direction": "increase", "target_value": "1200"}),
        ("certified", {"title": "Prior learning certified", "code": "1.1b", "result": ids["output11"],
                       "unit": "people", "unit_type": "number", "cumulation": "running_sum",
                       "aggregation": "sum", "direction": "increase", "target_value": "400"}),
    ])  # fmt: skip
    office.change("certificates", "activity", **{
        f"contributes_to/#{ids['people'].hex()}": True, f"contributes_to/#{ids['certified'].hex()}": True,
    })  # fmt: skip
    office.add_many("period", [
        (f"q{number}", {"name": f"Q{number} 2026", "code": f"2026-Q{number}", "start": start, "end": end,
                        "due": due, "frequency": "quarterly"})
        for number, start, end, due in (
            (1, "2026-01-01", "2026-03-31", "2026-04-15"), (2, "2026-04-01", "2026-06-30", "2026-07-15"),
            (3, "2026-07-01", "2026-09-30", "2026-10-15"), (4, "2026-10-01", "2026-12-31", "2027-01-15"),
        )
    ])  # fmt: skip
    values = []
    for indicator, figures in (("people", ("398", "383")), ("certified", ("40", "24"))):
        for number, figure in enumerate(figures, start=1):
            values.append((f"{indicator}-q{number}", {
                "indicator": ids[indicator], "period": ids[f"q{number}"], "total": figure,
                "status": "approved",
            }))  # fmt: skip
    office.add_many("value", values)


def _meeting(office: Office) -> None:
    ids = office.ids
    office.add("meeting", "meeting", title="Jordan planning meeting", type="planning", state="open",
               start="2026-06-15T10:00", end="2026-06-15T11:30", chair=ids["samir"], note_taker=ids["lina"],
               participants=sorted([ids["samir"], ids["omar"], ids["hassan"], ids["rima"]]))  # fmt: skip
    first, second = spread(2)
    office.add("item1", "agenda_item", title="Actions from 12 May", meeting=ids["meeting"], minutes=10,
               position=[None, first], presenter=ids["lina"])  # fmt: skip
    office.add("item2", "agenda_item", title="Prior-learning certificates", meeting=ids["meeting"],
               minutes=25, position=[None, second], presenter=ids["hassan"])  # fmt: skip
    office.add("decision", "decision", title="The board meets every month until December", number="D-14",
               meeting=ids["meeting"], agenda_item=ids["item2"], decided_by=ids["samir"], date="2026-06-15",
               status="active", activity=ids["certificates"])  # fmt: skip
    office.add("action", "action_point", title="Send 56 complete files to the board secretary", number="A-31",
               owner=ids["omar"], due="2026-06-18", status="open", meeting=ids["meeting"],
               agenda_item=ids["item2"], activity=ids["certificates"])  # fmt: skip
    office.add("lesson", "lesson", title="Book assessors early", code="L-9", activity=ids["certificates"],
               status="reviewed")  # fmt: skip
