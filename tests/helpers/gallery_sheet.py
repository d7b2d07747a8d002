"""The sheet of components: every state once, like the page of the style guide."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.models.entry import EntryCell, EntryState
from desktop.widgets.badge import Badge, BadgeLabel
from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import ChoiceField
from desktop.widgets.dialogs import ConfirmDialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.entry_painter import paint_entry_cell
from desktop.widgets.fields import DateField, NumberField, TextField
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import Label, Panel
from desktop.widgets.look import Look
from desktop.widgets.painting import Hatch, begin, draw_text, fill_round, hatch, round_path
from desktop.widgets.progress import Progress
from desktop.widgets.sync_badge import SyncBadge, SyncWords
from desktop.widgets.theme import FAMILIES
from desktop.widgets.toast import Toast

SYNC = [
    ("ok", "cloud-check", "All sent", "today 14:32"),
    ("over", "cloud-upload", "12 changes on this laptop", "last sent Thu 11 Jun"),
    ("over", "arrow-down-up", "Sending 12, receiving 40", "9 of 51 KB"),
    ("none", "cloud-off", "No connection", "12 changes are safe here"),
    ("watch", "refresh", "Connection cut", "goes on by itself"),
    ("ask", "git-pull-request-arrow", "3 need your decision", "last sent today 14:32"),
    ("bad", "circle-alert", "2 changes need attention", "open the list"),
    ("bad", "lock", "Access ended", "ask your administrator"),
    ("watch", "graduation-cap", "Practice", "nothing is sent"),
]
BADGES = [
    [("ok", "circle-check", "Done"), ("ok", "circle-dot", "On track"), ("watch", "triangle-alert", "Watch")],
    [
        ("bad", "clock-alert", "Late 42 days"),
        ("none", "circle-dashed", "Not started"),
        ("none", "circle-pause", "Paused"),
    ],
    [
        ("none", "circle-slash", "Cancelled"),
        ("over", "trending-up", "Over target"),
        ("bad", "trending-down", "Off track"),
    ],
    [("over", "send", "Submitted"), ("bad", "corner-up-left", "Returned"), ("ok", "check-check", "Approved")],
    [("ok", "lock", "Locked"), ("ask", "git-pull-request-arrow", "Two people changed this")],
]
CELLS = [
    [
        ("26", EntryState.APPROVED, "Approved"),
        ("34", EntryState.SAVED, "Saved here"),
        ("13", EntryState.WAITING, "Waiting"),
        ("8", EntryState.SENT, "Sent"),
        ("14", EntryState.RETURNED, "Returned"),
    ],
    [
        ("later", EntryState.MISSING, "Missing"),
        ("", EntryState.DUE, "Empty"),
        ("21", EntryState.TWO_VALUES, "Two values"),
        ("2o4", EntryState.INVALID, "Not valid"),
        ("31", EntryState.LOCKED, "Locked"),
    ],
]


class _Cells(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(330, 100)
        self.setAccessibleName("Cell states")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        for line, cells in enumerate(CELLS):
            for at, (text, state, name) in enumerate(cells):
                box = QRectF(at * 66, line * 50, 66, 28).toRect()
                painter.fillRect(box.adjusted(0, 0, 1, 1), QColor(tokens.line))
                cell = EntryCell(text, state, reason=text if state is EntryState.MISSING else "")
                paint_entry_cell(painter, self._look, box.adjusted(1, 1, 0, 0), cell)
                font = self._look.fonts.of(Role.CAPTION)
                centre = Qt.AlignmentFlag.AlignCenter
                where = box.translated(0, 28).adjusted(0, 0, 0, -8)
                draw_text(painter, where, name, font=font, colour=tokens.t3, align=centre)
        painter.end()


class _Bar(QWidget):
    def __init__(self, look: Look, family: str, done: float, pattern: Hatch | None, tail: float) -> None:
        super().__init__()
        self._look, self._family, self._done, self._pattern, self._tail = look, family, done, pattern, tail
        self.setFixedSize(92, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        family = self._look.tokens.family(self._family)
        box = QRectF(0, 1, 92, 12)
        painter.save()
        painter.setClipPath(round_path(box, 3))
        if self._done:
            painter.fillRect(box, QColor(family.tint))
        if self._pattern is not None:
            part = QRectF(92 * (1 - self._tail), 1, 92 * self._tail, 12)
            hatch(painter, part, self._pattern, colour=family.solid, step=4)
        painter.fillRect(QRectF(0, 1, 92 * self._done, 12), QColor(family.solid))
        painter.restore()
        painter.setPen(QPen(QColor(family.solid), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.6, 0.6, -0.6, -0.6), 3, 3)
        painter.end()


class _Swatch(QWidget):
    def __init__(self, look: Look, solid: str, tint: str, text: str, name: str) -> None:
        super().__init__()
        self._look, self._paint, self._name = look, (solid, tint, text), name

    def sizeHint(self) -> QSize:
        return QSize(72, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        solid, tint, text = self._paint
        fill_round(painter, QRectF(0, 0, 72, 20), radius=4, fill=solid)
        fill_round(painter, QRectF(0, 24, 72, 20), radius=4, fill=tint)
        font = self._look.fonts.of(Role.SECONDARY, MEDIUM)
        where = QRectF(0, 24, 72, 20).toRect()
        draw_text(painter, where, self._name, font=font, colour=text, align=Qt.AlignmentFlag.AlignCenter)
        painter.end()


def _title(look: Look, text: str) -> Label:
    return Label(look, text, role=Role.SECONDARY, weight=MEDIUM, colour=look.tokens.t2)


def _first(look: Look) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(_title(look, "Sync badge"))
    leading = Qt.AlignmentFlag.AlignLeft
    for family, icon, first, second in SYNC:
        column.addWidget(SyncBadge(look, SyncWords(family, icon, first, second)), 0, leading)
    column.addSpacing(8)
    column.addWidget(_title(look, "Status badge: icon + word, always both"))
    for line in BADGES:
        row = QHBoxLayout()
        row.setSpacing(8)
        for family, icon, text in line:
            row.addWidget(BadgeLabel(look, Badge(text, family, icon)))
        row.addStretch(1)
        column.addLayout(row)
    column.addSpacing(8)
    column.addWidget(_title(look, "Progress"))
    for share, text, family in ((0.65, "65%", "ok"), (0.35, "35%", "bad"), (0.2, "20%", "none")):
        bar = Progress(look, share=share, text=text, family=family, name="Progress")
        bar.setMaximumWidth(264)
        column.addWidget(bar)
    column.addStretch(1)
    return column


def _second(look: Look) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(10)
    column.addWidget(_title(look, "Buttons"))
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Button(look, "Add activity", kind="primary", icon="plus"))
    row.addWidget(Button(look, "Print", icon="printer"))
    row.addWidget(Button(look, "Decide later", kind="quiet"))
    row.addStretch(1)
    column.addLayout(row)
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Button(look, "Remove", kind="danger", icon="trash"))
    join = Button(look, "Join")
    join.set_ready(ready=False, reason="Write the code first.")
    row.addWidget(join)
    row.addWidget(Button(look, "Focus", kind="primary"))
    focused = Button(look, "Focus")
    focused.setObjectName("focused")
    row.addWidget(focused)
    row.addStretch(1)
    column.addLayout(row)
    column.addSpacing(4)
    column.addWidget(_title(look, "Fields"))
    fields = [
        TextField(look, "Title", value="Coach training, 24 trainers", required=True),
        ChoiceField(look, "Place", [("i", "Irbid")], placeholder="Choose a place"),
        DateField(look, "End date", value="2026-07-16"),
        NumberField(look, "People trained", whole=True),
        TextField(look, "Code", value="1.1.3", read_only=True),
    ]
    people = fields[3]
    people.set_draft("2o4")
    people.commit()
    for field in fields:
        field.setFixedWidth(320)
        column.addWidget(field)
    column.addWidget(_title(look, "Cell states, row 28"))
    column.addWidget(_Cells(look))
    column.addStretch(1)
    return column


def _third(look: Look, sheet: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(_title(look, "Dialog"))
    dialog = ConfirmDialog(
        look,
        title="Remove “Autumn job fair”?",
        text="It goes to Removed items and can be brought back. Two actions stay and lose their link.",
        action="Remove",
        keep="Keep it",
        action_icon="trash",
        parent=sheet,
    )
    dialog.setWindowFlags(Qt.WindowType.Widget)
    column.addWidget(dialog)
    column.addWidget(_title(look, "Toast, 6 s, undo stays in Ctrl+Z"))
    stage = QWidget()
    stage.setFixedSize(452, 84)
    Toast(look, "Pasted 200 rows. 3 cells need a look.", action="Undo", parent=stage)
    column.addWidget(stage)
    column.addWidget(_title(look, "Empty state"))
    empty = EmptyState(
        look,
        icon="meetings",
        title="No meetings yet",
        text="Minutes, decisions and actions stay together here.",
        action="Plan a meeting",
    )
    empty.setFixedSize(420, 148)
    column.addWidget(empty)
    column.addWidget(_title(look, "Bars: colour, pattern, icon and word"))
    column.addLayout(_bars(look))
    column.addWidget(_title(look, "Status colours"))
    row = QHBoxLayout()
    row.setSpacing(8)
    tokens = look.tokens
    for name in FAMILIES:
        family = tokens.family(name)
        row.addWidget(_Swatch(look, family.solid, family.tint, family.text, name))
    row.addWidget(_Swatch(look, tokens.accent, tokens.sel, tokens.accent_text, "accent"))
    column.addLayout(row)
    column.addStretch(1)
    return column


def _bars(look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    bars = [
        ("ok", 1.0, None, 0.0, "circle-check", "Done"),
        ("ok", 0.43, None, 0.0, "circle-dot", "On track"),
        ("watch", 0.3, Hatch.DIAGONAL, 0.7, "triangle-alert", "Watch"),
        ("bad", 0.34, Hatch.CROSS, 0.38, "clock-alert", "Late"),
        ("none", 0.3, Hatch.VERTICAL, 0.7, "circle-pause", "Paused"),
        ("none", 0.0, None, 0.0, "circle-dashed", "Not started"),
    ]
    for at, (family, done, pattern, tail, icon, text) in enumerate(bars):
        grid.addWidget(_Bar(look, family, done, pattern, tail), at // 3, (at % 3) * 2)
        badge = BadgeLabel(look, Badge(text, family, icon, filled=False))
        grid.addWidget(badge, at // 3, (at % 3) * 2 + 1)
    return grid


def components(look: Look) -> QWidget:
    """The whole sheet as one window."""
    sheet = Panel(look, ground=look.tokens.surface)
    sheet.setAccessibleName("Components")
    outer = QVBoxLayout(sheet)
    outer.setContentsMargins(24, 16, 24, 0)
    head = QHBoxLayout()
    head.setSpacing(16)
    head.addWidget(Label(look, "Components", role=Role.PAGE, weight=SEMIBOLD))
    head.addWidget(
        Label(look, "every state once; sizes in LOOK.md", role=Role.SECONDARY, colour=look.tokens.t3), 1
    )
    outer.addLayout(head)
    outer.addSpacing(8)
    row = QHBoxLayout()
    row.setSpacing(40)
    first = QWidget()
    first.setFixedWidth(336)
    first.setLayout(_first(look))
    first.layout().setContentsMargins(0, 0, 0, 0)
    second = QWidget()
    second.setFixedWidth(336)
    second.setLayout(_second(look))
    second.layout().setContentsMargins(0, 0, 0, 0)
    row.addWidget(first, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(second, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(_third(look, sheet), 1)
    outer.addLayout(row, 1)
    return sheet
