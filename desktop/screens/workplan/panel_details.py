"""The tab Details: a line of the plan to read at a glance, as the panel's rows, measures and links."""

import datetime as dt

from desktop.bridge.desk import Desk
from desktop.screens.workplan.cells import line_of
from desktop.screens.workplan.panel_facts import Feeds, PanelFacts
from desktop.screens.workplan.standing import standing, standing_word
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT
from desktop.store.rows import Row
from desktop.widgets.avatar import Face
from desktop.widgets.badge import Badge
from desktop.widgets.fonts import Role
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.progress import Progress
from desktop.widgets.side_panel import SidePanel
from desktop.widgets.value_text import value_text
from desktop.words import Words

_BAR = {"done": "ok", "on_track": "ok", "watch": "watch", "off": "bad", "late": "bad"}
_READ = {
    ACTIVITY: ("partners", "donors", "places", "target_groups", "deliverable", "description", "notes"),
    RESULT: ("type", "level", "owner", "description", "assumptions", "strategic_link"),
    MILESTONE: ("owner", "description"),
}


class Details:
    """Fills a panel; it keeps nothing."""

    def __init__(self, look: Look, desk: Desk, panel: SidePanel) -> None:
        self._look, self._desk, self._panel = look, desk, panel

    @property
    def _words(self) -> Words:
        return self._look.words

    def badge_of(self, row: Row) -> Badge | None:
        """How the line stands, or that it waits for a decision."""
        words = self._words
        if row.contested:
            return Badge(words.t("Needs your decision"), "ask", "git-pull-request-arrow")
        if row.kind == RESULT:
            return None
        found = standing(line_of(row), today_of(self._desk))
        return Badge(standing_word(words, found, full=True), found.family, found.icon)

    def fill(self, facts: PanelFacts) -> None:
        """Rows from the top: dates, progress, people, what else is filled, measures, links."""
        row = facts.row
        if row.kind == ACTIVITY:
            self._dates(row, "start", "end", "agreed_start", "agreed_end")
            self._progress(row)
            self._field(row, "delay_reason")
            self._person(row, "lead")
        elif row.kind == MILESTONE:
            self._due(row)
        for name in _READ[row.kind]:
            self._field(row, name)
        if row.kind == ACTIVITY:
            self._roles(facts)
        if row.kind != RESULT:
            self._dependencies(facts)
        self._measures(facts)
        self._links(facts)

    def _roles(self, facts: PanelFacts) -> None:
        words = self._words
        title = words.t("Responsibilities")
        self._panel.add_section(title, add="role", add_name=words.t("Add a responsibility"))
        for role, name in facts.roles:
            self._role(role, name)
        accountable = [role for role, _ in facts.roles if role.values.get("raci") == "accountable"]
        if facts.roles and len(accountable) != 1:
            text = words.t("Nobody is accountable yet.")
            if accountable:
                text = words.t("More than one is accountable. One is enough.")
            self._panel.add_widget(
                Label(self._look, text, role=Role.SECONDARY, colour=self._look.tokens.watch.text, wrap=True)
            )

    def _dependencies(self, facts: PanelFacts) -> None:
        words = self._words
        title = words.t("Waits for")
        self._panel.add_section(title, add="dependency", add_name=words.t("Add what comes first"))
        for dependency, name in facts.waits:
            self._panel.add_link(
                self._dependency_text(dependency, name), key=f"dependency:{dependency.id.hex()}", icon="link"
            )
        for dependency, name in facts.holds:
            far = dependency.values.get("successor")
            if isinstance(far, bytes):
                text = words.t("{name} waits for this", name=words.isolate(name))
                self._panel.add_link(text, key=f"dependency:{dependency.id.hex()}", icon="link")

    def _dependency_text(self, dependency: Row, name: str) -> str:
        words, field = self._words, self._desk.store.kinds["dependency"].fields["type"]
        parts = [words.isolate(name or words.t("not on this laptop"))]
        sort = dependency.values.get("type")
        if sort:
            parts.append(words.t(field.choice_labels.get(str(sort), str(sort))))
        lag = dependency.values.get("lag")
        if isinstance(lag, int) and lag:
            days = words.n("{count} day", "{count} days", abs(lag))
            parts.append(words.isolate(f"{'+' if lag > 0 else '−'} {days}"))
        return " · ".join(parts)

    def _field(self, row: Row, name: str) -> None:
        field = self._desk.store.kinds[row.kind].fields[name]
        text = value_text(self._words, field, row.values.get(name), name_of=self._desk.name_of)
        if text:
            self._panel.add_row(self._words.t(field.label), text)

    def _person(self, row: Row, name: str) -> None:
        record = row.values.get(name)
        if record:
            field = self._desk.store.kinds[row.kind].fields[name]
            shown = self._desk.name_of("person", record) or self._words.t("not on this laptop")
            self._panel.add_person(self._words.t(field.label), Face(shown, record))

    def _role(self, role: Row, name: str) -> None:
        labels = self._desk.store.kinds["role"].fields["raci"].choice_labels
        label = self._words.t(labels.get(role.values.get("raci") or "", "Responsibility"))
        record = role.values.get("person") or role.values.get("organisation") or b""
        face = Face(name or self._words.t("not on this laptop"), record)
        self._panel.add_person(label, face, key=f"role:{role.id.hex()}")

    def _dates(self, row: Row, start: str, end: str, agreed_start: str, agreed_end: str) -> None:
        words = self._words
        shown = span_text(words, row.values.get(start), row.values.get(end))
        agreed = span_text(words, row.values.get(agreed_start), row.values.get(agreed_end))
        second = words.t("Agreed: {dates}", dates=agreed) if agreed else ""
        if shown or second:
            self._panel.add_row(words.t("Dates"), shown or words.t("Not set"), second=second)

    def _due(self, row: Row) -> None:
        words = self._words
        due, agreed = row.values.get("due"), row.values.get("agreed_due")
        second = words.t("Agreed: {dates}", dates=words.date(agreed)) if agreed else ""
        self._panel.add_row(words.t("Due"), words.date(due) if due else words.t("Not set"), second=second)
        if row.values.get("reached_on"):
            self._field(row, "reached_on")

    def _progress(self, row: Row) -> None:
        progress = row.values.get("progress")
        if progress is None:
            return
        found = standing(line_of(row), today_of(self._desk))
        bar = Progress(
            self._look,
            share=progress / 100,
            text=self._words.percent(progress),
            family=_BAR.get(found.key, "none"),
            name=self._words.t("Progress"),
        )
        self._panel.add_row(self._words.t("Progress"), bar)

    def _measures(self, facts: PanelFacts) -> None:
        if not facts.feeds:
            return
        words = self._words
        measured = facts.row.kind == RESULT
        self._panel.add_section(words.t("Measured by") if measured else words.t("Counts towards"))
        for feed in facts.feeds:
            self._panel.add_measure(
                feed.code, feed.title, self._figure(feed), share=feed.share, family=feed.family
            )

    def _figure(self, feed: Feeds) -> str:
        words = self._words
        if feed.blocked:
            return words.t("not addable")
        reached = words.number(feed.reached) if feed.reached is not None else "–"
        if feed.at_least:
            reached = f"≥ {reached}"
        if feed.target is None:
            return words.isolate(reached)
        return words.isolate(f"{reached} / {words.number(feed.target)}")

    def _links(self, facts: PanelFacts) -> None:
        words = self._words
        self._panel.add_section(words.t("Links"), add="link", add_name=words.t("Link to another record"))
        for linked in facts.links:
            kind = self._desk.store.kinds.get(linked.kind)
            label = words.t(kind.label) if kind is not None else ""
            text = " ".join(part for part in (label, linked.text) if part)
            self._panel.add_link(text, key=f"{linked.kind}:{linked.id.hex()}", icon=kind_icon(linked.kind))


def span_text(words: Words, start: str | None, end: str | None) -> str:
    """Two days as a range, in one piece: the year is said once where both lie in it."""
    if start and end:
        same = start[:4] == end[:4]
        first = words.date(start, "short") if same else words.date(start)
        last = f"{words.date(end, 'short')} {words.digits(end[:4])}" if same else words.date(end)
        return words.isolate(f"{first} – {last}")
    if start:
        return words.t("from {date}", date=words.date(start))
    return words.t("until {date}", date=words.date(end)) if end else ""


def today_of(desk: Desk) -> dt.date:
    """The day on the desk's clock, in the time zone of this computer."""
    moment = dt.datetime.fromtimestamp(desk.clock.now_ms() / 1000, dt.UTC)
    return moment.astimezone().date()
