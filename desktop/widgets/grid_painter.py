"""Draws the rows of a grid, the whole line at once; there are no row widgets and no per-cell Qt calls."""

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter

from desktop.models.columns import Align, Cell, CellKind
from desktop.models.record_table_model import RecordTableModel
from desktop.widgets.avatar import Face, paint_avatar
from desktop.widgets.badge import Badge, paint_badge
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role, advance
from desktop.widgets.grid_header import FIRST_PAD, PAD
from desktop.widgets.look import Look
from desktop.widgets.mirror import CENTRE_ALIGN, NUMBER_ALIGN, Mirror
from desktop.widgets.paint_pass import PaintPass
from desktop.widgets.painting import colour_of, draw_text, fill_round, paint_tick

STEP = 10


class GridPainter:
    """Painter of `Grid`; the fonts and colours it needs often are looked up once."""

    def __init__(self, look: Look, model: RecordTableModel) -> None:
        self._look, self._model = look, model
        self._tokens = look.tokens
        self._body = look.fonts.of()
        self._small = look.fonts.of(Role.SECONDARY)
        self._numbers = look.fonts.number()
        self._columns = model.columns
        self._aligned = [column.alignment for column in model.columns]

    def paint_row(self, painter: QPainter, row: int, line: QRect, view: PaintPass) -> None:
        """One row; `line` is as wide as the view."""
        if self._model.is_group(row):
            self._paint_group(painter, row, line, view)
        else:
            self._paint_cells(painter, row, line, view)
        if view.current_row == row:
            mirror = Mirror(line.width(), rtl=self._look.rtl)
            painter.fillRect(mirror.rect(0, line.y(), 3, line.height()), colour_of(self._tokens.accent_text))

    def _ground(self, row: int, view: PaintPass, plain: str) -> str:
        if view.current_row == row:
            return self._tokens.sel
        return self._tokens.hover if view.hovered_row == row else plain

    # Groups

    def _paint_group(self, painter: QPainter, row: int, line: QRect, view: PaintPass) -> None:
        look, tokens, model = self._look, self._tokens, self._model
        level = model.level(row)
        ground = self._ground(row, view, tokens.sunken if level == 0 else tokens.surface)
        painter.fillRect(line, colour_of(ground))
        painter.fillRect(line.x(), line.bottom(), line.width(), 1, colour_of(tokens.line))
        y, height = line.y(), line.height()
        mirror = Mirror(line.width(), rtl=look.rtl)
        cell = model.cell_at(row, 0)
        at = 10 + STEP * level
        self._paint_chevron(painter, mirror, row, at, line)
        at += 18
        at = self._paint_prefix(painter, mirror, cell, at, line, current=view.current_row == row)
        font = look.fonts.of(Role.BODY, SEMIBOLD if level == 0 else MEDIUM)
        where = mirror.rect(at, y, line.width() - at - 8, height)
        draw_text(painter, where, cell.text, font=font, colour=tokens.t1, align=mirror.leading)
        if cell.second:
            at += advance(font, cell.text) + 10
            where = mirror.rect(at, y, line.width() - at - 8, height)
            draw_text(painter, where, cell.second, font=self._small, colour=tokens.t3, align=mirror.leading)

    def _paint_chevron(self, painter: QPainter, mirror: Mirror, row: int, at: int, line: QRect) -> None:
        opened = self._model.expanded(row)
        if opened is not None:
            where = mirror.rect(at, line.y(), 14, line.height())
            icon = "chevron-down" if opened else "chevron-right"
            self._look.icons.paint(painter, icon, where, colour=self._tokens.t2)

    def _paint_prefix(
        self, painter: QPainter, mirror: Mirror, cell: Cell, at: int, line: QRect, *, current: bool
    ) -> int:
        if not cell.prefix:
            return at
        width = advance(self._body, cell.prefix) + 8
        where = mirror.rect(at, line.y(), width, line.height())
        colour = self._tokens.t2 if current else self._tokens.t3
        draw_text(painter, where, cell.prefix, font=self._body, colour=colour, align=mirror.leading)
        return at + width

    # Cells

    def _paint_cells(self, painter: QPainter, row: int, line: QRect, view: PaintPass) -> None:
        tokens, rtl = self._tokens, self._look.rtl
        painter.fillRect(line, colour_of(self._ground(row, view, tokens.surface)))
        y, height = line.y(), line.height()
        muted = self._model.row_at(row).muted
        for at, x, width in view.columns:
            column, cell = self._columns[at], self._model.cell_at(row, at)
            mirror = Mirror(width, rtl=rtl, left=x)
            box = QRect(x, y, width, height)
            if view.is_selected(row, at):
                painter.fillRect(box, colour_of(tokens.sel))
            elif cell.tint:
                painter.fillRect(box, colour_of(tokens.family(cell.tint).tint))
            if column.rule:
                painter.fillRect(mirror.rect(width - 1, y, 1, height), colour_of(tokens.line))
            self._paint_cell(
                painter,
                mirror,
                box,
                cell,
                place=(row, at),
                muted=muted or cell.muted,
                current=view.current_row == row,
            )
            if view.has_focus and view.current == (row, at) and column.editable and not cell.locked:
                ring = QRectF(x, y, width, height - 1)
                fill_round(painter, ring, radius=1, border=tokens.accent_text, width=2)
        painter.fillRect(line.x(), line.bottom(), line.width(), 1, colour_of(tokens.line))

    def _paint_cell(
        self,
        painter: QPainter,
        mirror: Mirror,
        box: QRect,
        cell: Cell,
        *,
        place: tuple[int, int],
        muted: bool,
        current: bool,
    ) -> None:
        kind = self._columns[place[1]].kind
        if cell.problem:
            self._paint_problem(painter, box, cell)
        elif kind is CellKind.TICK:
            centre = QPointF(box.x() + box.width() / 2, box.y() + box.height() / 2)
            done = cell.family == "ok"
            paint_tick(
                painter, self._tokens, centre, checked=cell.checked, enabled=not cell.locked, done=done
            )
        elif kind is CellKind.STATUS:
            if cell.text:
                where = mirror.rect(PAD, box.y(), box.width() - PAD - 2, box.height())
                badge = Badge(cell.text, cell.family or "none", cell.icon, filled=False)
                paint_badge(painter, self._look, where, badge)
        elif kind is CellKind.PERSON:
            if cell.text:
                self._paint_person(painter, box, mirror, cell)
        elif kind is CellKind.PROGRESS:
            if cell.text:
                self._paint_progress(painter, box, mirror, cell)
        else:
            self._paint_text(painter, mirror, box, cell, place=place, muted=muted, current=current)

    def _paint_person(self, painter: QPainter, box: QRect, mirror: Mirror, cell: Cell) -> None:
        face = Face(cell.text, cell.person)
        disc = mirror.rect(PAD, box.y() + (box.height() - 20) // 2, 20, 20)
        if box.width() < 64:
            paint_avatar(painter, self._look, QRectF(box.x(), disc.y(), box.width(), 20), face)
            return
        paint_avatar(painter, self._look, disc, face)
        where = mirror.rect(PAD + 26, box.y(), box.width() - PAD - 30, box.height())
        draw_text(painter, where, cell.text, font=self._body, colour=self._tokens.t1, align=mirror.leading)

    def _paint_progress(self, painter: QPainter, box: QRect, mirror: Mirror, cell: Cell) -> None:
        tokens = self._tokens
        width = max(10, box.width() - 2 * PAD - 44)
        y = box.y() + box.height() / 2 - 3
        fill_round(painter, mirror.rectf(PAD, y, width, 6), radius=3, fill=tokens.none.tint)
        if cell.share > 0:
            done = mirror.rectf(PAD, y, max(6.0, width * min(1.0, cell.share)), 6)
            fill_round(painter, done, radius=3, fill=tokens.family(cell.family or "ok").solid)
        where = mirror.rect(PAD + width + 4, box.y(), 40, box.height())
        font = self._look.fonts.number(Role.SECONDARY, MEDIUM)
        draw_text(painter, where, cell.text, font=font, colour=tokens.t1, align=mirror.trailing)

    def _paint_problem(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        tokens = self._tokens
        inner = QRectF(box).adjusted(0, 0, 0, -1)
        fill_round(painter, inner, radius=0, fill=tokens.surface, border=tokens.bad.solid, width=1.5)
        icon = QRect(box.x() + 5, box.y(), 12, box.height())
        self._look.icons.paint(painter, "circle-alert", icon, colour=tokens.bad.text)
        where = box.adjusted(20, 0, -6, 0)
        draw_text(painter, where, cell.text, font=self._numbers, colour=tokens.t1, align=NUMBER_ALIGN)

    def _paint_text(
        self,
        painter: QPainter,
        mirror: Mirror,
        box: QRect,
        cell: Cell,
        *,
        place: tuple[int, int],
        muted: bool,
        current: bool,
    ) -> None:
        tokens = self._tokens
        row, column = place
        at = self.text_start(row, column)
        if column == 0:
            self._paint_chevron(painter, mirror, row, at - 18, box)
        at = self._paint_prefix(painter, mirror, cell, at, box, current=current)
        if cell.icon:
            colour = self._look.icon_colour(cell.family or None)
            where = mirror.rect(at, box.y(), 12, box.height())
            self._look.icons.paint(painter, cell.icon, where, colour=colour)
            at += 17
        aligned = self._aligned[column]
        end = PAD if aligned is Align.NUMBER else 4
        where = mirror.rect(at, box.y(), box.width() - at - end, box.height())
        if aligned is Align.NUMBER and self._look.rtl:
            # Units line up on the right; what stands before the number goes to its left.
            where = QRect(box.x() + 4, box.y(), box.width() - PAD - 4, box.height())
        colour = tokens.t2 if muted else tokens.family(cell.family).text if cell.family else tokens.t1
        align, font = mirror.leading, self._body
        if aligned is Align.NUMBER:
            align, font = NUMBER_ALIGN, self._numbers
            colour = tokens.t3 if cell.plain == "0" and not current else colour
        elif aligned is Align.CENTRE:
            align = CENTRE_ALIGN
        elif aligned is Align.TRAILING:
            align = mirror.trailing
        draw_text(painter, where, cell.text, font=font, colour=colour, align=align)
        if cell.second:
            self._paint_second(
                painter, mirror, box, cell, at + advance(font, cell.text) + 10, current=current
            )

    def _paint_second(
        self, painter: QPainter, mirror: Mirror, box: QRect, cell: Cell, at: int, *, current: bool
    ) -> None:
        where = mirror.rect(at, box.y(), box.width() - at - 4, box.height())
        colour = self._tokens.t2 if current else self._tokens.t3
        draw_text(painter, where, cell.second, font=self._small, colour=colour, align=mirror.leading)

    def text_start(self, row: int, column: int) -> int:
        if column:
            return PAD
        level = self._model.level(row)
        if self._model.expanded(row) is not None:
            return 28 + STEP * level
        return 28 + STEP * (level - 1) if level else FIRST_PAD

    def needed_width(self, row: int, column: int) -> int:
        """How wide a cell would have to be to show all its words."""
        cell = self._model.cell_at(row, column)
        words = f"{cell.prefix} {cell.text}  {cell.second}".strip()
        return self.text_start(row, column) + advance(self._body, words) + (17 if cell.icon else 0) + 4
