"""The built page on a server of its own, with whatever documents a test wants it to show."""

from __future__ import annotations

import gzip
import http.server
import json
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from typing import Any

from infra.site_files import CACHE_RULES, DIST
from tests.support.golden import FOLDER

# A body, or a status without one.
Answer = bytes | int


def golden(name: str) -> dict[str, Any]:
    """Return a fresh copy of a golden document."""
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return document


def _cache_control(name: str) -> str:
    return next(rule.cache_control for rule in CACHE_RULES if rule.include is None or fnmatch(name, rule.include))


class Site:
    """The built page and its documents, compressed and cached as CloudFront does it.

    Parameters
    ----------
    documents : dict of str to Answer
        By name, what the page gets; what is not there is answered with 403, as the public bucket does.
    """

    def __init__(self, documents: dict[str, Answer]) -> None:
        self.documents = documents
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/index.html"

    def put(self, name: str, document: dict[str, Any]) -> None:
        """Publish a document."""
        self.documents[name] = json.dumps(document).encode()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        documents = self.documents

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.split("?")[0].lstrip("/")
                file = DIST / name
                answer = documents.get(name, file.read_bytes() if file.is_file() else 403)
                body = answer if isinstance(answer, bytes) else b""
                self.send_response(200 if isinstance(answer, bytes) else answer)
                if "gzip" in self.headers.get("Accept-Encoding", "") and not name.endswith((".png", ".woff2")):
                    body = gzip.compress(body, mtime=0)
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Cache-Control", _cache_control(name))
                self.send_header("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def serve(result: str | None = "data", **documents: Answer) -> Iterator[Site]:
    """Serve the page with golden documents: the result of that name, the history and both runs of it.

    Parameters
    ----------
    result : str or None
        The name of a golden result; None: nothing was uploaded yet.
    **documents : Answer
        Other answers, by name without ``.json``.
    """
    found: dict[str, Answer] = {}
    if result is not None:
        found = {f"{name}.json": (FOLDER / f"{name}.json").read_bytes() for name in ("runs",)}
        found["receipt.json"] = (FOLDER / "accepted.json").read_bytes()
        found["data.json"] = (FOLDER / f"{result}.json").read_bytes()
        for name in ("first", "data"):
            found[f"runs/{golden(name)['run_id']}/data.json"] = (FOLDER / f"{name}.json").read_bytes()
    site = Site({**found, **{f"{name}.json": answer for name, answer in documents.items()}})
    threading.Thread(target=site._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield site
    finally:
        site._server.shutdown()
        site._server.server_close()
