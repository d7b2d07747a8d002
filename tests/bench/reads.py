"""What a grid of 100,000 rows asks of the database: pages, sorting, filters, search."""

import statistics
import time
from collections.abc import Callable

from bench import making
from bench.figures import Benchmark, Figures, Options, Row

from desktop.store.profile import open_profile
from desktop.store.reader import open_store_reader
from desktop.store.rows import Order, Query, Where
from sync.records import KINDS

ROWS = 100_000
PAGE = 50
TIMES = 9


def measure(options: Options) -> Figures:
    paths = making.filled(options.folder, ROWS, only="activity")
    profile = open_profile(paths, passphrase=making.PASSPHRASE)
    began = time.perf_counter()
    reader = open_store_reader(profile, KINDS, wide=True)
    found = {"open": time.perf_counter() - began}

    def grid(*where: Where, order: str = "", search: str = "") -> Callable[[], object]:
        query = Query("activity", where=where, order=(Order(order),) if order else (), search=search)
        return lambda: reader.rows("activity", reader.record_ids(query)[:PAGE])

    ids = reader.record_ids(Query("activity"))
    asked = {
        "first_page": grid(),
        "later_page": lambda: reader.rows("activity", ids[ROWS // 2 : ROWS // 2 + PAGE]),
        "sort_text": grid(order="title"),
        "sort_day": grid(order="start"),
        "sort_whole": grid(order="progress"),
        "filter_choice": grid(Where("status", "=", "ongoing"), order="start"),
        "filter_text": grid(Where("title", "contains", "water")),
        "filter_tag": grid(Where("tags", "=", ["water"])),
        "search_grid": grid(search="water school"),
        "search_letter": grid(search="w"),
        "search_all": lambda: reader.search("water scho"),
        "search_common": lambda: reader.search("the"),
        "count": lambda: reader.count(Query("activity", where=(Where("status", "=", "ongoing"),))),
    }
    for name, ask in asked.items():
        found[name] = _typical(ask)
    reader.close()
    return found


def _typical(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


_BUDGET = "< 100 ms"
BENCHMARK = Benchmark(
    "reads",
    "pages, sorting, filters and search over 100,000 rows",
    measure,
    (
        Row("open", "opening a reader", "ms"),
        Row("first_page", "ids of all rows, and the first page of 50", "ms", _BUDGET),
        Row("later_page", "a page of 50 in the middle, ids known", "ms", _BUDGET),
        Row("sort_text", "sorted by title", "ms", _BUDGET),
        Row("sort_day", "sorted by day", "ms", _BUDGET),
        Row("sort_whole", "sorted by progress", "ms", _BUDGET),
        Row("filter_choice", "filtered by status, sorted by day", "ms", _BUDGET),
        Row("filter_text", "filtered by part of a title", "ms", _BUDGET),
        Row("filter_tag", "filtered by tag", "ms", _BUDGET),
        Row("search_grid", "searched for two words", "ms", _BUDGET),
        Row("search_letter", "searched for one letter", "ms", _BUDGET),
        Row("search_all", "global search for a word and a beginning", "ms", _BUDGET),
        Row("search_common", "global search for the commonest word", "ms", _BUDGET),
        Row("count", "counting one status", "ms", _BUDGET),
    ),
)
