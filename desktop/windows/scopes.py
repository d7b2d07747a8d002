"""The path in the top bar: programme, workspace and period, remembered from one start to the next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.bridge.desk import Desk
from desktop.store.rows import Query, Row
from desktop.widgets.top_bar import Crumb
from desktop.windows.plans import Keep

PROGRAMME, WORKSPACE, PERIOD = "programme", "workspace", "period"
_YEARS_AROUND = 2
_NO_ACCESS = "none"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace that this person may choose."""

    id: bytes
    name: str
    programme: bytes = b""


class Scopes:
    """Reads what can be chosen, moves the desk's scope, and keeps the choice in the preferences."""

    def __init__(self, desk: Desk, *, keep: Keep) -> None:
        self._desk, self._keep = desk, keep
        self._workspaces: list[Workspace] = []
        self._programmes: dict[bytes, Row] = {}
        self.read()

    def read(self) -> None:
        """Workspaces and programmes as they are now; a handful of rows."""
        reader = self._desk.reader
        self._programmes = {row.id: row for row in reader.select(Query("programme"))}
        records = {row.workspace: row for row in reader.select(Query("workspace"))}
        homes = {row.workspace: row.id for row in self._programmes.values()}
        only = next(iter(self._programmes), b"")
        self._workspaces = []
        for state in reader.workspaces():
            if state.role == _NO_ACCESS:
                continue
            record = records.get(state.id)
            named = record.values.get("programme") if record is not None else None
            programme = named if isinstance(named, bytes) else homes.get(state.id, only)
            name = state.name or str(record.values.get("name") or "" if record is not None else "")
            self._workspaces.append(Workspace(state.id, name, programme))

    # Choosing

    def start(self) -> None:
        """Choose what was chosen last, or what lies nearest."""
        settings = self._desk.settings
        known = {workspace.id.hex() for workspace in self._workspaces}
        last = settings.last_workspace if settings.last_workspace in known else ""
        workspace = bytes.fromhex(last) if last else next((each.id for each in self._workspaces), b"")
        period = settings.last_period if settings.last_period in self._period_keys() else self._this_quarter()
        self._desk.choose(workspace=workspace, period=period)

    def choose(self, crumb: str, value: str) -> None:
        """Take what was picked in a menu of the path."""
        if crumb == PERIOD:
            self._desk.choose(period=value)
        elif crumb == WORKSPACE:
            self._desk.choose(workspace=bytes.fromhex(value))
        elif crumb == PROGRAMME:
            inside = [each.id for each in self._workspaces if each.programme.hex() == value]
            if inside and self._desk.scope.workspace not in inside:
                self._desk.choose(workspace=inside[0])

    def remember(self) -> None:
        """Write the scope into the preferences."""
        scope = self._desk.scope
        settings = replace(
            self._desk.settings, last_workspace=scope.workspace.hex(), last_period=scope.period
        )
        if settings != self._desk.settings:
            self._desk.settings = settings
            self._keep(settings)

    # Showing

    def crumbs(self) -> list[Crumb]:
        """What the top bar shows; a programme only where there is one."""
        words, scope = self._desk.words, self._desk.scope
        chosen = next((each for each in self._workspaces if each.id == scope.workspace), None)
        programme = chosen.programme if chosen is not None else next(iter(self._programmes), b"")
        found = []
        if self._programmes:
            choices = [(row.id.hex(), _name_of(row)) for row in self._programmes.values()]
            found.append(Crumb(PROGRAMME, words.t("Programme"), programme.hex(), choices))
        inside = [each for each in self._workspaces if each.programme == programme]
        if chosen is not None:
            choices = [(each.id.hex(), each.name) for each in inside]
            found.append(Crumb(WORKSPACE, words.t("Workspace"), chosen.id.hex(), choices))
        found.append(Crumb(PERIOD, words.t("Period"), scope.period, self._periods()))
        return found

    def _periods(self) -> list[tuple[str, str]]:
        words = self._desk.words
        found = []
        for key in self._period_keys():
            shown = words.quarter(key) if "-Q" in key else words.t("Year {year}", year=int(key))
            found.append((key, shown))
        return found

    def _period_keys(self) -> Sequence[str]:
        this_year = self._today().year
        first, last = this_year - 1, this_year + 1
        for row in self._programmes.values():
            start, end = row.values.get("start"), row.values.get("end")
            if isinstance(start, str):
                first = min(first, max(int(start[:4]), this_year - _YEARS_AROUND))
            if isinstance(end, str):
                last = max(last, min(int(end[:4]), this_year + _YEARS_AROUND))
        keys = []
        for year in range(first, last + 1):
            keys += [f"{year:04d}", *(f"{year:04d}-Q{number}" for number in range(1, 5))]
        return keys

    def _this_quarter(self) -> str:
        today = self._today()
        return f"{today.year:04d}-Q{(today.month + 2) // 3}"

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._desk.clock.now_ms() / 1000, dt.UTC).astimezone().date()


def _name_of(programme: Row) -> str:
    return str(programme.values.get("acronym") or programme.values.get("title") or "")
