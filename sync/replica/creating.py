"""New records of known kinds, column by column: the road that imports and first pulls take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, TypeVar

from sync.digest import Digest, group_terms
from sync.frames import Block, Group
from sync.merge.texts import FirstText, first_texts
from sync.records import Kind
from sync.replica.changed import Touched
from sync.replica.ids import COUNTER_BITS, Database, IdMap
from sync.replica.kept import keep_first
from sync.replica.rows import RowCodec
from sync.replica.source import Indexer, Source

T = TypeVar("T")

_CHUNK: Final = 500


class Creator:
    """Writes whole groups of creations; the caller owns the transaction."""

    def __init__(
        self, database: Database, ids: IdMap, indexer: Indexer, codecs: Mapping[str, RowCodec]
    ) -> None:
        self._database = database
        self._ids = ids
        self._indexer = indexer
        self._found: dict[str, list[tuple[int, int, str, str]]] = {}
        self._codecs = codecs

    def create(
        self, block: Block, group: Group, source: Source, digest: Digest | None, touched: Touched
    ) -> bool:
        """Write a group; False, with nothing written, where it is not that simple."""
        codec = self._codecs.get(group.kind)
        if codec is None or group.covers or any(column.bases is not None for column in group.columns):
            return False
        texts = first_texts(group)
        if texts is None:
            return False
        read = {name: [one.text for one in column] for name, column in texts.items()}
        columns = codec.group_columns(group, read)
        if columns is None:
            return False
        rowids = self._ids.rowids(group.records)
        if len(set(rowids)) < len(rowids) or self._any_known(group.kind, rowids):
            return False
        terms = group_terms(group, texts)
        self._insert(block, group, source, codec=codec, rowids=rowids, columns=columns, terms=terms)
        self._insert_documents(group, rowids, texts)
        if digest is not None and source.settled:
            digest.add_all(zip(group.records, terms, strict=True))
        found = _search_rows(codec.kind, rowids, source.workspace_index, columns)
        self._found.setdefault(group.kind, []).extend(found)
        touched.add(group.kind, *group.records)
        return True

    def begin(self) -> None:
        """Forget what a transaction that failed had found."""
        self._found = {}

    def index(self) -> None:
        """Put what was created into the search index, before anything looks for it there."""
        if self._found:
            found, self._found = self._found, {}
            self._indexer.add_new(found)

    def _insert(
        self,
        block: Block,
        group: Group,
        source: Source,
        *,
        codec: RowCodec,
        rowids: Sequence[int],
        columns: Mapping[str, Sequence[Any]],
        terms: Sequence[bytes],
    ) -> None:
        at = group.positions
        stamps = _picked(block.stamps, at)
        if source.effective:
            stamps = [source.effective.get(place, stamp) for place, stamp in zip(at, stamps, strict=True)]
        present = [name for name in codec.columns if name in columns]
        self._database.executemany(
            codec.insert_into(present),
            zip(
                rowids,
                repeat(source.workspace_index),
                _numbered(_picked(block.devices, at), self._ids.device),
                _picked(block.dseqs, at),
                stamps,
                _numbered(_picked(block.authors, at), self._ids.author),
                repeat(source.log),
                repeat(int(source.settled)),
                terms,
                *[columns[name] for name in present],
                strict=False,
            ),
        )

    def _insert_documents(
        self, group: Group, rowids: Sequence[int], texts: Mapping[str, Sequence[FirstText]]
    ) -> None:
        for column in group.columns:
            if column.name in texts:
                places = rowids if column.rows is None else [rowids[row] for row in column.rows]
                stored = [keep_first(one.stored, one.text) for one in texts[column.name]]
                self._database.executemany(
                    "INSERT INTO document(record, field, snapshot) VALUES(?, ?, ?)",
                    zip(places, repeat(column.name), stored, strict=False),
                )

    def _any_known(self, kind: str, rowids: Sequence[int]) -> bool:
        """Whether one of these is there; new ids lie behind all known ones of their run, so ranges tell."""
        runs: dict[int, list[int]] = {}
        for rowid in rowids:
            runs.setdefault(rowid >> COUNTER_BITS, []).append(rowid)
        between = f'SELECT 1 FROM "{kind}" WHERE id BETWEEN ? AND ? LIMIT 1'
        for run in runs.values():
            if self._database.execute(between, (min(run), max(run))).fetchone() and self._among(kind, run):
                return True
        return False

    def _among(self, kind: str, rowids: Sequence[int]) -> bool:
        for at in range(0, len(rowids), _CHUNK):
            part = rowids[at : at + _CHUNK]
            marks = ",".join("?" * len(part))
            found = f'SELECT 1 FROM "{kind}" WHERE id IN ({marks}) LIMIT 1'
            if self._database.execute(found, part).fetchone():
                return True
        return False


def _picked(values: Sequence[T], places: Sequence[int]) -> Sequence[T]:
    return itemgetter(*places)(values) if len(places) > 1 else [values[place] for place in places]


def _numbered(values: Sequence[T], number: Callable[[T], int]) -> Iterable[int]:
    """The number of each, which is looked up once: most groups come from one laptop and one person."""
    numbers = {value: number(value) for value in set(values)}
    if len(numbers) == 1:
        return repeat(*numbers.values())
    return [numbers[value] for value in values]


def _search_rows(
    kind: Kind, rowids: Sequence[int], workspace: int, columns: Mapping[str, Sequence[Any]]
) -> list[tuple[int, int, str, str]]:
    none = [None] * len(rowids)
    title_field = kind.title_field
    others = [
        columns[name]
        for name, field in kind.fields.items()
        if field.searchable and name in columns and name != title_field
    ]
    # Some kinds are called by a record they refer to; such a title is no text to be found by.
    titles = columns.get(title_field, none) if kind.fields[title_field].searchable else none
    bodies = zip(*others, strict=True) if others else repeat(())
    return [
        (rowid, workspace, title or "", "\n".join([str(text) for text in body if text]))
        for rowid, title, body in zip(rowids, titles, bodies, strict=False)
    ]
