"""When the server was restored from an older copy: this laptop goes back to where both tell the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from desktop.store.store import Store
from desktop.syncing.identity import KEYS_MS, STANDS
from desktop.syncing.line import Line
from desktop.syncing.local import StoreLocal
from sync.clock import Clock
from sync.errors import DaftarError
from sync.replica.formers import any_displaced, any_lost

if TYPE_CHECKING:
    from sync.client.session import Receipt
    from sync.replica.rewinding import Stand

_MOST: Final = 4
"""So often a sync begins anew."""
_APART: Final = frozenset({"pull_gap", "own_changes_missing"})
"""What a server says that does not follow from what it said before."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is needed beside a sync: the epoch of the number, chance, and how to forget what was under way."""

    clock: Clock
    epoch: int
    draw: Callable[[], float]
    forget: Callable[[], None]


def sync_beside_restores(
    store: Store,
    line: Line,
    local: StoreLocal,
    once: Callable[[int], Receipt],
    *,
    wait_s: int,
    beside: Beside,
) -> Receipt:
    """Sync; where the server lost what it once told, let that be sent again, and sync once more."""
    for _ in range(_MOST):
        # Own changes may stand on it.
        _hand_in_lost(store, line, local, beside)
        try:
            receipt = once(wait_s)
        except DaftarError as error:
            if error.code not in _APART or not _go_back(store, line, local, {}, None):
                raise
        else:
            doubtful = {*receipt.differing, *receipt.doubtful}
            back = _go_back(store, line, local, dict(receipt.restored), doubtful)
            if not back and not store.run(lambda replica: any_displaced(replica.database)):
                _learn_of_bases(line, local)
                return receipt
        beside.forget()
        wait_s = 0
    _hand_in_lost(store, line, local, beside)
    return once(0)


def _learn_of_bases(line: Line, local: StoreLocal) -> None:
    """Behind a filling, by which changes its snapshot ends: so a server before it is known as such later."""
    from sync.replica.rewinding import bases_unknown

    if local.run(bases_unknown):
        from sync.client.rewinding import learn_base_orders

        learn_base_orders(line, local)


def _hand_in_lost(store: Store, line: Line, local: StoreLocal, beside: Beside) -> None:
    """Send what this laptop wrote under numbers it has given up, and a restored server lost."""
    if not store.run(lambda replica: any_lost(replica.database)):
        return
    from desktop.store.restored import issue_lost
    from sync.client.formers import Handing, hand_in_former

    handing = Handing(beside.epoch, local.access_epoch, beside.clock.now_ms(), beside.draw)
    for lost, after in hand_in_former(line, local, handing):
        store.run(partial(issue_lost, lost=lost, after=after))


def _go_back(
    store: Store,
    line: Line,
    local: StoreLocal,
    found: dict[bytes, Stand],
    doubtful: Collection[str] | None,
) -> bool:
    """Go back in workspaces of which the server said where it stands, and in doubtful ones (None: in all)
    whose numbers say other things by now, because others have gone on since.
    """
    from sync.client.rewinding import common_end
    from sync.replica.rewinding import Stand

    ends: dict[bytes, int] = {}
    for state in local.run(lambda replica: replica.workspaces.all()):
        asked = doubtful is None or state.name in doubtful
        if state.number is None or state.id in found or not asked:
            continue
        end = common_end(line, local, state.id)
        if end < state.cursor:
            found[state.id], ends[state.id] = Stand(state.acked, state.acked_chain), end
    for workspace, stand in found.items():
        to = ends[workspace] if workspace in ends else common_end(line, local, workspace)
        if not store.rewind(workspace, to=to, stand=stand):
            store.renew()
    if found:
        # What the server signed of its order is of another one now.
        store.remember({STANDS: None, KEYS_MS: None})
    return bool(found)
