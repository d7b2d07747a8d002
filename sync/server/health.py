"""Whether this server can do its work: its database, and the running process if there is one here."""

from __future__ import annotations

import ssl
import urllib.request
from typing import Any

from sync.errors import DaftarError
from sync.server.answers import shown_id, workspace_document
from sync.server.office import Office
from sync.server.storage import damage
from sync.server.storage.engine import current_revision
from sync.server.storage.people import Workspace

_PATIENCE_S = 5


def check(office: Office) -> dict[str, Any]:
    """Figures about a healthy server; raises a `DaftarError` that says what is wrong. `damaged` are records:
    everything else works without them.
    """
    url = None
    if office.settings.url_file.exists():
        url = office.settings.url_file.read_text("ascii").strip()
        _ask(url)
    return {
        "revision": current_revision(office.storage.engine),
        "url": url,
        "damaged": [
            {"workspace": workspace_document(place), "kind": kind, "id": shown_id(record)}
            for place, kind, record in _lost(office)
        ],
    }


def _lost(office: Office) -> list[tuple[Workspace, str, bytes]]:
    """The records that were beyond help when the last snapshots were made."""
    places = office.accounts.workspaces()
    with office.storage.reading() as connection:
        return [(place, *one) for place in places for one in damage.lost_records(connection, place.id)]


def _ask(url: str) -> None:
    # This machine asks itself, so the name in the certificate proves nothing here.
    context = ssl._create_unverified_context()  # noqa: S323, SLF001 - see above
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(f"{url}/healthz", timeout=_PATIENCE_S):
            return
    except OSError as error:
        raise DaftarError("unhealthy", url=url) from error
