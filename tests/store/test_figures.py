"""Figures read in bulk: only those of the workspace and not deleted, and by the index of indicators."""

from helpers.office import JORDAN, LEBANON, Office

from desktop.store.figures import figures_of, read_figures
from desktop.store.rows import Query
from sync.changes import DELETED, Edit


def test_figures_are_read_as_they_are_stored(office: Office) -> None:
    office.add("cells", "value", indicator=office.ids["people"], place=office.ids["irbid"],
               cells={"F": "3", "M": "0"}, missing={"X": "suppressed"}, definition_version=2)  # fmt: skip
    reader = office.store.reader()
    found = read_figures(reader, "value", workspace=JORDAN, indicators=[office.ids["people"]])
    split = next(each for each in found if each.place == office.ids["irbid"])
    assert (split.cells, split.missing, split.version) == ({"F": "3", "M": "0"}, {"X": "suppressed"}, 2)
    assert split.period is None
    assert {each.total for each in found} == {"398", "383", None}
    assert len(read_figures(reader, "value", workspace=JORDAN)) == 5
    reader.close()


def test_deleted_and_foreign_figures_are_left_out(office: Office) -> None:
    row = office.row("people-q1", "value")
    office.store.submit([Edit(JORDAN, "value", row.id, {DELETED: True}, row.seen)], label="Remove").result()
    reader = office.store.reader()
    found = read_figures(reader, "value", workspace=JORDAN, indicators=[office.ids["people"]])
    assert [each.total for each in found] == ["383"]
    assert read_figures(reader, "value", workspace=LEBANON) == []
    reader.close()


def test_the_value_of_a_target_is_its_total(office: Office) -> None:
    office.add("aim", "target", indicator=office.ids["people"], period=office.ids["q2"], value="600")
    reader = office.store.reader()
    (found,) = read_figures(reader, "target", workspace=JORDAN)
    assert found.total == "600"
    reader.close()


def test_one_indicator_among_many_is_found_by_its_index(office: Office) -> None:
    reader = office.store.reader()
    asked: list[str] = []
    reader.connection.set_trace_callback(asked.append)
    read_figures(reader, "value", workspace=JORDAN, indicators=[office.ids["people"]])
    reader.connection.set_trace_callback(None)
    sql = next(each for each in asked if 'FROM "value"' in each)
    (plan,) = reader.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    assert "value_by_indicator" in plan[3]
    reader.close()


def test_a_row_says_the_same_figures_as_reading_many_at_once(office: Office) -> None:
    people, q2 = office.ids["people"], office.ids["q2"]
    office.add(
        "aim", "target", indicator=people, period=q2, value="400", cells={"F": "200"}, rationale="Agreed"
    )
    reader = office.store.reader()
    for kind in ("value", "target"):
        found = read_figures(reader, kind, workspace=JORDAN)
        rows = [figures_of(row) for row in reader.select(Query(kind, (JORDAN,)))]
        assert found
        assert sorted(map(repr, rows)) == sorted(map(repr, found))
    reader.close()
