"""The planned-in columns: one tick for each quarter. They are data of their own, not a drawing of the bar."""

from desktop.models.columns import CellKind, Column

WIDTH = 27
QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def quarter_columns(
    *, current: int | None = None, editable: bool = True, group: str = "Planned in"
) -> tuple[Column, ...]:
    """Four tick columns, keyed q1 to q4; `current` (1 to 4) has its header in the accent."""
    return tuple(
        Column(
            key=title.lower(),
            title=title,
            kind=CellKind.TICK,
            width=WIDTH,
            editable=editable,
            group=group,
            current=number == current,
            rule=number == len(QUARTERS),
        )
        for number, title in enumerate(QUARTERS, start=1)
    )
