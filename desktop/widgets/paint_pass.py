"""What a grid knows at the start of a repaint, read from Qt once instead of once for every cell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaintPass:
    """Visible columns as (number, x, width), the cursor, the selection, and the row under the pointer."""

    columns: list[tuple[int, int, int]]
    current: tuple[int, int]
    has_focus: bool
    hovered_row: int
    boxes: list[tuple[int, int, int, int]]

    @property
    def current_row(self) -> int:
        return self.current[0]

    def is_selected(self, row: int, column: int) -> bool:
        """Part of a range; a lone cell is only the cursor."""
        return any(
            top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.boxes
        )
