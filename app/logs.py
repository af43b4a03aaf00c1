"""One rotating log file in the data directory, and nothing about a person in it.

Own loggers ("app", "hearthside", "plan") write fixed sentences with ids. What other libraries write is kept
as a place in their code only: an f-string may hold anything, and httpx writes whole addresses. Exceptions are
kept as type and place: their texts quote values (SQLAlchemy, pydantic and sqlite do).
"""

from __future__ import annotations

import asyncio
import logging
import logging.handlers
import os
import sys
import threading
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any

from app.errors import HearthsideError

OWN = ("app", "hearthside", "plan")
QUIET = (
    *("flet", "flet_web", "flet_transport", "flet_controls", "flet_components", "flet_object_patch"),
    *("httpx", "httpcore", "uvicorn", "uvicorn.access", "uvicorn.error", "asyncio", "keyring"),
)
MAX_BYTES = 1_000_000
BACKUPS = 3


def describe(error: BaseException) -> str:
    """Type and place of an exception and of what caused it, without a word of its text."""
    parts: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        frames = traceback.extract_tb(link.__traceback__)[-4:]
        places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
        detail = f" [{link.detail}]" if isinstance(link, HearthsideError) and link.detail else ""
        parts.append(f"{type(link).__name__}{detail} at {places or 'unknown place'}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "; caused by ".join(parts)


class SafeFormatter(logging.Formatter):
    """Formats a record without texts that could hold patient data."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        safe = logging.makeLogRecord(record.__dict__)
        safe.exc_text = None
        safe.stack_info = None
        if record.name.split(".")[0] in OWN:
            safe.args = _without_exceptions(record.args)
        else:
            safe.msg, safe.args = f"(text withheld) {record.filename}:{record.lineno}", None
        return super().format(safe)

    def formatException(self, ei: Any) -> str:
        error = ei[1] if ei else None
        return describe(error) if error is not None else ""


def _without_exceptions(args: Any) -> Any:
    if isinstance(args, dict):
        return {key: _plain(value) for key, value in args.items()}
    return tuple(_plain(value) for value in args) if isinstance(args, tuple) else args


def _plain(value: Any) -> Any:
    return describe(value) if isinstance(value, BaseException) else value


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that only this user can read."""

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "a", encoding=self.encoding)


def start_logging(data_dir: Path, *, name: str = "hearthside.log") -> Path:
    """Send all logging to `data_dir/name` and return its path; also catches what nobody else catches."""
    path = data_dir / name
    handler = _PrivateFile(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=True)
    handler.setFormatter(SafeFormatter())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for own in OWN:
        logging.getLogger(own).setLevel(logging.INFO)
    for quiet in QUIET:
        logging.getLogger(quiet).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a log that cannot be written would print its arguments to the terminal
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = _log_unraisable
    return path


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Write failures of forgotten tasks to the log instead of the terminal."""
    log = logging.getLogger("app.loop")

    def handle(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None:
            log.error("a task failed: %s", describe(error))
        else:
            log.warning("the event loop reported a problem without an exception")

    loop.set_exception_handler(handle)


def _log_unraisable(failure: sys.UnraisableHookArgs) -> None:
    """What fails where nothing can be raised, as in a finaliser; Python would print its text."""
    text = describe(failure.exc_value) if failure.exc_value is not None else failure.exc_type.__name__
    logging.getLogger("app.crash").error("ignored %s", text)


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, _traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    text = describe(error) if error is not None else kind.__name__
    logging.getLogger("app.crash").critical("stopped by %s", text)
    sys.stderr.write(f"Hearthside stopped: {text}\n")
