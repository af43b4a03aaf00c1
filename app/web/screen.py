"""What this computer can show Hearthside on: a Flet desktop client, a browser, or only a printed link."""

from __future__ import annotations

import importlib.util
import os
import sys
import webbrowser
from pathlib import Path


def has_display() -> bool:
    """True in a session with a screen."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_desktop_client(home: Path | None = None) -> bool:
    """True when Flet's desktop client lies on this computer, ready to start.

    Asked before Flet is: without its package Flet runs pip, and without the client it downloads one.
    """
    spec = importlib.util.find_spec("flet_desktop")
    if spec is None or not spec.submodule_search_locations:
        return False
    if (view := os.environ.get("FLET_VIEW_PATH")) and Path(view).is_dir():
        names = {entry.name for entry in Path(view).iterdir()}
        return bool(names & {"flet", "flet.exe"}) or any(name.endswith(".app") for name in names)
    import flet.version

    usual = "light" if sys.platform.startswith("linux") else "full"
    flavor = os.environ.get("FLET_DESKTOP_FLAVOR") or usual
    client = (home or Path.home()) / ".flet" / "client" / f"flet-desktop-{flavor}-{flet.version.flet_version}"
    return client.is_dir()


def open_in_browser(link: str) -> bool:
    """Open the link in the user's browser; False when there is no screen or no browser."""
    if not has_display():
        return False
    try:
        return webbrowser.open(link)
    except webbrowser.Error:
        return False
