"""Two people type into the same notes while their stores exchange updates: both end with everything."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from desktop.commands.notes import OpenNotes
from sync.merge.texts import merge_text, read_text

PIECES = ("a", "bc ", "\n", "سلام", "عَمّان", "😀", "👩‍🌾", "é", "e\u0301", "አዲስ")
MOVES = ("type", "type", "cut", "pause", "confirm", "fail", "hear", "undo", "crash")


@dataclass
class Writer:
    """An editor, its store, and the updates it has sent to the other."""

    snapshot: bytes | None = None
    sent: list[bytes] = field(default_factory=list)
    heard: int = 0
    leaving: bytes | None = None

    def __post_init__(self) -> None:
        self.notes = OpenNotes(self.snapshot)
        self.shown = self.notes.text.encode("utf-16-le")

    def type(self, place: int, removed: int, inserted: str) -> None:
        """A keystroke: the editor changes first, then the document hears of it."""
        units = self.shown
        size = len(units) // 2
        start = whole(units, place % (size + 1))
        end = whole(units, min(size, start + removed))
        self.shown = units[: 2 * start] + inserted.encode("utf-16-le") + units[2 * end :]
        self.notes.edit(start, end - start, inserted)

    def pause(self) -> None:
        update = self.notes.take()
        if update is not None:
            self.leaving = update

    def confirm(self) -> None:
        if self.leaving is not None:
            self.snapshot = merge_text(self.snapshot, self.leaving)
            self.sent.append(self.leaving)
            self.notes.confirm()
            self.leaving = None

    def fail(self) -> None:
        if self.leaving is not None:
            self.notes.give_up()
            self.leaving = None

    def hear(self, other: "Writer") -> None:
        for update in other.sent[self.heard :]:
            self.snapshot = merge_text(self.snapshot, update)
        self.heard = len(other.sent)
        self.follow(self.notes.take_in(self.snapshot))

    def crash(self) -> None:
        """The power goes: what remains is the store and the draft of half a second ago."""
        draft, before = self.notes.draft(), self.notes.text
        self.fail()
        self.notes = OpenNotes(self.snapshot, draft=draft)
        assert self.notes.text == before
        self.shown = self.notes.text.encode("utf-16-le")

    def follow(self, patches: list) -> None:
        for patch in patches:
            end = patch.position + patch.removed
            self.shown = (
                self.shown[: 2 * patch.position] + patch.inserted.encode("utf-16-le") + self.shown[2 * end :]
            )

    def finish(self) -> None:
        self.fail()
        self.pause()
        self.confirm()


def whole(units: bytes, at: int) -> int:
    """The nearest place before that does not cut a character in two."""
    unit = int.from_bytes(units[2 * at : 2 * at + 2], "little")
    return at - 1 if 0xDC00 <= unit <= 0xDFFF else at


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(MOVES),
        st.integers(0, 400),
        st.integers(1, 4),
        st.sampled_from(PIECES),
    ),
    max_size=60,
)


@given(STEPS)
def test_two_editors_converge_whatever_the_order(steps: list[tuple[int, str, int, int, str]]) -> None:
    pair = (Writer(), Writer())
    for who, move, place, size, piece in steps:
        writer, other = pair[who], pair[1 - who]
        if move == "type":
            writer.type(place, 0, piece)
        elif move == "cut":
            writer.type(place, size, "")
        elif move == "undo":
            writer.follow(writer.notes.undo())
        elif move == "hear":
            writer.hear(other)
        else:
            getattr(writer, move)()
        assert writer.shown.decode("utf-16-le") == writer.notes.text
    for writer in pair:
        writer.finish()
    for writer, other in (pair, pair[::-1]):
        writer.hear(other)
    for writer in pair:
        assert writer.shown.decode("utf-16-le") == writer.notes.text == read_text(writer.snapshot)
        assert not writer.notes.is_unsaved
    assert pair[0].notes.text == pair[1].notes.text


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 400), st.booleans()), max_size=60))
def test_nothing_typed_is_lost(steps: list[tuple[int, int, bool]]) -> None:
    pair = (Writer(), Writer())
    written = []
    for number, (who, place, exchange) in enumerate(steps):
        mark = f"‹{number}·سلام😀›"
        pair[who].type(place, 0, mark)
        written.append(mark)
        if exchange:
            pair[who].finish()
            pair[1 - who].hear(pair[who])
    for writer in pair:
        writer.finish()
    pair[0].hear(pair[1])
    text = pair[0].notes.text
    assert sorted(text) == sorted("".join(written))
