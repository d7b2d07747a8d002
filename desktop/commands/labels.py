"""What commands are called in the list of undo, as English messages that whoever shows them translates."""

from __future__ import annotations

from typing import Final


def t(msgid: str) -> str:
    """Mark a label for translation."""
    return msgid


ADD: Final = t("Add a record")
ADD_MANY: Final = t("Add records")
CHANGE: Final = t("Change a record")
REMOVE: Final = t("Delete a record")
RESTORE: Final = t("Restore a record")
MOVE_AWAY: Final = t("Move to another workspace")

IMPORT: Final = t("Bring in a file")
DECIDE: Final = t("Decide")
REOPEN: Final = t("Open a decision again")

RESCHEDULE: Final = t("Change the dates")
QUARTER: Final = t("Change the quarters")
PROGRESS: Final = t("Change the progress")
STATUS: Final = t("Change the status")
MOVE: Final = t("Move in the plan")

ENTER: Final = t("Enter values")
CLEAR: Final = t("Clear values")
MISSING: Final = t("Mark as missing")

PLAN_MEETING: Final = t("Plan a meeting")
AGENDA: Final = t("Add an agenda item")
NOTES: Final = t("Write notes")
DECISION: Final = t("Record a decision")
ACTION: Final = t("Add an action point")
COMPLETE: Final = t("Complete an action point")
VERIFY: Final = t("Verify an action point")
REOPEN_ACTION: Final = t("Open an action point again")

LINK: Final = t("Link two records")
COMMENT: Final = t("Comment")
