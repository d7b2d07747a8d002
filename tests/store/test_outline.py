"""The plan without its rows: lines, what changed in them, and money that is only added where it may be."""

from helpers.office import Office

from desktop.store.outbox import read_standing, waiting_by_kind
from desktop.store.outline import Line, Money, read_at, read_money, read_some
from desktop.store.reader import Reader
from sync.changes import DELETED


def test_lines_say_what_they_hang_from(office: Office, reader: Reader) -> None:
    def line(kind: str, name: str) -> Line:
        return read_some(reader, kind, [office.ids[name]])[0]

    assert line("result", "output11").parent == office.ids["outcome1"]
    assert line("activity", "solar").result == office.ids["output11"]
    assert line("milestone", "first120").activity == office.ids["certificates"]
    assert line("milestone", "first120").end == "2026-06-25"
    assert line("activity", "solar").lead == office.ids["omar"]


def test_lines_come_in_the_order_asked_for(office: Office, reader: Reader) -> None:
    asked = [office.ids[name] for name in ("solar", "certificates", "safety")]
    assert [line.id for line in read_some(reader, "activity", asked)] == asked
    assert [line.id for line in read_some(reader, "activity", asked[::-1])] == asked[::-1]


def test_a_removed_line_is_read_only_where_it_is_asked_for(office: Office, reader: Reader) -> None:
    office.change("solar", "activity", **{DELETED: True})
    assert read_some(reader, "activity", [office.ids["solar"]]) == []
    rowid = reader.ids.find(office.ids["solar"])
    assert rowid is not None
    assert [line.id for line in read_at(reader, "activity", [rowid], removed=True)] == [office.ids["solar"]]


def test_money_is_added_up_exactly(office: Office, reader: Reader) -> None:
    found = read_money(reader, [office.ids["certificates"], office.ids["safety"]])
    assert found == {office.ids["certificates"]: Money("48000", "13190.5", "USD", 2)}


def test_an_amount_that_nobody_entered_is_no_zero(office: Office, reader: Reader) -> None:
    office.add(
        "line", "budget_line", title="Room", activity=office.ids["safety"], planned="100", currency="JOD"
    )
    assert read_money(reader, [office.ids["safety"]])[office.ids["safety"]].spent == ""


def test_several_currencies_are_not_added(office: Office, reader: Reader) -> None:
    office.add(
        "line", "budget_line", title="Room", activity=office.ids["solar"], planned="100", currency="JOD"
    )
    assert read_money(reader, [office.ids["solar"]])[office.ids["solar"]].mixed


def test_what_waits_is_counted_by_change_and_kind(office: Office, reader: Reader) -> None:
    office.all_sent()
    assert read_standing(reader).pending == 0
    office.change("solar", "activity", progress=70)
    office.change("solar", "activity", progress=75)
    office.change("decision", "decision", rationale="Why not")
    assert read_standing(reader).pending == 3
    assert waiting_by_kind(reader) == {"activity": 2, "decision": 1}
