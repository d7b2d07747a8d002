"""A small object store at a real socket that understands what the server asks of S3."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 3


class Shelf:
    """The objects, and every request that came; `broken` answers all of them with an error."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[tuple[str, int], bytes] = {}
        self.seen: list[str] = []
        self.broken = False


def _listing(shelf: Shelf, prefix: str, after: str) -> bytes:
    keys = sorted(key for key in shelf.objects if key.startswith(prefix) and key > after)
    page, more = keys[:PAGE], len(keys) > PAGE
    items = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{len(shelf.objects[key])}</Size></Contents>" for key in page
    )
    token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
    return (
        f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{items}</ListBucketResult>"
    ).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers for one self.shelf."""

    shelf: Shelf
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Tests have nothing to read here."""

    def do_GET(self) -> None:
        key, query = self._key()
        if "list-type" in query:
            self._answer(
                200, _listing(self.shelf, query.get("prefix", ""), query.get("continuation-token", ""))
            )
        elif key not in self.shelf.objects:
            self._absent()
        elif wish := self.headers.get("range", ""):
            start, stop = (int(part) for part in wish.removeprefix("bytes=").split("-"))
            self._answer(206, self.shelf.objects[key][start : stop + 1])
        else:
            self._answer(200, self.shelf.objects[key])

    def do_HEAD(self) -> None:
        key, _ = self._key()
        if key in self.shelf.objects:
            self._answer(200, self.shelf.objects[key])
        else:
            self._absent()

    def do_PUT(self) -> None:
        key, query = self._key()
        data = self._body()
        if "partNumber" in query:
            self.shelf.parts[key, int(query["partNumber"])] = data
        else:
            self.shelf.objects[key] = data
        self._answer(200, b"", etag='"x"')

    def do_POST(self) -> None:
        key, query = self._key()
        self._body()
        if "uploads" in query:
            upload = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            self._answer(200, upload.encode())
            return
        numbers = sorted(number for name, number in self.shelf.parts if name == key)
        self.shelf.objects[key] = b"".join(self.shelf.parts.pop((key, number)) for number in numbers)
        self._answer(200, b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")

    def do_DELETE(self) -> None:
        key, _ = self._key()
        self.shelf.objects.pop(key, None)
        self._answer(204, b"")

    def _key(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.shelf.seen.append(f"{self.command} {parts.path}")
        return unquote(parts.path).removeprefix("/files").removeprefix("/"), query

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        found = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(found)

    def _absent(self) -> None:
        self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _answer(self, status: int, body: bytes, *, etag: str = "") -> None:
        if self.shelf.broken:
            status, body = 403, b"<Error><Code>AccessDenied</Code></Error>"
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        if etag:
            self.send_header("etag", etag)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def object_store(shelf: Shelf) -> Iterator[str]:
    """The address of a store over a shelf; its one bucket is called `files`."""
    handler = type("ShelfHandler", (Handler,), {"shelf": shelf})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="objects")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
