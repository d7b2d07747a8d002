"""The line between a laptop and the server: it loses, cuts, repeats, delays and reorders."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sim.chance import likely
from sim.clocks import TrueTime
from sim.headquarters import Headquarters
from sim.plan import Rates

from sync.errors import DaftarError


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of an answer, as the transport hands it over."""

    body: bytes
    complete: bool = True


@dataclass(slots=True)
class Weather:
    """What the line is like now; `loss` is the share of requests that come to nothing at least."""

    rates: Rates
    loss: float


class Link:
    """What a session needs of a transport, over a server in this process."""

    def __init__(
        self,
        server: Headquarters,
        token: str | None,
        *,
        chance: random.Random,
        time: TrueTime,
        weather: Weather,
        faults: Counter[str],
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._server = server
        self._token = token
        self._chance = chance
        self._time = time
        self._weather = weather
        self._faults = faults
        self._meanwhile = meanwhile
        self._late: list[tuple[str, bytes]] = []
        self.requests = 0

    def close(self) -> None: ...

    def hang_up(self) -> None: ...

    def get(self, path: str, *, start: int = 0) -> Reply:
        """A piece of a snapshot, from a byte on; the same weather as a request."""
        return self.post(f"{path}?{start}", b"")

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> Reply:
        assert wait_s == 0, "nobody waits here: time only passes when somebody does something"
        self.requests += 1
        rates, chance = self._weather.rates, self._chance
        self._time.pass_by(chance.randint(20, 4_000))
        if self._happens("no network", rates.no_network):
            raise DaftarError("no_connection")
        if self._happens("request lost", max(rates.request_lost, self._weather.loss)):
            raise DaftarError("connection_cut")
        if self._late and self._happens("old request arrives late", rates.request_late * 5):
            self._unheard(*self._late.pop())
        if self._happens("request delayed", rates.request_late):
            self._late.append((path, body))
            raise DaftarError("connection_cut")
        if self._happens("request cut", rates.request_cut):
            self._unheard(path, body[: chance.randrange(len(body) + 1)], whole=False)
            raise DaftarError("connection_cut")
        if self._happens("request twice", rates.request_twice):
            self._unheard(path, body)
        answer = self._server.post(path, self._token, body)
        self._meanwhile()
        self._time.pass_by(chance.randint(20, 4_000))
        if self._happens("answer lost", rates.answer_lost):
            raise DaftarError("connection_cut")
        if self._happens("answer cut", rates.answer_cut):
            return Reply(answer[: chance.randrange(len(answer))], complete=False)
        return Reply(answer)

    def _happens(self, what: str, share: float) -> bool:
        if not likely(self._chance, share):
            return False
        self._faults[what] += 1
        return True

    def _unheard(self, path: str, body: bytes, *, whole: bool = True) -> None:
        """The server gets this, and nobody hears what it says to it."""
        try:
            self._server.post(path, self._token, body, whole=whole)
        except DaftarError as error:
            self._faults[f"unheard {error.code}"] += 1
