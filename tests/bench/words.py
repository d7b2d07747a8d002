"""What every start pays for its words, and what every record pays to be found."""

import random
import subprocess
import sys
import time
from collections.abc import Callable

from bench.figures import Benchmark, Figures, Options, Row

from desktop.store.fold import fold_row

START = """
import sys, time
if sys.argv[1] == "after":
    import dataclasses, datetime, pathlib
began = time.process_time()
from desktop.words import Words
Words("en")
print(time.process_time() - began)
"""
ENGLISH = "activity training employment services women youth report meeting decision partner budget"
ARABIC = "المدرسة التدريب العمل اللاجئين في إلى مشروع خدمات التوظيف النساء الشباب تقرير اجتماع قرار"
MIXED = f"{ENGLISH} {ARABIC} 1.2.3 2026-06-14 Q2/2026 450"
RECORDS = 10_000


def measure(_options: Options) -> Figures:
    found = {"start_alone": _start("alone"), "start_added": _start("after")}
    for name, vocabulary in (("english", ENGLISH), ("arabic", ARABIC), ("mixed", MIXED)):
        chance = random.Random(1)
        texts = [" ".join(chance.choices(vocabulary.split(), k=60)) for _ in range(RECORDS)]
        cutting = _best(lambda text: " ".join(text.split()), texts)
        found[f"fold_{name}"] = _best(fold_row, texts) / cutting
    return found


def _start(when: str) -> float:
    command = [sys.executable, "-c", START, when]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _best(work: Callable[[str], str], texts: list[str]) -> float:
    taken = []
    for _ in range(5):
        began = time.process_time()
        for text in texts:
            work(text)
        taken.append(time.process_time() - began)
    return min(taken)


BENCHMARK = Benchmark(
    "words",
    "what words and the search form cost",
    measure,
    (
        Row("start_alone", "English words in an empty process, processor time", "ms", "< 40 ms"),
        Row("start_added", "the same on top of a start", "ms", "< 25 ms"),
        Row("fold_english", "folding English text, in times of cutting it into words", "×", "< 2.5 ×"),
        Row("fold_arabic", "folding Arabic text", "×", "< 2.5 ×"),
        Row("fold_mixed", "folding text of both with codes and dates", "×", "< 2.5 ×"),
    ),
)
