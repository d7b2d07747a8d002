"""What can be done with a line of the plan: its keys and its menu come from one table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtWidgets import QMenu, QWidget

from desktop.widgets.look import Look

LINE: Final = "line"
ACTIVITY_LINE: Final = "activity"
PLACE: Final = "place"


@dataclass(frozen=True, slots=True)
class LineAct:
    """One act. `needs` says without what it is not possible: a line, an activity, another workspace."""

    icon: str
    text: str
    keys: str
    act: Callable[[], object]
    needs: str = ""


def line_acts(
    look: Look,
    *,
    open_details: Callable[[], object],
    edit_fields: Callable[[], object],
    add: Callable[[str], object],
    move: Callable[[str], object],
    move_away: Callable[[], object],
    remove: Callable[[], object],
) -> tuple[LineAct | None, ...]:
    """The acts in the order of the menu; `None` stands for a line between groups."""
    words = look.words
    inward, outward = ("Left", "Right") if look.rtl else ("Right", "Left")
    return (
        LineAct("panel", words.t("Open details"), "Alt+Return", open_details, LINE),
        LineAct("pencil", words.t("Edit all fields"), "Ctrl+E", edit_fields, LINE),
        None,
        LineAct("plus", words.t("Add activity"), "Ctrl+N", partial(add, "activity")),
        LineAct(
            "branch",
            words.t("Add a part of this activity"),
            "Ctrl+Shift+N",
            partial(add, "part"),
            ACTIVITY_LINE,
        ),
        LineAct("diamond", words.t("Add a milestone"), "", partial(add, "milestone"), LINE),
        LineAct("results", words.t("Add a result beside"), "", partial(add, "result")),
        LineAct("indent", words.t("Add a result below"), "", partial(add, "result_below"), LINE),
        None,
        LineAct("indent", words.t("Move in"), f"Alt+Shift+{inward}", partial(move, "in"), LINE),
        LineAct("outdent", words.t("Move out"), f"Alt+Shift+{outward}", partial(move, "out"), LINE),
        LineAct("arrow-up", words.t("Move up"), "Alt+Shift+Up", partial(move, "up"), LINE),
        LineAct("arrow-down", words.t("Move down"), "Alt+Shift+Down", partial(move, "down"), LINE),
        None,
        LineAct("share", words.t("Move to another workspace…"), "", move_away, PLACE),
        LineAct("trash", words.t("Remove"), "Ctrl+Del", remove, LINE),
    )


def make_menu(
    look: Look,
    acts: Sequence[LineAct | None],
    *,
    possible: Callable[[str], bool],
    parent: QWidget,
) -> QMenu:
    """A menu that goes away with its last use; `possible` is asked about what each act needs."""
    menu = QMenu(parent)
    for one in acts:
        if one is None:
            menu.addSeparator()
            continue
        keys = one.keys.replace("Return", "Enter").replace("+", " ")
        shown = f"{one.text}\t{keys}" if keys else one.text
        action = menu.addAction(look.icons.icon(one.icon, size=16, colour=look.tokens.t2), shown)
        action.setEnabled(not one.needs or possible(one.needs))
        action.triggered.connect(one.act)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
