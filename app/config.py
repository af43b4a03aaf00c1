"""Settings of one run of the app, and the directory that holds everything it writes."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.errors import HearthsideError

DEFAULT_PORT = 8700
LOOPBACK = "127.0.0.1"


class BadSetting(HearthsideError):
    """A setting that cannot be used; the sentence says which and why."""

    sentence = "A setting cannot be used."


@dataclass(frozen=True, slots=True)
class Settings:
    """How this run was started."""

    data_dir: Path
    plan_url: str | None = None
    """Filled in on the first screen; the nurse can still change it."""
    host: str = LOOPBACK
    port: int | None = None
    """None: DEFAULT_PORT, or the next free one. A given port is used or refused, never replaced; 0 is any."""
    web: bool = False
    """Serve a browser even where there is a desktop client."""
    open_browser: bool = True
    allow_network: bool = False
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    public_host: str | None = None
    """The name that browsers use for this machine; only with allow_network."""

    def check(self) -> None:
        """Refuse a listener that others could reach without being asked for, or without TLS.

        Raises BadSetting.
        """
        if is_loopback(self.host):
            return
        if not self.allow_network:
            raise BadSetting(
                f"{self.host} can be reached from other machines."
                " Use 127.0.0.1, or add --allow-network with TLS."
            )
        if not (self.tls_certificate and self.tls_key and self.public_host):
            raise BadSetting("--allow-network needs --tls-cert, --tls-key and --public-host.")


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine can reach. Names other than localhost are not looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def default_data_dir() -> Path:
    """Where files go when nothing else is said: HEARTHSIDE_DATA, a phone's own place, or the user's."""
    for name in ("HEARTHSIDE_DATA", "FLET_APP_STORAGE_DATA"):
        if value := os.environ.get(name):
            return Path(value)
    return Path(platformdirs.user_data_dir("hearthside", appauthor=False))


def prepare_data_dir(path: Path) -> Path:
    """Make the directory, readable by this user only, and return it absolute.

    Raises BadSetting when it cannot be made or belongs to somebody else.
    """
    path = path.expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name == "posix":
            if path.stat().st_uid != os.getuid():
                raise BadSetting(f"{path} belongs to another user of this computer.")
            path.chmod(0o700)
    except OSError as error:
        raise BadSetting(f"{path} cannot be used as the data directory ({error.strerror}).") from error
    return path


def assets_dir() -> Path | None:
    """Icons and fonts: beside the package in a checkout, inside it when installed; None when not there."""
    package = Path(__file__).parent
    return next((p for p in (package / "assets", package.parent / "assets") if p.is_dir()), None)
