"""Concurrent texts in many scripts: nothing of either side is lost, and no sign is cut in two."""

from __future__ import annotations

import random
import unicodedata

import pytest
from helpers.team import Team

TEXTS = {
    "Amharic": ("ስብሰባው ተጀመረ፡፡", "ዛሬ ", " ውይይቱ ቀጠለ።"),
    "combining marks": ("e\u0301te\u0301 a\u0323\u0307", "o\u0308\u0332 ", " n\u0303\u0330"),
    "emoji of several signs": ("👩\u200d🌾 planted", "👨\u200d👩\u200d👧 ", " 🏳\ufe0f\u200d🌈"),
    "skin tones and flags": ("🙋🏽 🇯🇴", "🤝🏾 ", " 🇪🇹"),
    "beyond sixteen bits": ("𐎠𐎡 𞤀𞤣", "𝒟𝒶𝓉𝒶 ", " 𠜎𠜱"),
    "right and left mixed": ("Output 1.2 الناتج (50%)", "مخرج A ", " ו-B ثم C"),
    "marks of direction": ("\u2067قائمة\u2069 list", "\u200f1.1\u200e ", " \u2066x\u2069"),
    "Arabic with vowels": ("اِجْتِمَاعُ ٱلْفَرِيقِ", "بِسْمِ ", " غَدًا"),
}


@pytest.mark.parametrize("parts", TEXTS.values(), ids=TEXTS)
def test_inv_28_both_ends_of_one_paragraph_are_written_at_once(
    team: Team, parts: tuple[str, str, str]
) -> None:
    middle, before, behind = parts
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    meeting = lina.add("meeting", {"title": middle})
    lina.set_text("meeting", meeting, "notes", middle)
    team.settle()
    lina.set_text("meeting", meeting, "notes", before + middle)
    omar.set_text("meeting", meeting, "notes", middle + behind)
    team.settle()
    for member in team.members:
        row = member.row("meeting", meeting)
        assert row["notes"] == before + middle + behind
        assert row["title"] == middle
    assert lina.digest() == omar.digest()


def test_inv_28_many_edits_in_all_scripts_end_equal_and_whole(team: Team) -> None:
    chance = random.Random(28)
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    meeting = lina.add("meeting", {"title": "Board"})
    lina.set_text("meeting", meeting, "notes", " ".join(part for parts in TEXTS.values() for part in parts))
    team.settle()
    signs = [sign for parts in TEXTS.values() for part in parts for sign in part]
    for _ in range(12):
        for member in team.members:
            text = member.row("meeting", meeting)["notes"]
            at = chance.randrange(len(text) + 1)
            gone = chance.randrange(3)
            new = "".join(chance.choices(signs, k=chance.randrange(4)))
            member.set_text("meeting", meeting, "notes", text[:at] + new + text[at + gone :])
        if chance.random() < 0.5:
            team.settle()
    team.settle()
    texts = {member.row("meeting", meeting)["notes"] for member in team.members}
    assert len(texts) == 1
    assert not any(unicodedata.category(sign) == "Cs" or sign == "\ufffd" for sign in texts.pop())
    assert lina.digest() == omar.digest()
