"""Whether this server can do its work: its database, and the running process if there is one here."""

from __future__ import annotations

import ssl
import urllib.request

from sync.errors import DaftarError
from sync.server.office import Office
from sync.server.storage.engine import current_revision

_PATIENCE_S = 5


def check(office: Office) -> dict[str, object]:
    """Figures about a healthy server; raises a `DaftarError` that says what is wrong."""
    office.accounts.workspaces()
    url = None
    if office.settings.url_file.exists():
        url = office.settings.url_file.read_text("ascii").strip()
        _ask(url)
    return {"revision": current_revision(office.storage.engine), "url": url}


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
