"""One laptop behind the JSON lines of the shared harness, so that Daftar is measured as its peers are.

    python -m bench.peer_client FOLDER ADDRESS CODE NAMES

ADDRESS is that of the harness's proxy. NAMES is a file in which the laptop that loads the workload says which
record stands for which of the workload's; the other reads it. Operations: load edit push pull sync get count
conflicts quit, and `survived`, which counts the records whose every field is as it was loaded.
A timed one answers the seconds it took on the wall and of the processor.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.lab import Laptop, PacedClock
from bench.mapping import KINDS, Mapped, as_kept

from desktop.store.rows import Query
from sync.errors import DaftarError

Answer = dict[str, Any]


@dataclass(slots=True)
class Address:
    """Where the server is, as a laptop knows it."""

    url: str


class Client:
    """Obeys one operation after another."""

    def __init__(self, folder: Path, address: str, code: str, names: Path) -> None:
        self._clock = PacedClock()
        self._laptop = Laptop(folder, Address(address), code, clock=self._clock)
        self._names = names
        self._mapped: Mapped | None = None
        self._operations: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
            "load": self._load,
            "edit": self._edit,
            "push": self._sync,
            "pull": self._sync,
            "sync": self._sync,
            "get": self._get,
            "count": self._count,
            "conflicts": self._conflicts,
            "survived": self._survived,
        }

    def obey(self, asked: Mapping[str, Any]) -> Answer:
        """The answer to one line; what the network did not let through is told as an error."""
        gc.collect()
        gc.freeze()
        wall, own = time.perf_counter(), time.process_time()
        try:
            answer = self._operations[asked["op"]](asked)
        except DaftarError as error:
            answer = {"error": error.code}
        return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - own, **answer}

    def close(self) -> None:
        self._laptop.close()

    def _load(self, asked: Mapping[str, Any]) -> Answer:
        self._mapped = Mapped(self._laptop.workspace, self._laptop.store.new_id)
        records = _lines(asked["file"])
        edits = self._mapped.creations(records)
        self._names.write_text(json.dumps(self._mapped.known()), encoding="utf-8")
        with self._clock.typing(len(edits)):
            self._laptop.store.submit(edits, label="Load").result()
        return {"n": len(records)}

    def _edit(self, asked: Mapping[str, Any]) -> Answer:
        self._laptop.write(self._known(), _lines(asked["file"]))
        return {}

    def _sync(self, _asked: Mapping[str, Any]) -> Answer:
        receipt = self._laptop.sync()
        if receipt.refused or receipt.differing:
            return {"error": f"refused {len(receipt.refused)}, differing {receipt.differing}"}
        return {"requests": receipt.requests}

    def _get(self, asked: Mapping[str, Any]) -> Answer:
        mapped, values = self._known(), {}
        with self._laptop.reading() as reader:
            for edit in _lines(asked["file"]):
                row = reader.get(KINDS[edit["type"]], mapped.id_of(edit["id"]))
                values[f"{edit['id']}/{edit['field']}"] = mapped.field_of(
                    edit["type"], edit["field"], row.values
                )
        return {"values": values}

    def _count(self, _asked: Mapping[str, Any]) -> Answer:
        with self._laptop.reading() as reader:
            return {"n": sum(reader.count(Query(kind)) for kind in KINDS.values())}

    def _conflicts(self, _asked: Mapping[str, Any]) -> Answer:
        """How many questions there are, and how many values they offer; long texts merge and ask nothing."""
        with self._laptop.reading() as reader:
            found = reader.conflicts(workspaces=[self._laptop.workspace])
        return {"n": len(found), "values": sum(len(one.heads) for one in found)}

    def _survived(self, asked: Mapping[str, Any]) -> Answer:
        mapped, whole = self._known(), 0
        with self._laptop.reading() as reader:
            for record in _lines(asked["file"]):
                row = reader.get(KINDS[record["type"]], mapped.id_of(record["id"]))
                whole += mapped.fields_of(record["type"], row.values) == as_kept(record["f"])
        return {"n": whole}

    def _known(self) -> Mapped:
        if self._mapped is None:
            self._mapped = Mapped(self._laptop.workspace, self._laptop.store.new_id)
            self._mapped.learn(json.loads(self._names.read_text(encoding="utf-8")))
        return self._mapped


def _lines(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def main(folder: str, address: str, code: str, names: str) -> int:
    client = Client(Path(folder), address, code, Path(names))
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            if asked["op"] == "quit":
                break
            print(json.dumps(client.obey(asked)), flush=True)
    finally:
        client.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
