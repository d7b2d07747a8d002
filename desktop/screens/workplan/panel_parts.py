"""The tabs History and Comments of the side panel: who did and said what, and when."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.screens.workplan.panel_facts import PanelFacts
from desktop.store.people import Author
from desktop.store.rows import Row
from desktop.widgets.avatar import Avatar, Face
from desktop.widgets.buttons import Button
from desktop.widgets.change_words import change_words
from desktop.widgets.fields import NoteField
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.look import Look
from sync.clock import stamp_ms


def author_face(desk: Desk, look: Look, author: Author | None, account: bytes) -> Face:
    """The face of whoever wrote something; this laptop's own person is "You" where no name is known."""
    if author is not None:
        return Face(author.name, author.record)
    own = account == desk.account
    return Face(look.words.t("You") if own else look.words.t("Somebody"), account)


class Entry(QWidget):
    """A face, a sentence, a time, and quieter lines under it."""

    def __init__(
        self,
        look: Look,
        face: Face,
        text: str,
        when: str,
        *,
        details: Sequence[tuple[str, str]] = (),
        unsent: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        tokens = look.tokens
        lines = [f"{label}: {value}" for label, value in details]
        self.setAccessibleName(
            ". ".join([f"{face.name} {text}", *lines, when, *([unsent] if unsent else [])])
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addWidget(Avatar(look, face, size=20, parent=self), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(look, face.name, weight=MEDIUM, parent=self))
        column.addWidget(Label(look, text, colour=tokens.t1, wrap=True, parent=self))
        for line in lines:
            column.addWidget(Label(look, line, role=Role.SECONDARY, colour=tokens.t2, wrap=True, parent=self))
        last = QHBoxLayout()
        last.setSpacing(6)
        last.addWidget(Label(look, when, role=Role.SECONDARY, colour=tokens.t3, parent=self))
        if unsent:
            last.addWidget(IconLabel(look, "save", size=13, parent=self))
            last.addWidget(Label(look, unsent, role=Role.SECONDARY, colour=tokens.t2, parent=self))
        last.addStretch(1)
        column.addLayout(last)
        row.addLayout(column, 1)


def history_entries(look: Look, desk: Desk, facts: PanelFacts) -> list[Entry]:
    """Every change, the newest first."""
    words, now = look.words, desk.clock.now_ms()
    kind = desk.store.kinds[facts.row.kind]
    made = []
    for change, sent in reversed(facts.history):
        said = change_words(words, kind, change, name_of=desk.name_of)
        face = author_face(desk, look, facts.authors.get(change.author), change.author)
        when = words.moment(stamp_ms(change.stamp), now_ms=now)
        unsent = "" if sent else words.t("not sent yet")
        made.append(Entry(look, face, said.sentence, when, details=said.details, unsent=unsent))
    return made


def comment_entry(look: Look, desk: Desk, comment: Row, author: Author | None) -> Entry:
    words = look.words
    face = author_face(desk, look, author, comment.made_by)
    when = words.moment(stamp_ms(comment.made_stamp), now_ms=desk.clock.now_ms())
    text = str(comment.values.get("text") or "")
    return Entry(look, face, text, when, unsent=words.t("not sent yet") if comment.unsent else "")


class CommentBox(QWidget):
    """Where a comment is written; Ctrl Enter sends it off."""

    written = Signal(str)
    typed = Signal(str)

    def __init__(self, look: Look, *, draft: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self.field = NoteField(look, words.t("Write a comment"), lines=3, hint=words.t("Ctrl Enter adds it."))
        self.field.setParent(self)
        if draft:
            self.field.set_value(draft)
        self.field.draft_changed.connect(self.typed)
        self.field.editor.installEventFilter(self)
        column.addWidget(self.field)
        self.button = Button(look, words.t("Add comment"), icon="message", height=28, parent=self)
        self.button.clicked.connect(self.send)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)

    def send(self) -> None:
        text = self.field.text().strip()
        if text:
            self.field.set_value("")
            self.written.emit(text)

    def eventFilter(self, watched: object, event: object) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.send()
            return True
        return False
