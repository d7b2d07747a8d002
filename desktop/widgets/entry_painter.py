"""Draws the rows of an entry grid: state by icon, ground and pattern, the number always on the right."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from desktop.models.entry import EntryCell, EntryColumn, EntryRole, EntryRow, EntryState
from desktop.models.entry_model import EntryModel
from desktop.widgets.badge import Badge, badge_width, paint_badge
from desktop.widgets.fonts import MEDIUM, REGULAR, SEMIBOLD, Role, advance
from desktop.widgets.look import Look
from desktop.widgets.mirror import NUMBER_ALIGN, Mirror
from desktop.widgets.paint_pass import PaintPass
from desktop.widgets.painting import (
    Hatch,
    colour_of,
    dashed_box,
    draw_text,
    fill_round,
    hatch,
    with_alpha,
)

HANDLE = 5
_ICON = 12
_ZEROS = ("0", "٠")


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state is drawn: its icon and family, and what fills the cell."""

    icon: str = ""
    family: str = "none"
    tint: bool = False
    strong: bool = False


STATES = {
    EntryState.PLAIN: StateLook(),
    EntryState.SAVED: StateLook("save"),
    EntryState.WAITING: StateLook("hourglass"),
    EntryState.SENT: StateLook("check", "over"),
    EntryState.APPROVED: StateLook("check-check", "ok"),
    EntryState.RETURNED: StateLook("corner-up-left", "bad", tint=True, strong=True),
    EntryState.MISSING: StateLook("circle-slash", "watch", tint=True),
    EntryState.TWO_VALUES: StateLook("git-pull-request-arrow", "ask", tint=True),
    EntryState.INVALID: StateLook("circle-alert", "bad"),
    EntryState.LOCKED: StateLook("lock"),
    EntryState.EMPTY: StateLook(),
    EntryState.DUE: StateLook(),
    EntryState.BLOCKED: StateLook(),
}


def paint_entry_cell(
    painter: QPainter,
    look: Look,
    box: QRect,
    cell: EntryCell,
    *,
    ground: str | None = None,
    weight: int = REGULAR,
    colour: str | None = None,
) -> None:
    """One cell by itself, as in the grid and on a sheet of all states."""
    tokens = look.tokens
    state = STATES[cell.state]
    family = tokens.family(state.family)
    base = ground or (tokens.sunken if cell.state is EntryState.LOCKED else tokens.surface)
    painter.fillRect(box, colour_of(family.tint if state.tint else base))
    if cell.state is EntryState.MISSING:
        hatch(painter, QRectF(box), Hatch.DIAGONAL, colour=with_alpha(family.solid, 0.22), step=6)
    if cell.state is EntryState.DUE:
        dashed_box(painter, QRectF(box).adjusted(1.5, 1.5, -2.5, -2.5), colour=tokens.strong)
    if cell.state is EntryState.INVALID:
        fill_round(painter, QRectF(box), radius=0, border=tokens.bad.solid, width=1.5)
    at = 5
    if state.icon:
        where = QRect(box.x() + at, box.y(), _ICON, box.height())
        look.icons.paint(painter, state.icon, where, colour=family.text)
        at += _ICON + 3
    ink, role = colour or tokens.t1, Role.BODY
    text = cell.text
    if cell.state is EntryState.RETURNED:
        ink, weight = family.text, SEMIBOLD
    elif cell.state is EntryState.MISSING:
        text, ink, weight, role = cell.reason or cell.text, family.text, MEDIUM, Role.CAPTION
    elif cell.state is EntryState.BLOCKED:
        text, ink, role = cell.reason or cell.text, tokens.t3, Role.CAPTION
    elif cell.state is EntryState.LOCKED:
        ink = tokens.t2
    elif cell.text in _ZEROS and weight == REGULAR:
        ink = tokens.t3
    words = role is Role.CAPTION
    font = look.fonts.of(role, weight) if words else look.fonts.number(role, weight)
    where = QRect(box.x() + at, box.y(), box.width() - at - 8, box.height())
    draw_text(painter, where, text, font=font, colour=ink, align=NUMBER_ALIGN)


