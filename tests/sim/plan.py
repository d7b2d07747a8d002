"""What a world is like: how many laptops, how bad the link, and how often each mishap comes."""

import random
from dataclasses import dataclass, field, fields, replace


@dataclass(frozen=True, slots=True)
class Rates:
    """How likely each mishap is: of the link and the server for each request, of a laptop for each day."""

    no_network: float = 0.05
    request_lost: float = 0.03
    request_cut: float = 0.03
    request_twice: float = 0.03
    request_late: float = 0.02
    answer_lost: float = 0.03
    answer_cut: float = 0.05
    interleave: float = 0.04
    server_cut: float = 0.01
    server_full: float = 0.005
    power_cut: float = 0.08
    disk_full: float = 0.03
    clock: float = 0.05
    clone: float = 0.004
    laptop_restored: float = 0.008
    server_restored: float = 0.02
    upgrade: float = 0.01
    access: float = 0.01
    compaction: float = 0.04
    bundle: float = 0.3
    shrink: float = 0.06
    revoked: float = 0.015
    decide: float = 0.2
    poison: float = 0.03
    rot: float = 0.05

    def times(self, factor: float) -> "Rates":
        """The same mishaps, more or less often."""
        return Rates(*(min(0.9, getattr(self, one.name) * factor) for one in fields(self)))


NOTHING = Rates(*([0.0] * len(fields(Rates))))
_OF_OTHERS = ("bundle", "clone", "laptop_restored", "server_restored", "shrink", "revoked", "decide")
LINK = (
    "no_network",
    "request_lost",
    "request_cut",
    "request_twice",
    "request_late",
    "answer_lost",
    "answer_cut",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One world."""

    seed: int
    days: int = 25
    laptops: int = 4
    clones: int = 2
    loss: float = 0.0
    rates: Rates = field(default_factory=Rates)
    settle_every: int = 12
    skew: bool = True
    clocks: bool = True
    apart: float = 0.0
    """The share of laptops that have nothing but bundles for many days."""
    only: tuple[str, ...] = ()
    """With names in it, users do nothing but these actions."""


def draw_plan(seed: int, *, days: int = 25) -> Plan:
    """A world out of a seed: quiet ones, wild ones, and ones with hardly any link at all."""
    chance = random.Random(seed * 7919 + 13)
    factor = chance.choice((0.0, 0.5, 1.0, 1.0, 2.0, 4.0))
    loss = chance.choice((0.0, 0.0, 0.1, 0.3, 0.6, 0.9))
    plan = Plan(
        seed,
        days=days,
        laptops=chance.choice((2, 3, 4, 4, 5, 6)),
        loss=loss,
        rates=Rates().times(factor),
        settle_every=chance.choice((6, 9, 12)),
        skew=chance.random() < 0.5,
        clocks=chance.random() < 0.7,
    )
    beside, more = random.Random(seed * 6_703_925 + 3), random.Random(seed * 2_750_177 + 11)
    bundles = beside.random() < 0.6
    if chance.random() < 0.4:
        # What only the lost disk of a laptop and the lost one of the server held can be sent by nobody.
        # Snapshots beside a restored server have tests of their own.
        calm = ["compaction"] if more.random() < 0.4 else ["clone", "compaction"]
        plan = replace(plan, rates=replace(plan.rates, clone=plan.rates.clone * 3))
        plan = without(plan, "laptop_restored", *calm)
    else:
        plan, bundles = without(plan, "server_restored"), chance.random() >= 0.5
    plan = replace(plan, apart=chance.choice((0.0, 0.5, 0.8))) if bundles else without(plan, "bundle")
    # What a laptop has handed in and erased is lost with the disk of a server that is restored.
    if plan.rates.server_restored or chance.random() < 0.5:
        plan = without(plan, "shrink", "revoked")
    return _rotten(_looked_after(plan, beside), more)


def _rotten(plan: Plan, more: random.Random) -> Plan:
    """In a few, the server itself goes bad; there what was given up stands under nothing that others made."""
    if more.random() >= 0.12:
        return without(plan, "rot")
    return replace(without(plan, *_OF_OTHERS), apart=0.0)


def _looked_after(plan: Plan, beside: random.Random) -> Plan:
    """In some worlds more is refused, and somebody decides about it; in some, programs fail on changes."""
    if beside.random() < 0.5 and plan.rates.decide:
        plan = replace(plan, rates=replace(plan.rates, access=max(plan.rates.access, 0.06)))
    else:
        plan = without(plan, "decide")
    return plan if beside.random() < 0.4 else without(plan, "poison")


def without(plan: Plan, *names: str) -> Plan:
    """The same world without these mishaps."""
    return replace(plan, rates=replace(plan.rates, **dict.fromkeys(names, 0.0)))
