"""The workload in Daftar's own kinds, and back, so that a test can see that every field survives.

    activity  -> activity       its owner, country and the like become references to people and places
    indicator -> indicator
    result    -> value          the six-way split becomes disaggregated cells, a register each
    note      -> meeting        with one action_point record for each of its action points; the body is a long text

So a workload of 10,000 records is some 13,000 records here. Fields that Daftar keeps elsewhere (the money of an
activity is a budget line of its own) stand in a text field of the same record, see `FIELDS`. Participants are a
set: the workload's order and repetitions of names are not kept. The progress, which the workload's edits raise
above 100 % and Daftar would refuse, stands in a text field too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sync.changes import Bases, Edit
from sync.merge.texts import set_text

Record = Mapping[str, Any]

CELLS = ("women", "men", "girls", "boys", "refugee", "host")
FIELDS: Mapping[str, Mapping[str, str]] = {
    "activity": {
        "title": "title", "description": "description", "status": "status", "owner": "lead", "start": "start",
        "end": "end", "budget": "deliverable", "spent": "delay_reason", "currency": "flagship",
        "country": "places", "output_id": "code", "location": "notes", "tags": "tags", "progress": "title_en",
    },
    "indicator": {
        "code": "code", "name": "title", "unit": "unit", "baseline": "baseline_value", "target": "target_value",
        "frequency": "collection_frequency", "country": "source", "definition": "definition",
    },
    "result": {
        "indicator_id": "indicator", "period": "period", "value": "total", "country": "place",
        "reported_by": "reported_by", "comment": "note", **{name: f"cells/{name}" for name in CELLS},
    },
    "note": {
        "title": "title", "date": "start", "country": "place", "participants": "participants", "body": "notes",
    },
}  # fmt: skip
KINDS = {"activity": "activity", "indicator": "indicator", "result": "value", "note": "meeting"}
NUMBERS = {"budget", "spent", "baseline", "target", "value", "progress", *CELLS}
PERSONS = {"owner", "reported_by"}


class Mapped:
    """Knows which record stands for which of the workload's; ids are drawn in the order of writing."""

    def __init__(self, workspace: bytes, new_id: Callable[[], bytes]) -> None:
        self.workspace = workspace
        self.new_id = new_id
        self._ids: dict[tuple[str, str], bytes] = {}
        self._names: dict[bytes, str] = {}

    def creations(self, records: Sequence[Record]) -> list[Edit]:
        """One edit for each record to be made: people, places and periods first."""
        edits = [self._name(*named) for named in dict.fromkeys(_named(records))]
        points: dict[str, list[bytes]] = {}
        for record in records:
            own = self._ids["record", record["id"]] = self.new_id()
            self._names[own] = record["id"]
            points[record["id"]] = [self.new_id() for _ in record["f"].get("action_points", ())]
        for record in records:
            own = self.id_of(record["id"])
            writes = {}
            for name, value in record["f"].items():
                if name in FIELDS[record["type"]]:
                    _put(writes, FIELDS[record["type"]][name], self._value(record["type"], name, value))
            edits.append(self._made(KINDS[record["type"]], own, writes))
            for point, number in zip(record["f"].get("action_points", ()), points[record["id"]], strict=True):
                owner = self._ids["person", point["owner"]]
                values = {"title": point["text"], "owner": owner, "due": point["due"], "meeting": own}
                edits.append(self._made("action_point", number, values))
        return edits

    def change(self, edit: Record, seen: Mapping[str, Bases], *, snapshot: bytes | None = None) -> Edit:
        """One of the workload's single-field edits; `snapshot` is the text document it is made on."""
        shape, name = edit["type"], edit["field"]
        key = FIELDS[shape][name]
        value = (
            set_text(snapshot, edit["value"]).update
            if name == "body"
            else self._value(shape, name, edit["value"])
        )
        return Edit(self.workspace, KINDS[shape], self.id_of(edit["id"]), {key: value}, dict(seen))

    def id_of(self, workload_id: str) -> bytes:
        return self._ids["record", workload_id]

    def fields_of(self, shape: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The workload's fields of a stored record as shown, action points left out."""
        return {name: self.field_of(shape, name, values) for name in FIELDS[shape]}

    def field_of(self, shape: str, name: str, values: Mapping[str, Any]) -> Any:
        """One of the workload's fields of a stored record as shown."""
        field, _, member = FIELDS[shape][name].partition("/")
        stored = values[field][member] if member else values[field]
        return self._back(name, stored, shape)

    def point_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": values["title"], "owner": self._names[values["owner"]], "due": values["due"]}

    def _name(self, kind: str, name: str) -> Edit:
        record = self._ids[kind, name] = self.new_id()
        self._names[record] = name
        return self._made(kind, record, {"name": name})

    def _made(self, kind: str, record: bytes, writes: Mapping[str, Any]) -> Edit:
        return Edit(self.workspace, kind, record, writes, create=True)

    def _value(self, shape: str, name: str, value: Any) -> Any:
        if name in PERSONS:
            return self._ids["person", value]
        if name == "participants":
            return sorted({self._ids["person", one] for one in value})
        if name == "country" and shape == "activity":
            return [self._ids["place", value]]
        if name == "country" and shape == "result":
            return self._ids["place", value]
        if name == "period":
            return self._ids["period", value]
        if name == "indicator_id":
            return self.id_of(value)
        if name == "status":
            return "paused" if value == "suspended" else value
        if name == "date":
            return f"{value}T00:00"
        if name == "body":
            return set_text(None, value).update
        return str(value) if name in NUMBERS else value

    def known(self) -> list[tuple[str, str, str]]:
        """Which record stands for what, as JSON can carry it: sort, name or id in the workload, record id."""
        return [(sort, name, record.hex()) for (sort, name), record in self._ids.items()]

    def learn(self, known: Iterable[tuple[str, str, str]]) -> None:
        """Take over what another laptop's `known` says."""
        self._ids |= {(sort, name): bytes.fromhex(record) for sort, name, record in known}
        self._names = {record: name for (_, name), record in self._ids.items()}

    def _back(self, name: str, stored: Any, shape: str) -> Any:
        if name in PERSONS or name == "period" or (name == "country" and shape == "result"):
            return self._names[stored]
        if name == "participants":
            return sorted(self._names[one] for one in stored)
        if name == "country" and shape == "activity":
            return self._names[stored[0]]
        if name == "indicator_id":
            return self._names[stored]
        if name == "status":
            return "suspended" if stored == "paused" else stored
        if name == "date":
            return stored.removesuffix("T00:00")
        return int(stored) if name in NUMBERS else stored


def _put(writes: dict[str, Any], key: str, value: Any) -> None:
    field, _, member = key.partition("/")
    if member:
        writes.setdefault(field, {})[member] = value
    else:
        writes[field] = value


def _named(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Kind and name of everything that is a record of its own here and a text in the workload."""
    for record in records:
        fields = record["f"]
        for name in sorted(PERSONS & fields.keys()):
            yield "person", fields[name]
        for name in fields.get("participants", ()):
            yield "person", name
        for point in fields.get("action_points", ()):
            yield "person", point["owner"]
        if record["type"] in ("activity", "result"):
            yield "place", fields["country"]
        if "period" in fields:
            yield "period", fields["period"]


def as_kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A workload record's fields as they can be read back: participants without order and repetitions."""
    kept = {name: value for name, value in fields.items() if name != "action_points"}
    if "participants" in kept:
        kept["participants"] = sorted(set(kept["participants"]))
    return kept
