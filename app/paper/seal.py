"""A paper that leaves as a file opens only with its password (AES-256, PDF 2.0), which is told apart from it."""

from __future__ import annotations

import secrets
from io import BytesIO

from pypdf import PdfReader, PdfWriter

ALGORITHM = "AES-256"


def seal(pdf: bytes, password: str) -> bytes:
    """The same pages behind a password. The owner's password is random and kept by nobody."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    writer.encrypt(password, secrets.token_hex(32), algorithm=ALGORITHM)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
