"""What a long text weighs grows with the sessions in which it was edited, and never faster than they do."""

from __future__ import annotations

import random

from sync.merge.texts import merge_text, read_text, set_text
from sync.replica.kept import keep_text

WORDS = ["rain", "field", "visit", "training", "مطر", "إربد", "ስልጠና", "bénéficiaires"]
SESSIONS, CHANGED = 200, 3
MOST_A_SESSION = 320
"""Bytes: three words replaced, who replaced them, and where; without compression."""


def test_a_text_of_many_sessions_grows_by_a_little_with_each() -> None:
    chance = random.Random(54)
    words = [f"{chance.choice(WORDS)}{number % 97}" for number in range(900)]
    snapshot = merge_text(None, set_text(None, " ".join(words)).update)
    sizes = [len(snapshot)]
    for _ in range(SESSIONS):
        for _ in range(CHANGED):
            words[chance.randrange(len(words))] = f"{chance.choice(WORDS)}{chance.randrange(97)}"
        snapshot = merge_text(snapshot, set_text(snapshot, " ".join(words)).update)
        sizes.append(len(snapshot))
    assert read_text(snapshot) == " ".join(words)
    half = SESSIONS // 2
    early, late = sizes[half] - sizes[0], sizes[-1] - sizes[half]
    assert early < half * MOST_A_SESSION
    assert late < half * MOST_A_SESSION, "later sessions cost no more than earlier ones"
    assert len(keep_text(snapshot)) < len(snapshot)
