"""A notebook whose search index another version made: it opens, and everything is found again."""

from pathlib import Path

from helpers.office import Office, open_office


def test_a_search_index_of_another_version_is_made_anew_at_the_next_start(tmp_path: Path) -> None:
    before = open_office(tmp_path)
    before.store.post(
        lambda connection: connection.execute("UPDATE meta SET value = -1 WHERE key = 'fold'")
    ).result()
    before.close()
    after = Office(tmp_path, ids=before.ids)
    reader = after.store.reader()
    assert after.ids["solar"] in {row.id for row in reader.search("solar")}
    reader.close()
    after.close()
