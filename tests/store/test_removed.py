"""What was removed is listed with who and when, whatever kind it is of, and comes back with its whole."""

from helpers.office import JORDAN, LEBANON, Office

from desktop.commands import records
from desktop.store.reader import Reader
from desktop.store.removed import removed_records, whole_of, with_wholes
from sync.records import KINDS


def remove(office: Office, name: str, kind: str) -> None:
    office.store.submit(records.remove(KINDS[kind], office.row(name, kind)), label="Remove").result()


def test_nothing_was_removed_at_first(reader: Reader) -> None:
    assert removed_records(reader) == []


def test_the_newest_comes_first_whatever_its_kind(office: Office, reader: Reader) -> None:
    moments = []
    for name, kind in (("survey", "activity"), ("item1", "agenda_item"), ("lesson", "lesson")):
        office.clock.time_ms += 60_000
        moments.append(office.clock.now_ms())
        remove(office, name, kind)
    found = removed_records(reader, workspaces=(JORDAN,))
    assert [(each.kind, each.record) for each in found] == [
        ("lesson", office.ids["lesson"]),
        ("agenda_item", office.ids["item1"]),
        ("activity", office.ids["survey"]),
    ]
    assert [each.when_ms for each in found] == moments[::-1]
    assert {each.by for each in found} == {bytes(reader.meta("account"))}
    assert {each.workspace for each in found} == {JORDAN}


def test_a_colleague_who_removed_it_is_named(office: Office, reader: Reader) -> None:
    office.all_sent()
    row = office.row("olive", "activity")
    office.colleague_changes("olive", "activity", seen=row.seen, deleted=True)
    (found,) = removed_records(reader)
    assert (found.record, found.by) == (office.ids["olive"], bytes.fromhex("0c" * 16))


def test_what_came_back_is_not_listed(office: Office, reader: Reader) -> None:
    remove(office, "survey", "activity")
    back = records.restore(KINDS["activity"], office.row("survey", "activity"))
    office.store.submit(back, label="Restore").result()
    assert removed_records(reader) == []


def test_other_workspaces_are_left_out_when_one_is_asked_for(office: Office, reader: Reader) -> None:
    office.grant(LEBANON, "Lebanon")
    office.add("there", "activity", workspace=LEBANON, title="Field day")
    remove(office, "there", "activity")
    assert removed_records(reader, workspaces=(JORDAN,)) == []
    assert [each.workspace for each in removed_records(reader)] == [LEBANON]


def test_a_few_letters_find_it(office: Office, reader: Reader) -> None:
    for name in ("survey", "olive"):
        remove(office, name, "activity")
    assert [each.record for each in removed_records(reader, search="oliv")] == [office.ids["olive"]]
    assert removed_records(reader, search="?!") == []


def test_people_with_an_account_come_back_on_the_server_only(office: Office, reader: Reader) -> None:
    remove(office, "omar", "person")
    remove(office, "lina", "person")
    assert [each.record for each in removed_records(reader)] == [office.ids["omar"]]


def test_a_part_comes_with_what_it_is_part_of(office: Office, reader: Reader) -> None:
    for name, kind in (("first120", "milestone"), ("certificates", "activity"), ("comment1", "comment")):
        remove(office, name, kind)
    milestone, comment = office.row("first120", "milestone"), office.row("comment1", "comment")
    activity = office.row("certificates", "activity")
    assert whole_of(reader, milestone) == activity
    rows = with_wholes(reader, [milestone, comment])
    assert [row.id for row in rows] == [activity.id, milestone.id, comment.id]


def test_a_part_of_something_that_is_there_comes_alone(office: Office, reader: Reader) -> None:
    remove(office, "first120", "milestone")
    milestone = office.row("first120", "milestone")
    assert with_wholes(reader, [milestone]) == [milestone]
