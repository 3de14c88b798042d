"""Files that prove something: kept by digest, limited in type (by content) and size, never served as a page."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

LARGEST = 5 * 1024 * 1024  # bytes
# What a file is, is read from its first bytes; its name proves nothing.
SIGNATURES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class FileRefused(Exception):
    """The file is too large, empty, or neither PDF, JPEG nor PNG. `code`: TOO_LARGE, EMPTY, TYPE."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


def type_of(data: bytes) -> str | None:
    """The media type by the first bytes, None when it is none of those allowed."""
    return next((kind for start, kind in SIGNATURES.items() if data.startswith(start)), None)


def store(data: bytes) -> str:
    """Keep a proof; returns its SHA-256, which names it. The same bytes are kept once. Raises FileRefused."""
    if not data:
        raise FileRefused("EMPTY")
    if len(data) > LARGEST:
        raise FileRefused("TOO_LARGE")
    if type_of(data) is None:
        raise FileRefused("TYPE")
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(path)  # never half a file under its final name
    return digest


def path_of(digest: str) -> Path:
    """Where a kept file lies."""
    return settings.FILES / "proofs" / digest[:2] / digest
