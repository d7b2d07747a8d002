"""The meeting of the mock in full: six items, notes, outcomes, and what the meeting before left open."""

from helpers.office import Office

from desktop.commands.records import change
from sync.merge.texts import set_text
from sync.records import kind
from sync.records.order import spread

NOTES = (
    "Hassan: 64 of 400 people certified so far. The training board met once since March, so 56 complete "
    "files wait for an assessor. Employers in Mafraq accept a provisional letter.\n\n"
    "Claire asks whether the same letters could be used in Irbid. Rima will check with the employers."
)


def keep_minutes(office: Office, *, notes: str = NOTES) -> None:
    """Fill the office's planning meeting, and hold the one before it."""
    ids = office.ids
    office.change("meeting", "meeting", series="Jordan planning", state="in_progress", place="Amman office")
    row = office.row("meeting", "meeting")
    people = sorted(ids[name] for name in ("samir", "omar", "claire", "hassan", "rima", "grace"))
    office.store.submit(change(kind("meeting"), row, {"participants": people}), label="Change").result()
    office.change("item1", "agenda_item", discussed=True)
    keys = spread(8)[3:7]
    rest = (
        ("item3", "Zarqa drainage works", 20, "samir"),
        ("item4", "Q2 data: what is missing", 15, "lina"),
        ("item5", "Lessons to share in July", 10, "grace"),
        ("item6", "Any other business", 10, None),
    )
    for (name, title, minutes, presenter), key in zip(rest, keys, strict=True):
        office.add(name, "agenda_item", title=title, meeting=ids["meeting"], minutes=minutes,
                   presenter=ids[presenter] if presenter else None, position=[None, key])  # fmt: skip
    for target in ("certificates", "certified"):
        kind_name = "activity" if target == "certificates" else "indicator"
        office.add(f"link-{target}", "link", from_kind="agenda_item", from_id=ids["item2"], to_kind=kind_name,
                   to_id=ids[target], label=target, type="related")  # fmt: skip
    office.add("letters", "action_point", title="Ask employers for a sample of provisional letters",
               number="A-32", owner=ids["hassan"], due="2026-06-28", status="open", meeting=ids["meeting"],
               agenda_item=ids["item2"])  # fmt: skip
    item = office.row("item2", "agenda_item")
    office.change("item2", "agenda_item", notes=set_text(None, notes).update)
    assert item.values["notes"] is None
    _meeting_before(office)
    _other_meetings(office)


def _meeting_before(office: Office) -> None:
    ids = office.ids
    office.add("may", "meeting", title="Jordan planning meeting", series="Jordan planning", state="closed",
               start="2026-05-12T10:00", end="2026-05-12T11:30", place="Amman office", chair=ids["samir"],
               type="planning")  # fmt: skip
    for name, title, number, owner, due, done in (
        ("assessors", "Send assessor list to the board", "A-29", "lina", "2026-06-10", None),
        ("hall", "Book the Zarqa hall for the coach training", "A-26", "rima", "2026-06-01", "2026-06-02"),
        ("module", "Translate the safety module outline", "A-24", "lina", "2026-06-08", "2026-06-07"),
        ("old", "Print the posters", "A-20", "omar", "2026-05-01", "2026-05-02"),
    ):
        office.add(name, "action_point", title=title, number=number, owner=ids[owner], due=due,
                   status="completed" if done else "open", completed_on=done, meeting=ids["may"])  # fmt: skip


def _other_meetings(office: Office) -> None:
    ids = office.ids
    for title, kind_name, start, end, place, chair in (
        ("Weekly field call", "team", "2026-06-16T09:30", "2026-06-16T10:15", "Online", "omar"),
        ("Training board, technical group", "bilateral", "2026-06-18T11:00", "2026-06-18T12:30", "Amman",
         "claire"),
        ("Mid-year review, eight countries", "review", "2026-06-30T10:00", "2026-06-30T16:00", "Online",
         "grace"),
        ("Weekly field call", "team", "2026-06-09T09:30", "2026-06-09T10:15", "Online", "omar"),
    ):  # fmt: skip
        office.add(start, "meeting", title=title, type=kind_name, start=start, end=end, place=place,
                   chair=ids[chair], state="open" if start > "2026-06-15" else "closed")  # fmt: skip
