"""The equation of compaction: whatever a laptop has and what it is answered give the same state."""

import random
from copy import deepcopy

import pytest
from helpers.house import House, Reader
from helpers.laptop import Laptop
from helpers.newcomers import Newcomer, plain

from sync.changes import DELETED, Change, base_field
from sync.merge import shown_heads
from sync.merge.texts import set_text
from sync.server.compaction import Compactor
from sync.server.snapshots import Snapshots
from sync.server.storage import archive
from sync.server.storage.people import Workspace
from sync.wire.messages import Pulled

_STEPS = 45


class Author:
    """A laptop that sees only what it pulled, so that its changes stand beside those of others."""

    def __init__(self, house: House, place: Workspace, name: str) -> None:
        self.house = house
        self.place = place
        self.laptop: Laptop = house.laptop(house.person(name, place))
        self.view = Reader(place.id)
        self.own: dict[int, Change] = {}

    def act(self, chance: random.Random) -> None:
        sort = chance.choice(["create", "edit", "edit", "edit", "delete", "text", "bad", "pull"])
        if sort == "pull":
            self.pull()
            return
        change = self._make(sort, chance)
        self.own[change.dseq] = change
        self.house.push(self.laptop, self.place, change)

    def pull(self) -> None:
        answer = self.house.pull(self.laptop, self.place, cursor=self.view.cursor)
        if not answer.snapshot:
            self.view.read(answer.pulled, own=self.own)

    def _make(self, sort: str, chance: random.Random) -> Change:
        known = [state for state in self.view.states.values() if state.kind == "meeting"]
        if sort == "create" or not known:
            values = {"title": f"Meeting {chance.random()}", "place": "Amman"}
            return self.laptop.create(self.place.id, "meeting", values)
        state = chance.choice(known)
        of = Change(0, 0, self.place.id, "meeting", state.record, bytes(16), 0, 0, False, {})
        if sort == "text":
            update = set_text(state.texts.get("notes"), f"Noted {chance.random()} مرحبا").update
            return self.laptop.edit(of, {"notes": update}, self._seen(state, "notes"))
        if sort == "delete":
            seen = {key: shown_heads(register, "r") for key, register in state.heads.items()}
            return self.laptop.edit(of, {DELETED: chance.choice([True, None])}, seen)
        key = chance.choice(["title", "place", "kind"])
        value = chance.choice(["nowhere at all"]) if sort == "bad" else f"v{chance.randrange(5)}"
        return self.laptop.edit(of, {"kind" if sort == "bad" else key: value}, self._seen(state, key))

    @staticmethod
    def _seen(state, key: str):
        register = state.heads.get(key)
        return {} if register is None else {key: shown_heads(register, state.merge_of(base_field(key)))}


def run(house: House, place: Workspace, chance: random.Random, steps: int) -> None:
    authors = [Author(house, place, f"Author {number}") for number in range(3)]
    for _ in range(steps):
        if chance.random() < 0.1:
            house.clock.move(days=-400 if chance.random() < 0.5 else 400)
        chance.choice(authors).act(chance)


def prefixes(reader: Reader, place: Workspace, pulled: tuple[Pulled, ...]) -> list[Reader]:
    """What a laptop has at every cursor, by the log alone."""
    whole = Reader(place.id)
    whole.read(pulled)
    found = [deepcopy(reader)]
    for change, effective in zip(whole.changes, _stamps(pulled), strict=True):
        reader._fold(change, effective)
        reader.cursor += 1
        found.append(deepcopy(reader))
    return found


def _stamps(pulled: tuple[Pulled, ...]) -> list[int | None]:
    return [part.effective.get(at) for part in pulled for at in range(part.last - part.first + 1)]


@pytest.mark.parametrize("seed", range(1, 5))
def test_inv_21_compaction_gives_equal_state_for_every_cursor(house: House, seed: int) -> None:
    chance, place = random.Random(seed), house.workspace()
    run(house, place, chance, _STEPS)
    made = Snapshots(house.storage, clock=house.clock)
    newcomer = Newcomer(house, place)
    before = house.pull(newcomer.laptop, place)
    have = prefixes(Reader(place.id), place, before.pulled)
    assert have[-1].summary() == before.digest
    house.clock.move(days=2000)
    with house.storage.reading() as connection:
        size = archive.log_bytes(connection, place.id, after=0)
    kept = chance.randrange(size)
    done = Compactor(house.storage, made, clock=house.clock).compact(place.id, keep_days=30, keep_bytes=kept)
    assert (done.frames > 0) == (done.horizon > 0)
    wanted = plain(have[-1])
    filled = False
    for cursor, reader in enumerate(have):
        answer = house.pull(newcomer.laptop, place, cursor=cursor)
        assert answer.digest == before.digest
        if cursor < done.horizon:
            assert answer.snapshot, "what the log lacks is never left out silently"
            assert not answer.pulled
            if not filled:
                newcomer.fill()
                newcomer.follow()
                assert plain(newcomer.reader) == wanted
                filled = True
        else:
            assert not answer.snapshot
            reader.read(answer.pulled)
            assert plain(reader) == wanted
    assert filled == (done.horizon > 0)


@pytest.mark.parametrize("seed", range(5, 7))
def test_inv_21_history_behind_the_horizon_is_told_whole(house: House, seed: int) -> None:
    chance, place = random.Random(seed), house.workspace()
    run(house, place, chance, _STEPS)
    newcomer = Newcomer(house, place)
    by_log = newcomer.by_log()
    caller, records = house.caller(newcomer.laptop), list(by_log.states)
    ask = house.service.archive.history
    told = {record: ask(caller, place.id.hex(), record.hex()) for record in records}
    house.clock.move(days=2000)
    made = Snapshots(house.storage, clock=house.clock)
    done = Compactor(house.storage, made, clock=house.clock).compact(place.id, keep_days=30)
    assert done.horizon == by_log.cursor
    assert {record: ask(caller, place.id.hex(), record.hex()) for record in records} == told


def test_inv_22_an_edit_on_a_base_behind_the_horizon_goes_to_review(house: House) -> None:
    place = house.workspace()
    lina = house.laptop(house.person("Lina Haddad", place))
    omar = house.laptop(house.person("Omar Khalil", place))
    one = lina.create(place.id, "activity", {"title": "Survey", "status": "planned"})
    second = lina.edit(one, {"title": "Survey 2"}, {})
    third = lina.edit(one, {"title": "Survey 3"}, {"title": (second.id,)})
    house.push(lina, place, one, second, third)
    Compactor(house.storage, Snapshots(house.storage, clock=house.clock), clock=house.clock).compact(
        place.id, keep_days=-1
    )
    house.clock.move(days=400)
    omar.now_ms = house.clock.now_ms()
    # What Omar had seen is neither what stands there now nor unknown.
    stale = omar.edit(one, {"title": "Survey, long ago"}, {"title": (second.id,)})
    answer = house.push(omar, place, stale)
    assert answer.troubles == ()
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    register = newcomer.reader.states[one.record].heads["title"]
    assert {head.value for head in register.heads} == {"Survey 3", "Survey, long ago"}
