"""How a paper leaves this device: to a printer, or as a sealed file into the hands of the platform (ADR 0040)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.errors import HearthsideError
from app.language import N_

PRINT_SECONDS = 30.0
"""How long a call to the printing system may take."""
TITLE = "Hearthside"
"""What a print queue shows: never whose paper it is."""
_log = logging.getLogger("app.device")


class PrinterFailed(HearthsideError):
    sentence = N_("The printer did not take it. Look at the printer, or save the paper as a file.")


class NotSealed(HearthsideError):
    sentence = N_("The paper was not locked with its password, so it was not given away. Please try again.")


class Printer(Protocol):
    """This device's way to paper."""

    async def find(self) -> str | None:
        """The name of the printer that would be used; None when there is none. Never raises."""
        ...

    async def print(self, pdf: bytes) -> None:
        """Hand the pages to the printing system; no file of ours on the way. Raises PrinterFailed."""
        ...


class NoPrinter:
    """Where nothing here can print: a phone prints from its share sheet, a browser elsewhere from its own menu."""

    async def find(self) -> str | None:
        return None

    async def print(self, pdf: bytes) -> None:
        raise PrinterFailed


class LpPrinter:
    """CUPS on Linux and macOS through its commands `lpstat` and `lp`. The pages go through a pipe."""

    def __init__(self, lp: str, lpstat: str) -> None:
        self._lp, self._lpstat = lp, lpstat

    async def find(self) -> str | None:
        try:
            code, out = await _run(self._lpstat, "-d")
        except PrinterFailed:
            return None
        _, colon, name = out.decode("utf-8", "replace").partition(":")
        return (name.strip() or None) if code == 0 and colon else None

    async def print(self, pdf: bytes) -> None:
        code, _ = await _run(self._lp, "-t", TITLE, "-o", "sides=one-sided", "-", given=pdf)
        if code != 0:
            _log.warning("the printing system refused: code %d", code)
            raise PrinterFailed


async def _run(*command: str, given: bytes | None = None) -> tuple[int, bytes]:
    """Exit code and output. Raises PrinterFailed where it cannot be started or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE if given is not None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin"},
        )
    except OSError as error:
        raise PrinterFailed(detail=type(error).__name__) from None
    try:
        out, _ = await asyncio.wait_for(process.communicate(given), PRINT_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise PrinterFailed(detail="timed out") from None
    return process.returncode or 0, out


def find_printer() -> Printer:
    """CUPS where its commands are there, else none. Windows has no command that prints a PDF from a pipe."""
    lp, lpstat = shutil.which("lp"), shutil.which("lpstat")
    return LpPrinter(lp, lpstat) if lp and lpstat else NoPrinter()


class Given(StrEnum):
    """What became of a file that was offered."""

    GONE = "gone"
    KEPT = "kept"
    """She changed her mind: no dialog was answered, nothing was shared."""
    UNKNOWN = "unknown"
    """The platform does not say (a browser's download)."""


class Giver(Protocol):
    """The platform's own way to save or share a file."""

    async def give(self, sealed: bytes, name: str) -> Given:
        """Offer it under this name, which says nothing of anybody. Leaves no copy behind that this program made."""
        ...


class PaperFiles:
    """Sealed papers on their way through a platform that wants a file (a phone's share sheet). Swept at the start
    of the program, at each lock, and after each share.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, sealed: bytes) -> Path:
        """A new file for this user only, with a random name. Raises NotSealed for a PDF without a password."""
        if not sealed.startswith(b"%PDF-") or b"/Encrypt" not in sealed:
            raise NotSealed
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._directory / f"paper-{secrets.token_hex(8)}.pdf"
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(sealed)
        return path

    def sweep(self) -> int:
        """Remove every paper that lies there; returns how many could not be removed. Never raises."""
        count = 0
        for path in self._directory.glob("paper-*.pdf"):
            try:
                path.unlink(missing_ok=True)
            except OSError:
                count += 1
        if count:
            _log.warning("papers that could not be removed: %d", count)
        return count


@dataclass(frozen=True, slots=True)
class PaperDoor:
    """What this device has for papers."""

    printer: Printer
    files: PaperFiles | None


def open_paper_door(data_dir: Path) -> PaperDoor:
    """This device's printer, and the place for files on their way, empty. Call it off the event loop."""
    files = PaperFiles(data_dir / "papers")
    files.sweep()
    return PaperDoor(find_printer(), files)
