"""What the search over everything found, under its field. The keyboard stays in the field."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.bridge.desk import Desk
from desktop.store.fold import fold
from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.shadow import SPREAD, paint_shadow
from desktop.widgets.top_bar import SearchField

Index = QModelIndex | QPersistentModelIndex
_ROW = 44
_SHOWN = 8
_LIMIT = 40
_WIDTH = 440
_PAUSE_MS = 120
# Parts without a page or a name of their own only push better matches down.
_LEFT_OUT = frozenset({"link", "role", "dependency", "target", "workspace"})


PAGE = "page"
_PAGES = 3


@dataclass(frozen=True, slots=True)
class Page:
    """A screen that can be found by its name."""

    key: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the list: a record, or (with the kind `PAGE`) the key of a screen."""

    kind: str
    target: bytes | str
    title: str
    detail: str
    icon: str


class _Hits(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: Sequence[Hit] = ()

    def replace(self, hits: Sequence[Hit]) -> None:
        self.beginResetModel()
        self.hits = hits
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.title}, {hit.detail}"
        return None


class _HitPainter(QStyledItemDelegate):
    def __init__(self, look: Look, view: QListView, model: _Hits) -> None:
        super().__init__(view)
        self._look, self._view, self._model = look, view, model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = self._view.visualRect(self._model.index(index.row()))
        look, tokens, hit = self._look, self._look.tokens, self._model.hits[index.row()]
        painter.save()
        begin(painter)
        if self._view.currentIndex() == index:
            fill_round(painter, box.adjusted(4, 1, -4, -1), radius=6, fill=tokens.sel)
        mirror = mirror_of(box, rtl=look.rtl)
        look.icons.paint(painter, hit.icon, mirror.rect(16, box.y(), 16, _ROW), colour=tokens.t2)
        room = box.width() - 44 - 12
        draw_text(
            painter,
            mirror.rect(44, box.y() + 4, room, 20),
            hit.title,
            font=look.fonts.of(Role.BODY, MEDIUM),
            colour=tokens.t1,
            align=mirror.leading,
        )
        draw_text(
            painter,
            mirror.rect(44, box.y() + 22, room, 18),
            hit.detail,
            font=look.fonts.of(Role.SECONDARY),
            colour=tokens.t2,
            align=mirror.leading,
        )
        painter.restore()


