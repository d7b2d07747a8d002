"""What every start pays for its words, and what every record pays to be found."""

import random
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from desktop.store.fold import fold_row

pytestmark = pytest.mark.bench

START = """
import sys, time
if sys.argv[1] == "after":
    import dataclasses, datetime, pathlib
began = time.process_time()
from desktop.words import Words
Words("en")
print(1000 * (time.process_time() - began))
"""
ENGLISH = "activity training employment services women youth report meeting decision partner budget"
ARABIC = "المدرسة التدريب العمل اللاجئين في إلى مشروع خدمات التوظيف النساء الشباب تقرير اجتماع قرار"
MIXED = f"{ENGLISH} {ARABIC} 1.2.3 2026-06-14 Q2/2026 450"


def test_english_words_start_quickly() -> None:
    """40 ms in an empty process on a quiet machine; what counts is what a start pays on top."""
    alone, added = (min(_start(when) for _ in range(7)) for when in ("alone", "after"))
    print(f"English words: {alone:.1f} ms of processor time alone, {added:.1f} ms added to a start")
    assert added < 25


def _start(when: str) -> float:
    command = [sys.executable, "-c", START, when]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize("vocabulary", [ENGLISH, ARABIC, MIXED], ids=["en", "ar", "mixed"])
def test_folding_costs_little_more_than_cutting_into_words(vocabulary: str) -> None:
    """The budget is 150 ms for 10,000 records of 60 words where cutting and joining them takes 60 ms."""
    chance = random.Random(1)
    texts = [" ".join(chance.choices(vocabulary.split(), k=60)) for _ in range(10_000)]
    cutting = _best(lambda text: " ".join(text.split()), texts)
    folding = _best(fold_row, texts)
    print(f"fold: {folding:.0f} ms, cutting alone {cutting:.0f} ms")
    assert folding < 2.5 * cutting


def _best(work: Callable[[str], str], texts: list[str]) -> float:
    taken = []
    for _ in range(5):
        began = time.process_time()
        for text in texts:
            work(text)
        taken.append(1000 * (time.process_time() - began))
    return min(taken)
