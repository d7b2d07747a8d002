"""Where two logs go apart is found by sums over their order, however alike they are behind that place."""

from sync.changes import Change
from sync.frames.ordering import Ordered, order_sums
from sync.frames.packing import pack_changes

WORKSPACE = bytes(16)
PLACES = (1, 2, 7, 12)


def frames(order: list[tuple[int, int]], *, size: int, start: int = 1) -> list[Ordered]:
    """A log that holds these changes (device, `dseq`) in this order, in frames of some size."""
    found = list[Ordered]()
    for at in range(0, len(order), size):
        part = [_change(device, dseq) for device, dseq in order[at : at + size]]
        ((frame, _),) = pack_changes(part)
        found.append((start + at, start + at + len(part) - 1, frame, {}))
    return found


def _change(device: int, dseq: int) -> Change:
    writes, classes = {"title": f"{device} {dseq}"}, {"title": "r"}
    return Change(
        device,
        dseq,
        WORKSPACE,
        "activity",
        bytes(16),
        bytes(16),
        dseq << 16,
        1,
        create=False,
        writes=writes,
        classes=classes,
    )


ORDER = [(1, 1), (1, 2), (2, 1), (1, 3), (2, 2), (2, 3), (1, 4), (1, 5), (1, 6), (2, 4), (2, 5), (2, 6)]


def sums(log: list[Ordered], *, after: int = 0) -> dict[int, bytes]:
    return order_sums(log, WORKSPACE, after=after, places=PLACES)


def test_inv_19_how_a_log_is_cut_into_frames_makes_no_difference() -> None:
    assert sums(frames(ORDER, size=1)) == sums(frames(ORDER, size=5))
    assert set(sums(frames(ORDER, size=5))) == set(PLACES)


def test_inv_19_one_change_in_another_place_is_seen_in_every_sum_behind_it() -> None:
    other = [*ORDER[:2], (3, 9), *ORDER[3:]]
    ours, theirs = sums(frames(ORDER, size=4)), sums(frames(other, size=4))
    assert [ours[place] == theirs[place] for place in PLACES] == [True, True, False, False]
    ours, theirs = sums(frames(ORDER, size=4), after=3), sums(frames(other, size=4), after=3)
    assert ours == theirs
    assert set(ours) == {7, 12}


def test_inv_19_what_a_log_does_not_reach_is_left_out() -> None:
    log = frames(ORDER, size=2)
    assert set(sums([one for one in log if one[0] != 5])) == {1, 2}
    assert sums(frames(ORDER, size=4, start=40)) == {}


def test_inv_19_another_stamp_that_counts_is_seen() -> None:
    log = frames(ORDER, size=4)
    first, last, frame, _ = log[1]
    other = [log[0], (first, last, frame, {2: 77}), log[2]]
    assert [sums(log)[place] == sums(other)[place] for place in PLACES] == [True, True, False, False]