class SearchPopup(QWidget):
    """A sheet over the page, under the search field. `chosen` carries kind and id, or `PAGE` and a key."""

    chosen = Signal(str, object)

    def __init__(
        self, look: Look, desk: Desk, field: SearchField, *, pages: Sequence[Page] = (), parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._pages = pages
        self._look, self._desk, self._field, self._over = look, desk, field, parent
        self._asked = 0
        self.setAccessibleName(look.words.t("What was found"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPREAD + 1, SPREAD + 5, SPREAD + 1, SPREAD + 5)
        self._model = _Hits(self)
        self._view = QListView(self)
        self._view.setAccessibleName(look.words.t("What was found"))
        self._view.setModel(self._model)
        self._view.setItemDelegate(_HitPainter(look, self._view, self._model))
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setUniformItemSizes(True)
        self._view.setMouseTracking(True)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.clicked.connect(self._clicked)
        column.addWidget(self._view)
        self._nothing = Label(look, colour=look.tokens.t2, wrap=True, parent=self)
        self._nothing.setContentsMargins(16, 8, 16, 8)
        column.addWidget(self._nothing)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        field.textEdited.connect(self._typed)
        field.asked.connect(self._enter)
        field.cleared.connect(self.hide)
        field.installEventFilter(self)
        parent.installEventFilter(self)
        self.hide()

    @property
    def hits(self) -> Sequence[Hit]:
        return self._model.hits

    # Asking

    @Slot(str)
    def _typed(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()
            self._asked += 1
            self.hide()

    @Slot()
    def _ask(self) -> None:
        text = self._field.text().strip()
        self._asked += 1
        number = self._asked
        if not text:
            return

        def question(reader: Reader) -> list[Row]:
            return reader.search(text, limit=_LIMIT)

        self._desk.ask(question, lambda rows: self._answer(number, text, rows))

    def _answer(self, number: int, text: str, rows: Sequence[Row]) -> None:
        if number != self._asked:
            return
        names = {state.id: state.name for state in self._desk.reader.workspaces()}
        hits = self._screens(text)
        hits += [self._hit(row, names) for row in rows if row.kind not in _LEFT_OUT]
        self._model.replace(hits)
        if hits:
            self._view.setCurrentIndex(self._model.index(0))
        self._view.setVisible(bool(hits))
        self._nothing.setVisible(not hits)
        self._nothing.setText(
            ""
            if hits
            else self._look.words.t("Nothing has “{text}” in it. Fewer letters may help.", text=text)
        )
        self._place()
        self.show()
        self.raise_()

    def _screens(self, text: str) -> list[Hit]:
        """Screens with a word that begins as the text does; there are few, so they come first."""
        typed = fold(text)
        found = [
            Hit(PAGE, page.key, page.label, self._look.words.t("Screen"), page.icon)
            for page in self._pages
            if len(typed) > 1 and f" {typed}" in f" {fold(page.label)}"
        ]
        return found[:_PAGES]

    def _hit(self, row: Row, names: dict[bytes, str]) -> Hit:
        words = self._look.words
        kind = self._desk.store.kinds[row.kind]
        title = shown_title(row, words.language, base=kind.title_field)
        code = row.values.get(kind.code_field) if kind.code_field else None
        named = isinstance(row.values.get(kind.title_field), str) and title.strip()
        shown = title if named else words.t(kind.label)
        text = f"{words.isolate(str(code))} {shown}" if code else shown
        parts = [words.t(kind.label), names.get(row.workspace, "")]
        detail = " · ".join(part for part in parts if part)
        return Hit(row.kind, row.id, " ".join(text.split()), detail, kind_icon(row.kind))

    # Choosing

    @Slot(str)
    def _enter(self, text: str) -> None:
        if self._pause.isActive() or not self.isVisible():
            self._pause.stop()
            self._ask()
            return
        self._choose(self._view.currentIndex().row())

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._model.hits):
            hit = self._model.hits[row]
            self.hide()
            self.chosen.emit(hit.kind, hit.target)

    def _step(self, by: int) -> None:
        row = self._view.currentIndex().row() + by
        if 0 <= row < len(self._model.hits):
            self._view.setCurrentIndex(self._model.index(row))
            self._view.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._field:
            if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
                self._place()
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        elif event.type() == QEvent.Type.FocusIn and self._field.text().strip() and not self.isVisible():
            self._pause.start()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.isVisible():
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        self._pause.stop()
        self._asked += 1

    # Looks

    def _place(self) -> None:
        parent = self._over
        width = max(_WIDTH, self._field.width()) + 2 * SPREAD
        rows = min(len(self._model.hits), _SHOWN)
        inner = rows * _ROW if rows else max(44, self._nothing.heightForWidth(width - 2 * SPREAD - 34) + 4)
        height = inner + 2 * SPREAD + 10
        corner = self._field.mapTo(parent, QPoint(0, self._field.height() + 4))
        left = corner.x() - SPREAD
        if self._look.rtl:
            left = corner.x() + self._field.width() + SPREAD - width
        left = max(-SPREAD, min(left, parent.width() - width + SPREAD))
        self.setGeometry(left, corner.y() - SPREAD, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        box = self.rect().toRectF().adjusted(SPREAD, SPREAD, -SPREAD, -SPREAD)
        paint_shadow(painter, box, radius=8)
        fill_round(painter, box, radius=8, fill=tokens.surface, border=tokens.border)
        painter.setPen(QColor(tokens.border))
        painter.end()
