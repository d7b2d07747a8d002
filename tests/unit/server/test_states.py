"""States as bytes and back."""

from hypothesis import given
from hypothesis import strategies as st

from sync.changes import pack_body
from sync.merge import Head, RecordState, Register
from sync.server.states import pack_creation, pack_state, unpack_state

VALUES = st.one_of(
    st.booleans(),
    st.integers(min_value=-(2**60), max_value=2**60),
    st.text(max_size=10),
    st.binary(max_size=16),
    st.lists(st.text(max_size=3), max_size=2),
)
IDS = st.tuples(st.integers(0, 2**48 - 1), st.integers(0, 2**40))
KEYS = st.text(min_size=1, max_size=12)
COVERS = st.dictionaries(KEYS, st.lists(IDS, max_size=2).map(tuple), max_size=2)
HEADS = st.builds(
    Head, IDS, st.integers(0, 2**62), st.binary(min_size=16, max_size=16), VALUES, st.booleans(), COVERS
)
REGISTERS = st.builds(Register, st.lists(HEADS, max_size=3).map(tuple), st.frozensets(IDS, max_size=2))


@given(
    values=st.dictionaries(KEYS, VALUES, max_size=5),
    heads=st.dictionaries(KEYS, REGISTERS, max_size=3),
    texts=st.frozensets(KEYS, max_size=2),
    created=IDS.filter(lambda change: change[1] > 0),
)
def test_a_state_comes_back_as_it_was(
    values: dict[str, object],
    heads: dict[str, Register],
    texts: frozenset[str],
    created: tuple[int, int],
) -> None:
    state = RecordState(b"w" * 16, "activity", b"r" * 16, created, 7, b"a" * 16, values, heads)
    state.texts = dict.fromkeys(texts, b"snapshot")
    again, names = unpack_state(pack_state(state), workspace=b"w" * 16, kind="activity", record=b"r" * 16)
    assert names == sorted(texts)
    assert (again.created, again.created_stamp, again.created_by) == (created, 7, b"a" * 16)
    assert again.values == values
    assert again.heads == heads


def test_a_new_record_is_its_creation_and_its_body() -> None:
    stored = pack_creation(5, 6, 7, b"a" * 16) + pack_body({"title": "x", "end": None})
    state, names = unpack_state(stored, workspace=b"w" * 16, kind="activity", record=b"r" * 16)
    assert (state.created, state.values, state.heads, names) == ((5, 6), {"title": "x"}, {}, [])
    assert pack_state(state) == stored
