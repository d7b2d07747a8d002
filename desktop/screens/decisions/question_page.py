"""One question in full: what was before, the values side by side, and one of one's own. Nothing is chosen."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QHBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.screens.decisions import wording
from desktop.screens.decisions.cards import CardText, OptionCard, OtherCard
from desktop.screens.decisions.reading import Choice, Question
from desktop.widgets.avatar import Face
from desktop.widgets.box import Box
from desktop.widgets.choice_fields import ReferenceField
from desktop.widgets.field_editors import make_editor, read_editor
from desktop.widgets.fields import NoteField, TextField
from desktop.widgets.finding import record_finder
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, IconLabel, Label, Link
from desktop.widgets.look import Look
from desktop.widgets.scroll_column import ScrollColumn
from sync.changes import Value
from sync.records import Field, FieldProblem, FieldType, Kind

_NO_EDITOR = frozenset({FieldType.LONG_TEXT, FieldType.ORDER, FieldType.TAGS, FieldType.REFERENCES})


class QuestionPage(ScrollColumn):
    """Made anew for each question. `chosen_changed` says that the primary button has to follow."""

    chosen_changed = Signal()
    used = Signal()
    record_asked = Signal()
    other_typed = Signal(str)
    reason_typed = Signal(str)

    def __init__(
        self,
        look: Look,
        desk: Desk,
        question: Question,
        *,
        place: str,
        moved: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, name=look.words.t("The question"), margins=(28, 16, 28, 16), parent=parent)
        self._look, self._desk = look, desk
        self.question = question
        self.kind: Kind = desk.store.kinds[question.conflict.kind]
        self._group = QButtonGroup(self)
        self.cards: list[OptionCard] = []
        self.other: OtherCard | None = None
        self._add_head(place, moved=moved)
        if not question.is_deletion:
            self._add_before()
        self._add_cards()
        self._add_other()
        self._add_meanwhile()
        self.column.addStretch(1)
        self._group.buttonToggled.connect(self._toggled)

    # What is chosen

    @property
    def chosen(self) -> Choice | None:
        """The value whose card is chosen; nothing where the third option is, or nothing at all."""
        card = self._group.checkedButton()
        for made, choice in zip(self.cards, self.question.choices, strict=True):
            if made is card:
                return choice
        return None

    @property
    def is_other(self) -> bool:
        return self.other is not None and self.other.mark.isChecked()

    def choose(self, place: int) -> None:
        """Choose by the key 1, 2, 3: the cards, then the value of one's own."""
        if 0 <= place < len(self.cards):
            self.cards[place].click()
            self.cards[place].setFocus(Qt.FocusReason.OtherFocusReason)
        elif place == len(self.cards) and self.other is not None:
            self.other.mark.click()
            self.other.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def field(self) -> Field | None:
        return self.kind.fields.get(self.question.field)

    @property
    def is_cell(self) -> bool:
        return "/" in self.question.conflict.key

    def other_value(self) -> Value:
        """The value of one's own; raises `FieldProblem` where it cannot be read."""
        assert self.other is not None
        assert self.field is not None
        value = read_editor(self.other.editor, self.field, item=self.is_cell)
        if value is None:
            raise FieldProblem("required", self.field.name, value)
        return value

    @Slot(QAbstractButton, bool)
    def _toggled(self, _button: QAbstractButton, _checked: bool) -> None:
        if self.other is not None:
            self.other.update()
        self.chosen_changed.emit()

    # Building

    def _add_head(self, place: str, *, moved: bool) -> None:
        look, words, tokens = self._look, self._look.words, self._look.tokens
        row = QHBoxLayout()
        row.setSpacing(8)
        parts = [words.t(self.kind.plural)]
        if self.question.code:
            parts.append(words.isolate(self.question.code))
        for part in parts:
            row.addWidget(Label(look, part, role=Role.SECONDARY, colour=tokens.t2))
            row.addWidget(IconLabel(look, "chevron-right", size=12))
        link = Link(look, self.question.title or words.t("Open the record"))
        link.clicked.connect(self.record_asked)
        row.addWidget(link)
        row.addStretch(1)
        row.addWidget(Label(look, place, role=Role.SECONDARY, colour=tokens.t2))
        self.column.addLayout(row)
        title = wording.headline(words, self.question, kind=self.kind)
        self.column.addWidget(Label(look, title, role=Role.PAGE, weight=SEMIBOLD, wrap=True))
        where = " · ".join(part for part in (self.question.about, self.question.cell) if part)
        if where:
            self.column.addWidget(Label(look, where, weight=SEMIBOLD, colour=tokens.t2, wrap=True))
        about = wording.explanation(words, self.question)
        self.column.addWidget(Label(look, about, colour=tokens.t2, wrap=True))
        self.column.addSpacing(4)
        if moved:
            self.column.addWidget(self._moved_band())

    def _moved_band(self) -> QWidget:
        look = self._look
        box = Box(look, family="watch", parent=self.inside)
        row = QHBoxLayout(box)
        row.setContentsMargins(13, 9, 13, 9)
        row.setSpacing(10)
        family = look.tokens.watch
        row.addWidget(IconLabel(look, "refresh", colour=family.text), 0, Qt.AlignmentFlag.AlignTop)
        text = look.words.t("Somebody changed this again meanwhile. These are the values now.")
        row.addWidget(Label(look, text, colour=family.text, wrap=True), 1)
        box.setAccessibleName(text)
        return box

    def _add_before(self) -> None:
        look, words, tokens = self._look, self._look.words, self._look.tokens
        before = self.question.before
        box = Box(look, parent=self.inside)
        box.setMinimumHeight(40)
        row = QHBoxLayout(box)
        row.setContentsMargins(13, 8, 13, 8)
        row.setSpacing(12)
        row.addWidget(IconLabel(look, "history"))
        if before.known:
            key = self.question.conflict.key
            value = wording.shown_value(self._desk, self.kind, key, before.value, long=True)
            row.addWidget(Label(look, words.t("Before"), colour=tokens.t2))
            row.addWidget(ElidedLabel(look, value, weight=SEMIBOLD), 1)
            day = words.date(wording.local(before.when_ms), "medium")
            name = wording.full_name(words, before.person)
            who = f"{words.isolate(day)} · {words.isolate(name)}"
            row.addWidget(Label(look, who, role=Role.SECONDARY, colour=tokens.t2))
        else:
            text = words.t("What stood here before is no longer in the history of this laptop.")
            row.addWidget(Label(look, text, colour=tokens.t2, wrap=True), 1)
        self.column.addWidget(box)
        self.column.addSpacing(4)

    def _add_cards(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(10)
        # The frame of a card is three pixels inside it, so that its ring has room.
        grid.setContentsMargins(-3, 0, -3, 0)
        for at, choice in enumerate(self.question.choices):
            card = OptionCard(self._look, self._card_text(choice), parent=self.inside)
            card.used.connect(self.used)
            self._group.addButton(card)
            self.cards.append(card)
            grid.addWidget(card, at // 2, at % 2)
            grid.setColumnStretch(at % 2, 1)
        self.column.addLayout(grid)

    def _card_text(self, choice: Choice) -> CardText:
        words, question = self._look.words, self.question
        person = choice.person
        labels = self._desk.store.kinds["person"].fields["role"].choice_labels
        facts = [
            ("clock", wording.written(words, choice, now_ms=self._desk.clock.now_ms())),
            ("eye-off", wording.unseen(words, question, choice)),
        ]
        if not question.is_deletion:
            note = words.t("“{text}”", text=choice.note) if choice.note else words.t("No note")
            facts.append(("message", note))
        details = [self._detail(key, value) for key, value in choice.edits[:4]]
        if question.is_deletion:
            value = words.t("Removed") if choice.deletes else words.t("Kept, with these edits")
        else:
            key = question.conflict.key
            value = wording.shown_value(self._desk, self.kind, key, choice.value, long=True)
        return CardText(
            face=Face(person.name or "?", person.record),
            name=wording.full_name(words, person),
            role=person.job_title or words.t(labels.get(person.role, "")),
            value=value,
            distance=wording.distance(words, question, choice, kind=self.kind),
            details=details,
            facts=facts,
        )

    def _detail(self, key: str, value: Value) -> tuple[str, str]:
        field = self.kind.fields.get(key.partition("/")[0])
        label = self._look.words.t(field.label) if field is not None else key
        if field is not None and field.type is FieldType.LONG_TEXT:
            return label, self._look.words.t("new text")
        return label, wording.shown_value(self._desk, self.kind, key, value)

    def _add_other(self) -> None:
        field = self.field
        if self.question.is_deletion or field is None or field.type in _NO_EDITOR:
            return
        if field.type is FieldType.REFERENCE and not field.targets:
            return
        label = wording.other_label(self._look.words, field)
        editor = make_editor(
            self._look,
            field,
            provider_for=lambda each: record_finder(
                self._desk, each.targets, workspace=self.question.conflict.workspace
            ),
            name_of=self._desk.name_of,
            label="",
            hint=False,
            item=self.is_cell,
        )
        line = editor.focusProxy()
        if line is not None:
            line.setAccessibleName(label)
        self.other = OtherCard(self._look, label=label, editor=editor, parent=self.inside)
        self.other.used.connect(self.used)
        self.other.touched.connect(self._other_touched)
        self.other.reason.draft_changed.connect(self.reason_typed)
        self._group.addButton(self.other.mark)
        row = QHBoxLayout()
        row.setContentsMargins(-3, 2, -3, 0)
        row.addWidget(self.other)
        self.column.addLayout(row)

    @Slot()
    def _other_touched(self) -> None:
        assert self.other is not None
        editor = self.other.editor
        if isinstance(editor, TextField | NoteField | ReferenceField):
            self.other_typed.emit(editor.text())
        self.chosen_changed.emit()

    def take_draft(self, text: str) -> None:
        """What was being typed into the third option before the window went away."""
        if self.other is not None and isinstance(self.other.editor, TextField | NoteField | ReferenceField):
            self.other.editor.set_draft(text)
            self.other.mark.click()

    def take_reason(self, text: str) -> None:
        """Why that value, as far as it was typed."""
        if self.other is not None:
            self.other.reason.set_draft(text)

    def _add_meanwhile(self) -> None:
        look, words, tokens = self._look, self._look.words, self._look.tokens
        lines = [wording.meanwhile(self._desk, self.question, kind=self.kind)]
        if self.question.related:
            named = [code or words.t("“{text}”", text=title) for code, title in self.question.related]
            names = words.join([words.isolate(each) for each in named])
            lines.append(words.t("This may hang on the date too: {names}.", names=names))
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel(look, "info", size=14), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(look, "\n".join(lines), role=Role.SECONDARY, colour=tokens.t2, wrap=True), 1)
        self.column.addLayout(row)
