"""The line under a question: ask, decide later, and the one button that says what it would do."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.commands.access import at_least
from desktop.screens.decisions import wording
from desktop.screens.decisions.deciding import is_written
from desktop.screens.decisions.question_page import QuestionPage
from desktop.widgets.buttons import Button
from desktop.widgets.fonts import Role
from desktop.widgets.labels import ElidedLabel, Label, Panel
from desktop.widgets.look import Look

_HEIGHT = 57


class Footer(Panel):
    """Follows what is chosen; what its buttons do is the screen's."""

    def __init__(self, look: Look, *, parent: QWidget) -> None:
        words, tokens = look.words, look.tokens
        super().__init__(look, ground=tokens.surface, edges="top", edge=tokens.line, parent=parent)
        self._look = look
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 0, 28, 0)
        row.setSpacing(12)
        self.ask_button = Button(look, words.t("Ask both"), kind="quiet", icon="message", parent=self)
        row.addWidget(self.ask_button)
        keys = words.t("Arrows move · 1, 2, 3 choose · Enter uses")
        row.addWidget(ElidedLabel(look, keys, role=Role.SECONDARY, colour=tokens.t3, parent=self), 1)
        self._undo_note = Label(
            look, words.t("You can undo this."), role=Role.SECONDARY, colour=tokens.t2, parent=self
        )
        row.addWidget(self._undo_note)
        self.later_button = Button(look, words.t("Decide later"), parent=self)
        self.use_button = Button(look, words.t("Choose one"), kind="primary", icon="check", parent=self)
        row.addWidget(self.later_button)
        row.addWidget(self.use_button)

    def show_page(self, page: QuestionPage, *, busy: bool) -> None:
        """What the primary button would do with what is chosen now, or why it does nothing."""
        words = self._look.words
        label, reason = words.t("Choose one"), words.t("Choose one of the values first.")
        ready = False
        if not at_least(page.question.role, "officer"):
            reason = words.t("Your role in this workspace does not include this. Ask a coordinator.")
        elif page.chosen is not None:
            label = wording.use_label(words, page.question, page.chosen, kind=page.kind)
            ready = True
        elif page.is_other and page.field is not None:
            label = wording.use_other_label(words, page.field)
            ready, reason = is_written(page), words.t("Write the value first.")
        self.use_button.set_text(label)
        self.use_button.set_ready(ready=ready and not busy, reason=reason)
        self._undo_note.setVisible(ready)