class EntryPainter:
    """Painter of `EntryGrid`."""

    def __init__(self, look: Look, model: EntryModel) -> None:
        self._look, self._model = look, model

    def paint_row(self, painter: QPainter, row: int, line: QRect, view: PaintPass) -> None:
        """One row; `line` is as wide as the view."""
        declared = self._model.row_at(row)
        if declared.role is EntryRole.GROUP:
            self._paint_group(
                painter, line, row, declared, current=view.has_focus and view.current_row == row
            )
            return
        for at, x, width in view.columns:
            box = QRect(x, line.y(), width, line.height())
            column = self._model.column_at(at)
            if column is None:
                self._paint_label(painter, box, declared)
            else:
                self._paint_value(painter, box, self._model.cell_at(row, at), declared, column)
            self._paint_lines(painter, box, row, column)
            if view.is_selected(row, at) and view.current != (row, at):
                painter.fillRect(box, with_alpha(self._look.tokens.accent, 0.14))
        for at, x, width in view.columns:
            if view.current == (row, at):
                self._paint_cursor(painter, QRect(x, line.y(), width, line.height()), row, at, view)

    def _paint_group(
        self, painter: QPainter, line: QRect, at_row: int, row: EntryRow, *, current: bool
    ) -> None:
        """One line over all columns."""
        look, tokens = self._look, self._look.tokens
        painter.fillRect(line, colour_of(tokens.sel if current else tokens.sunken))
        painter.fillRect(0, line.bottom(), line.width(), 1, colour_of(self._line_below(at_row)))
        mirror = Mirror(line.width(), rtl=look.rtl)
        icon = "chevron-down" if self._model.is_open(at_row) else "chevron-right"
        look.icons.paint(painter, icon, mirror.rect(12, line.y(), 14, line.height()), colour=tokens.t2)
        strong = look.fonts.of(Role.BODY, SEMIBOLD)
        width = advance(strong, row.title) + 4
        where = mirror.rect(30, line.y(), width, line.height())
        draw_text(painter, where, row.title, font=strong, colour=tokens.t1, align=mirror.leading)
        badge = Badge(row.badge_text, row.badge_family, row.badge_icon) if row.badge_text else None
        end = line.width() - 12 - (badge_width(look, badge) if badge else 0)
        where = mirror.rect(30 + width + 8, line.y(), max(0, end - 46 - width), line.height())
        small = look.fonts.of(Role.SECONDARY)
        colour = tokens.t2 if current else tokens.t3
        draw_text(painter, where, row.caption, font=small, colour=colour, align=mirror.leading)
        if badge is not None:
            where = mirror.rect(end, line.y(), badge_width(look, badge), line.height())
            paint_badge(painter, look, where, badge)

    def _paint_label(self, painter: QPainter, box: QRect, row: EntryRow) -> None:
        look, tokens = self._look, self._look.tokens
        total = row.role is not EntryRole.INPUT
        painter.fillRect(box, colour_of(tokens.sunken if total else tokens.surface))
        mirror = Mirror(box.width(), rtl=look.rtl, left=box.x())
        font = look.fonts.of(Role.BODY, SEMIBOLD if total else REGULAR)
        where = mirror.rect(30, box.y(), box.width() - 34, box.height())
        draw_text(painter, where, row.title, font=font, colour=tokens.t1, align=mirror.leading)

    def _paint_value(
        self, painter: QPainter, box: QRect, cell: EntryCell, row: EntryRow, column: EntryColumn
    ) -> None:
        tokens = self._look.tokens
        ground, weight, colour = None, REGULAR, tokens.t1
        if column.role is EntryRole.TOTAL:
            ground, weight, colour = tokens.sunken, MEDIUM, tokens.t2
        if column.role is EntryRole.GRAND:
            ground, weight = tokens.sunken, SEMIBOLD
        if row.role is not EntryRole.INPUT:
            ground, weight, colour = tokens.sunken, SEMIBOLD, tokens.t1
        paint_entry_cell(painter, self._look, box, cell, ground=ground, weight=weight, colour=colour)

    def _line_below(self, row: int) -> str:
        """A period ends with a heavier line than a place."""
        tokens = self._look.tokens
        inside = row + 1 < self._model.rowCount() and self._model.row_at(row + 1).role is not EntryRole.GROUP
        opens = self._model.row_at(row).role is EntryRole.GROUP
        return tokens.line if inside or opens else tokens.border

    def _paint_lines(self, painter: QPainter, box: QRect, row: int, column: EntryColumn | None) -> None:
        tokens = self._look.tokens
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, colour_of(self._line_below(row)))
        heavy = column is None or column.ends_group
        edge = Mirror(box.width(), rtl=self._look.rtl, left=box.x()).rect(
            box.width() - 1, box.y(), 1, box.height()
        )
        painter.fillRect(edge, colour_of(tokens.border if heavy else tokens.line))

    def _paint_cursor(self, painter: QPainter, box: QRect, row: int, at: int, view: PaintPass) -> None:
        """Two pixels inside the cell, and the corner that drags a fill."""
        tokens = self._look.tokens
        ring = QRectF(box).adjusted(0, 0, -1, -1)
        colour = tokens.accent_text if view.has_focus else tokens.strong
        fill_round(painter, ring, radius=0, border=colour, width=2)
        if self._model.is_editable(row, at):
            x = box.x() if self._look.rtl else box.right() - HANDLE
            painter.fillRect(x, box.bottom() - HANDLE, HANDLE + 1, HANDLE + 1, colour_of(colour))
