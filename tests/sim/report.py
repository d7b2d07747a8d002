"""What a simulation says of itself: what it lived through, how quickly, and how to see a violation again."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """The sums over all worlds of a run."""

    seed: int
    worlds: int = 0
    device_days: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def progress(self, seconds: float) -> str:
        rate = self.device_days / seconds if seconds else 0.0
        return (
            f"{self.device_days:,} device-days in {self.worlds} worlds, {rate:.1f} a second,"
            f" {len(self.violations)} violations"
        )

    def text(self, seconds: float) -> str:
        rate = self.device_days / seconds if seconds else 0.0
        checked = self.checked
        lived = f"{self.device_days:,} device-days in {self.worlds} worlds"
        lines = [
            f"seed {self.seed}: {lived}, {seconds:.0f} s of one core, {rate:.1f} device-days a second",
            f"changes {checked['changes']:,} · open questions seen {checked['open questions']:,}",
            f"records compared {checked['records checked']:,} · quiet moments {checked['quiet moments']:,}",
            _listed("people", self.done),
            _listed("mishaps", self.faults),
            f"divergences and other violations {len(self.violations)}",
            *self.violations,
        ]
        return "\n".join(lines)


def again(seed: int, *, days: int, sabotage: str | None) -> str:
    """The command that lives through one world again."""
    planted = f" --sabotage {sabotage}" if sabotage else ""
    return f"python3 build/tasks.py simulate --world {seed} --world-days {days}{planted}"


def _listed(title: str, counts: Counter[str]) -> str:
    return f"{title}: " + " · ".join(f"{name} {count:,}" for name, count in counts.most_common())
