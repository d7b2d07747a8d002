"""Keys that keep lists in order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.order import between, is_key, key_at, spread


@given(st.lists(st.floats(0, 1), max_size=200))
def test_inserting_anywhere_keeps_the_order(places: list[float]) -> None:
    keys: list[str] = []
    for place in places:
        index = round(place * len(keys))
        before = keys[index - 1] if index else None
        after = keys[index] if index < len(keys) else None
        key = between(before, after)
        assert is_key(key)
        keys.insert(index, key)
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("at_end", [True, False])
def test_a_list_that_grows_at_one_end_keeps_short_keys(at_end: bool) -> None:
    key = between(None, None)
    for _ in range(10_000):
        following = between(key, None) if at_end else between(None, key)
        assert (key < following) == at_end
        key = following
    assert len(key) <= 4


def test_a_hundred_moves_into_one_gap_stay_short() -> None:
    low, high = spread(2)
    for step in range(100):
        middle = between(low, high)
        low, high = (middle, high) if step % 2 else (low, middle)
    assert max(len(low), len(high)) < 40


@given(st.integers(0, 300), st.booleans(), st.booleans())
def test_spread_keys_fit_between_their_borders(count: int, from_start: bool, to_end: bool) -> None:
    before = None if from_start else "a5"
    after = None if to_end else "a6"
    keys = spread(count, before, after)
    assert len(keys) == count
    whole = [*([before] if before else []), *keys, *([after] if after else [])]
    assert all(one < other for one, other in pairwise(whole))
    assert all(is_key(key) for key in keys)


def test_equal_keys_of_two_laptops_leave_room_on_both_sides() -> None:
    keys = ["a0", "a1", "a1", "a2"]
    assert keys[1] < key_at(keys, 2) < keys[3]
    assert key_at(keys, 0) < "a0"
    assert key_at(keys, 4) > "a2"
    assert key_at(["a0", "a0"], 2) > "a0"


@pytest.mark.parametrize("lowest", ["A" + "0" * 25 + "1", "A" + "0" * 26 + "V", "A" + "0" * 26 + "01"])
def test_there_is_room_before_the_lowest_keys(lowest: str) -> None:
    key = between(None, lowest)
    assert is_key(key)
    assert key < lowest


def test_there_is_room_after_the_highest_key() -> None:
    highest = "z" + "z" * 26
    key = between(highest, None)
    assert is_key(key)
    assert key > highest


@pytest.mark.parametrize("text", ["", "0", "a", "b1", "a00", "a0-", "a0é", "A" + "0" * 26])
def test_other_texts_are_no_keys(text: str) -> None:
    assert not is_key(text)


@pytest.mark.parametrize("pair", [("a1", "a0"), ("a0", "a0"), ("a", "a0"), ("a0", "~")])
def test_wrong_neighbours_are_a_bug(pair: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="key"):
        between(*pair)
