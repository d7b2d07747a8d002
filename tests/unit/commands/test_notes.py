"""A text open in an editor: what leaves, what comes, and what stays after a crash."""

import pytest

from desktop.commands.notes import OpenNotes, Patch, notes_edit
from desktop.store.rows import Row
from sync.errors import DaftarError
from sync.merge.texts import merge_text, read_text, set_text

ROW = Row(bytes(15) + b"\x01", "agenda_item", bytes(16), {"notes": None}, {"notes": ((5, 9),)})


def stored(text: str) -> bytes:
    return merge_text(None, set_text(None, text).update)


def test_what_was_typed_leaves_once_it_is_taken() -> None:
    notes = OpenNotes(stored("Claire asks"))
    notes.edit(11, 0, " whether")
    update = notes.take()
    assert update is not None
    assert notes.is_leaving
    assert notes.take() is None
    notes.confirm()
    assert not notes.is_unsaved
    assert read_text(merge_text(stored("x"), update)) != ""


def test_what_could_not_be_stored_is_taken_again() -> None:
    notes = OpenNotes()
    notes.edit(0, 0, "first")
    notes.take()
    notes.give_up()
    assert read_text(merge_text(None, notes.take() or b"")) == "first"


def test_what_is_typed_while_an_update_leaves_is_taken_after_it() -> None:
    notes = OpenNotes()
    notes.edit(0, 0, "one")
    first = notes.take() or b""
    notes.edit(3, 0, " two")
    notes.confirm()
    assert notes.is_unsaved
    snapshot = merge_text(merge_text(None, first), notes.take() or b"")
    assert read_text(snapshot) == "one two"


def test_two_places_changed_elsewhere_are_two_patches_around_the_caret() -> None:
    base = stored("😀 first middle last")
    notes = OpenNotes(base)
    other = merge_text(base, set_text(base, "😀 the first middle last line").update)
    patches = notes.take_in(other)
    assert patches == [Patch(3, 0, "the "), Patch(24, 0, " line")]


def test_undo_takes_back_only_what_was_typed_here() -> None:
    base = stored("base")
    notes = OpenNotes(base)
    notes.edit(4, 0, " mine")
    notes.take_in(merge_text(base, set_text(base, "their base").update))
    notes.undo()
    assert notes.text == "their base"
    notes.redo()
    assert notes.text == "their base mine"


def test_a_draft_comes_back_after_a_crash_and_does_no_harm_twice() -> None:
    base = stored("agreed: ")
    notes = OpenNotes(base)
    notes.edit(8, 0, "اجتماع 😀")
    draft = notes.draft()
    again = OpenNotes(base, draft=draft)
    assert again.text == "agreed: اجتماع 😀"
    update = again.take() or b""
    assert read_text(merge_text(merge_text(base, update), update)) == "agreed: اجتماع 😀"
    assert OpenNotes(merge_text(base, update), draft=draft).text == "agreed: اجتماع 😀"


def test_no_draft_is_left_once_everything_is_stored() -> None:
    notes = OpenNotes()
    notes.edit(0, 0, "x")
    notes.take()
    notes.confirm()
    assert notes.draft() == ""


def test_a_damaged_draft_is_refused() -> None:
    with pytest.raises(DaftarError) as raised:
        OpenNotes(None, draft="not base64!")
    assert raised.value.code == "bad_text"


def test_half_a_character_is_kept_as_a_sign_and_breaks_nothing() -> None:
    notes = OpenNotes(stored("a😀b"))
    notes.edit(2, 1, "")
    notes.edit(0, 0, "\ud83d")
    assert notes.text == "\ufffda\ufffdb"


def test_the_edit_names_what_the_row_had_shown() -> None:
    edit = notes_edit(ROW, b"update", field="notes")
    assert edit.writes == {"notes": b"update"}
    assert edit.seen == {"notes": ((5, 9),)}
