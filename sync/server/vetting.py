"""What is wrong with a group of changes, whatever database is to hold them.

Values are stored as bytes; the names of long texts stand in columns of text, where PostgreSQL takes no NUL.
"""

from __future__ import annotations

import re
from typing import Final

from sync.frames import Group
from sync.frames.checking import INVALID, check_group

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,64}")


def refusals(group: Group) -> dict[int, str]:
    """Row -> code of each change that is not acceptable."""
    found = check_group(group)
    for column in group.columns:
        if not _NAME.fullmatch(column.name):
            for row in range(len(group.records)) if column.rows is None else column.rows:
                found.setdefault(row, INVALID)
    return found
