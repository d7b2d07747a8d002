"""Tells a person once what happened without them, such as an access that has ended."""

from collections.abc import Callable, Sequence
from functools import partial

from desktop.bridge.desk import Desk
from desktop.store.notices import Notice, drop_notice, unread_notices
from desktop.words.notices import notice_text


class Telling:
    """Asks the reader thread for notices, and drops each when it was shown."""

    def __init__(self, desk: Desk, say: Callable[[str], object]) -> None:
        self._desk, self._say = desk, say

    def look(self) -> None:
        """At the start, and whenever the list of workspaces has changed."""
        self._desk.ask(unread_notices, self._show)

    def _show(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            self._say(notice_text(self._desk.words, notice.code, notice.params))
            future = self._desk.store.post(partial(drop_notice, notice=notice))
            self._desk.calls.when_done(future, _nothing, self._desk.failed.emit)


def _nothing(_done: object) -> None:
    """It was read."""
