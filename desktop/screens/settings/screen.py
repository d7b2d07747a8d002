"""One page of settings: what can be chosen is chosen at once, what cannot be changed is only said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.settings.about import About
from desktop.screens.settings.backups import Backups
from desktop.screens.settings.checking import Checking
from desktop.screens.settings.facts import LaptopFacts, read_laptop
from desktop.screens.settings.parts import FactList, Section
from desktop.screens.settings.preferences import Preferences
from desktop.screens.settings.protection import Protection
from desktop.screens.settings.team import Team
from desktop.settings import Settings
from desktop.store.keys import Cost
from desktop.widgets.buttons import Button
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.screen import Host, Screen
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.sync_wording import last_sent
from sync.replica.changed import Changed

_COLUMN = 680
Keep = Callable[[Settings], object]


@dataclass(slots=True)
class Spot:
    """Which preference was chosen last. It outlives the screen, which a choice may make anew."""

    preference: str = ""


class SettingsScreen(Screen):
    """`keep` applies and saves changed preferences; it may replace this very screen."""

    key = "settings"

    def __init__(
        self,
        look: Look,
        desk: Desk,
        host: Host,
        *,
        keep: Keep,
        sync: SyncFacts,
        spot: Spot | None = None,
        cost: Cost | None = None,
    ) -> None:
        super().__init__(look, desk, host)
        self._keep, self._sync = keep, sync
        self._spot = spot if spot is not None else Spot()
        self._facts: LaptopFacts | None = None
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PageHeader(look, words.t("Settings"), parent=self))
        self.area = ScrollColumn(
            look,
            name=words.t("Settings"),
            margins=(16, 24, 16, 32),
            spacing=36,
            widest=_COLUMN,
            parent=self,
        )
        column.addWidget(self.area, 1)
        keys = words.t("Tab moves · arrows choose · every choice holds at once")
        column.addWidget(Legend(look, keys=keys, parent=self))
        holder = self.area.holder
        self.preferences = Preferences(look, desk.settings, holder)
        self.preferences.chosen.connect(self._choose)
        laptop = Section(look, words.t("This laptop"), holder)
        self.laptop = FactList(look, laptop)
        laptop.column.addWidget(self.laptop)
        self.team = Team(look, desk, holder)
        self.protection = self._build_protection(holder, cost)
        self.backups = Backups(look, desk, holder)
        self.checking = Checking(look, desk, holder)
        removed = Section(look, words.t("Removed items"), holder)
        removed.say(
            words.t("What somebody removes comes here, as it was, and can be brought back at any time.")
        )
        self.removed_button = Button(
            look, words.t("Open Removed items"), icon="trash", height=30, parent=removed
        )
        self.removed_button.clicked.connect(lambda: host.go("removed"))
        removed.column.addWidget(self.removed_button, 0, Qt.AlignmentFlag.AlignLeading)
        sections = (
            self.preferences,
            laptop,
            self.team,
            self.protection,
            self.backups,
            removed,
            self.checking,
            About(look, holder),
        )
        for section in sections:
            self.area.column.addWidget(section)
        self.area.column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        sync.changed.connect(self._show_sync)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keyboard_moved)

    def _build_protection(self, holder: QWidget, cost: Cost | None) -> Protection:
        made = Protection(self.look, self.desk, holder, cost=cost)
        made.lock_after.chosen.connect(self._choose)
        made.lock_after.lock_asked.connect(self.host.lock)
        return made

    # Reading

    def reload(self) -> None:
        self.desk.ask(read_laptop, self._show_laptop)
        self.backups.reload()
        if self._spot.preference:
            # The window gives the screen the keyboard after this; then it goes where it was.
            QTimer.singleShot(0, self, self._back_to_spot)

    def refresh(self, changed: Changed) -> None:
        if changed.of("person") or changed.of("workspace"):
            self.desk.ask(read_laptop, self._show_laptop)
        self.team.refresh(changed)

    def scope_moved(self, scope: object) -> None:
        """Settings are the same everywhere; only the people are those of the workspace."""
        self.team.scope_moved()

    def _back_to_spot(self) -> None:
        self.preferences.focus_on(self._spot.preference)
        self._spot.preference = ""

    def _show_laptop(self, facts: LaptopFacts) -> None:
        if not isValid(self):
            return
        self._facts = facts
        words, kind = self.look.words, self.desk.store.kinds["person"]
        self.laptop.clear()
        roles = kind.fields["role"].choice_labels
        role = facts.author.job_title or words.t(roles.get(facts.author.role, ""))
        name = facts.author.name or words.t("Not known yet")
        self.laptop.add(words.t("Person"), *[text for text in (name, role) if text])
        access = kind.fields["access"].choice_labels
        places = []
        for place, own in facts.workspaces:
            shown = words.t(access.get(own, "")) or words.t("No access any more")
            places.append(f"{words.isolate(place)} · {shown}")
        self.laptop.add(words.t("Workspaces"), *places)
        server = words.isolate(facts.server) if facts.server else words.t("Has not joined a team yet")
        self.laptop.add(words.t("Server"), server)
        if facts.laptop:
            self.laptop.add(words.t("Name of this laptop"), words.isolate(facts.laptop))
        sent = last_sent(words, self._sync.state, now_ms=self.desk.clock.now_ms())
        self.laptop.add(words.t("Sending"), sent[:1].upper() + sent[1:])
        folder = self.desk.store.profile.paths.profile
        self.laptop.add(words.t("Folder"), words.isolate(str(folder)))

    def _show_sync(self, _state: SyncState) -> None:
        if self._facts is not None:
            self._show_laptop(self._facts)

    # Acts

    def _choose(self, name: str, value: object) -> None:
        altered: dict[str, Any] = {name: value}
        settings = replace(self.desk.settings, **altered)
        if settings != self.desk.settings:
            self._spot.preference = name
            self._keep(settings)
            if isValid(self) and self.isVisible():
                self._spot.preference = ""

    def _keyboard_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """What has the keyboard comes into view, once what was shown with it has its place."""
        if isinstance(now, QWidget) and isValid(self) and self.area.isAncestorOf(now):
            QTimer.singleShot(0, self, self._bring_into_view)

    def _bring_into_view(self) -> None:
        now = QApplication.focusWidget()
        if isinstance(now, QWidget) and self.area.isAncestorOf(now):
            self.area.ensureWidgetVisible(now, 0, 60)
