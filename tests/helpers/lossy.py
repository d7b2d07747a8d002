"""A link that loses requests and answers by chance, on the way up or down, with a clock of its own."""

from __future__ import annotations

import random

from helpers.house import House
from helpers.team import Reply

from sync.errors import DaftarError
from sync.wire.messages import SyncRequest


class LossyLine:
    """A line to a house on which each request is cut with the chance of `loss`; what passed is counted.

    Time passes as on a link of so many bytes per second, and only while something travels.
    """

    def __init__(
        self, house: House, token: str, *, loss: float, seed: int, rate: float = 8_000, trip: float = 0.3
    ) -> None:
        self._house = house
        self._token = token
        self._loss = loss
        self._chance = random.Random(seed)
        self._rate, self._trip = rate, trip
        self._time = 0.0
        self.passed = 0
        self.cuts = 0
        self.sizes: list[int] = []

    def now(self) -> float:
        return self._time

    def post(self, path: str, body: bytes) -> Reply:
        assert path == "/v1/sync"
        self._time += self._trip
        caller = self._house.service.enrolment.authenticate(self._token)
        cut = self._chance.random() < self._loss
        self.sizes.append(len(body))
        if cut and self._chance.random() < 0.5:
            self.cuts += 1
            arrived = body[: self._chance.randrange(len(body))]
            self._pass(len(arrived))
            try:
                self._house.service.take_part(caller, arrived)
            except DaftarError as error:
                if error.code != "cut_message":
                    raise
            raise DaftarError("connection_cut")
        self._pass(len(body))
        answer = self._house.service.sync(caller, SyncRequest.unpack(body)).pack()
        if cut:
            self.cuts += 1
            answer = answer[: self._chance.randrange(len(answer))]
            self._pass(len(answer))
            return Reply(answer, complete=False)
        self._pass(len(answer))
        return Reply(answer)

    def _pass(self, size: int) -> None:
        self.passed += size
        self._time += size / self._rate
