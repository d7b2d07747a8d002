"""The words of the window in every language, with numbers and dates as people there write them; no Qt."""

from desktop.words.bidi import isolate
from desktop.words.words import LANGUAGES, Words

__all__ = ["LANGUAGES", "Words", "isolate"]
