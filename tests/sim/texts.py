"""What virtual people type: words of many languages, and tokens that are found again in long texts."""

import random
import re
from typing import Final

WORDS: Final = (
    "تدريب", "الشباب", "ورشة عمل", "إربد", "متابعة", "ስልጠና", "ወጣቶች", "አዲስ አበባ", "Visite", "école",
    "field visit", "🚜", "👩🏽‍🌾", "e\u0301te\u0301", "שלום", "مُحَمَّد", "𐎀𐎁", "Q2",
)  # fmt: skip
_TOKEN: Final = re.compile("⟦[^⟦⟧]*⟧")


def phrase(chance: random.Random, *, most: int = 3) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))


def token(chance: random.Random) -> str:
    return f"⟦{chance.getrandbits(40):010x} {chance.choice(WORDS)}⟧"


def tokens(text: str) -> set[str]:
    return set(_TOKEN.findall(text))


def typed(chance: random.Random, text: str, *, may_remove: bool) -> str:
    """The text with a token more, somewhere between two others; now and then one is taken out."""
    parts = re.split("(⟦[^⟦⟧]*⟧)", text)
    if may_remove and len(parts) > 3 and chance.random() < 0.2:
        parts.pop(chance.randrange(1, len(parts), 2))
    parts.insert(chance.randrange(len(parts) + 1), token(chance))
    return "".join(parts)
