"""Settings, the data directory, one app a directory, and what this computer can show the app on."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import DEFAULT_PORT, BadSetting, Settings, default_data_dir, is_loopback, prepare_data_dir
from app.web import screen, serve
from app.web.guard import Address
from app.web.running import RunLock


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_loopback_needs_no_flag(host: str, tmp_path: Path) -> None:
    assert is_loopback(host)
    Settings(data_dir=tmp_path, host=host).check()


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.168.1.5", "tablet.local", "", "127.0.0.1.evil.example"],  # noqa: S104 - to be refused
)
def test_a_host_that_others_can_reach_is_refused_without_flag_and_tls(host: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="--allow-network"):
        Settings(data_dir=tmp_path, host=host).check()
    with pytest.raises(BadSetting, match="--tls-cert"):
        Settings(data_dir=tmp_path, host=host, allow_network=True, public_host="tablet.local").check()
    tls = Settings(
        data_dir=tmp_path,
        host=host,
        allow_network=True,
        tls_certificate=tmp_path,
        tls_key=tmp_path,
        public_host="tablet.local",
    )
    tls.check()


def test_the_data_directory_is_made_private(tmp_path: Path) -> None:
    made = prepare_data_dir(tmp_path / "a" / "b")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    made.chmod(0o755)
    assert stat.S_IMODE(prepare_data_dir(made).stat().st_mode) == 0o700


def test_a_data_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="cannot be used as the data directory"):
        prepare_data_dir(tmp_path / "file" / "data")


def test_the_environment_can_name_the_data_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEARTHSIDE_DATA", str(tmp_path))
    assert default_data_dir() == tmp_path
    monkeypatch.delenv("HEARTHSIDE_DATA")
    assert default_data_dir().name == "hearthside"


def test_only_one_app_runs_on_a_data_directory(tmp_path: Path) -> None:
    first, second = RunLock(tmp_path), RunLock(tmp_path)
    assert first.take()
    first.publish("http://127.0.0.1:8700")
    assert not second.take()
    assert second.running_at() == "http://127.0.0.1:8700"
    first.release()
    assert second.running_at() is None
    assert second.take()
    second.release()


def test_a_killed_app_leaves_no_lock_behind(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from app.web.running import RunLock;"
        "lock = RunLock(Path(sys.argv[1])); assert lock.take(); lock.publish('http://127.0.0.1:1');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    lock = RunLock(tmp_path)
    assert lock.take()
    assert lock.running_at() is None
    lock.release()


def test_a_given_port_is_used_or_refused_and_the_usual_one_gives_way(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(BadSetting, match=f"Port {port} is taken"):
            serve.listen(Settings(data_dir=tmp_path, port=port))
    with (
        serve.listen(Settings(data_dir=tmp_path)) as first,
        serve.listen(Settings(data_dir=tmp_path)) as second,
    ):
        assert second.getsockname()[1] != first.getsockname()[1] >= DEFAULT_PORT


def test_an_address_is_written_as_browsers_write_it() -> None:
    assert Address("127.0.0.1", 8700).origin == "http://127.0.0.1:8700"
    assert Address("127.0.0.1", 80).origin == "http://127.0.0.1"
    assert Address("tablet.local", 443, tls=True).origin == "https://tablet.local"
    assert Address("[::1]", 8700, tls=True).socket_origin == "wss://[::1]:8700"


def test_flets_environment_cannot_overrule_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLET_SESSION_TIMEOUT", "86400")
    monkeypatch.setenv("FLET_UPLOAD_DIR", "/")
    serve.ignore_flet_environment()
    assert not {"FLET_SESSION_TIMEOUT", "FLET_UPLOAD_DIR"} & set(os.environ)


@pytest.fixture
def desktop_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Flet's desktop package is importable; its client is another matter."""
    spec = importlib.machinery.ModuleSpec("flet_desktop", None, is_package=True)
    assert spec.submodule_search_locations is not None
    spec.submodule_search_locations.append(str(tmp_path))
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: spec if name == "flet_desktop" else real(name)
    )
    monkeypatch.delenv("FLET_VIEW_PATH", raising=False)


def test_without_its_package_there_is_no_desktop_client(tmp_path: Path) -> None:
    if importlib.util.find_spec("flet_desktop") is None:
        assert not screen.has_desktop_client(tmp_path)


@pytest.mark.usefixtures("desktop_package")
def test_the_package_without_its_client_counts_as_none_so_that_nothing_is_downloaded(tmp_path: Path) -> None:
    import flet.version

    assert not screen.has_desktop_client(tmp_path)
    flavor = "light" if sys.platform.startswith("linux") else "full"
    (tmp_path / ".flet" / "client" / f"flet-desktop-{flavor}-{flet.version.flet_version}").mkdir(parents=True)
    assert screen.has_desktop_client(tmp_path)


@pytest.mark.usefixtures("desktop_package")
def test_a_client_of_ones_own_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLET_VIEW_PATH", str(tmp_path))
    assert not screen.has_desktop_client(tmp_path)
    (tmp_path / "flet").touch()
    assert screen.has_desktop_client(tmp_path)


def test_no_browser_is_asked_for_without_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not screen.has_display()
    assert not screen.open_in_browser("http://127.0.0.1:1/")
