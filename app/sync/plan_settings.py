"""The plan's own settings, pulled by id with every pass: `Library/hearthside-settings`, JSON inside."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sqlalchemy import Connection

from app.store import meta
from app.sync.batch import status_of
from app.sync.fhir import json_text, read

KIND = "Library"
URL = f"{KIND}/hearthside-settings"
META_KEY = "plan-settings"
"""Where the JSON text lies as it was sent; "" or absent when the plan has sent none."""
LARGEST = 256 * 1024
"""Characters."""


def settings_text(answer: Any) -> str | None:
    """The settings as JSON text, "" where the plan has none, None where this answer says nothing about it.

    What cannot be read changes nothing: yesterday's telephone numbers are better than none.
    """
    if status_of(answer) in ("404", "410"):
        return ""
    library = read.find(answer, "resource")
    if status_of(answer) != "200" or read.text(library, "resourceType") != KIND:
        return None
    for content in read.items(library, "content"):
        data = read.find(content, "data")
        if isinstance(data, str) and len(data) <= LARGEST:
            try:
                text = base64.b64decode("".join(data.split()), validate=True).decode("utf-8")
                if isinstance(json_text.loads(text), dict):
                    return text
            except (binascii.Error, ValueError):
                continue
    return None


def is_news(connection: Connection, text: str) -> bool:
    return text != (meta.find(connection, META_KEY) or "")
