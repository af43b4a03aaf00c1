"""For all tests."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it need not be looked through at every sweep of memory."""
    gc.collect()
    gc.freeze()
