"""`make package-check`: each step of a build for devices that runs here, and which do not. Exits 1 when one fails."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.package_check import closure
from tools.package_check.changelog import find_notes
from tools.package_check.environments import TOOLS, make_environment
from tools.package_check.settings import find_faults
from tools.package_check.wheels_seen import say_what_is_published

DIST = Path("dist")
PAGE = Path("docs/mobile-packages.md")
NOT_HERE = (
    "Flutter's project, its Gradle and Xcode builds, signing and the stores: they need Flutter, Android's SDK, Xcode",
    "the wheels of phones: Flet's index of them cannot be reached from everywhere (docs/devices.md)",
    "a start on a device (docs/devices.md, step 10)",
)


class Refused(Exception):
    """A step that failed, in sentences."""


def main() -> int:
    DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        steps: tuple[tuple[str, Callable[[Path], str]], ...] = (
            ("packages of a phone", check_packages),
            ("settings, icons, what is packed", check_settings),
            ("the packed app with a phone's packages", run_as_phone),
            ("wheels that are published for phones", lambda _place: say_what_is_published()),
            ("wheel of the project", build_wheel),
            ("bills of materials", make_bills),
            ("release notes", lambda _place: write_notes()),
        )
        failed = False
        for name, step in steps:
            try:
                print(f"ok      {name}: {step(place)}", flush=True)
            except Refused as refused:
                failed = True
                print(f"FAILED  {name}:\n        " + "\n        ".join(str(refused).splitlines()), flush=True)
    for step_elsewhere in NOT_HERE:
        print(f"not run {step_elsewhere}")
    return int(failed)


def check_packages(_place: Path) -> str:
    packages, wheels = closure.read_closure(), closure.read_wheels()
    if gaps := closure.find_gaps(packages, wheels):
        raise Refused("\n".join(gaps))
    if closure.make_page(packages, wheels) not in PAGE.read_text():
        raise Refused(f"{PAGE} does not say what is installed: python -m tools.package_check.page")
    compiled = sum(not one.pure for one in packages)
    return f"{len(packages)}, of them {len(packages) - compiled} pure and {compiled} with a known origin"


def check_settings(place: Path) -> str:
    python = make_environment("tools", TOOLS)
    _run([python, "-B", "tools/package_check/asked_flet.py", ".", place])
    answer: dict[str, Any] = json.loads((place / "answer.json").read_text())
    if faults := find_faults(answer):
        raise Refused("\n".join(faults))
    drawn = sum(one["drawn"]["files"] for name, one in answer.items() if name != "packed")
    size = sum(one.stat().st_size for one in (place / "packed").rglob("*") if one.is_file())
    return f"{', '.join(answer['packed'])} ({size / 1e6:.1f} MB); {drawn} icons and splashes drawn without a warning"


def run_as_phone(place: Path) -> str:
    needs = importlib.metadata.requires("hearthside") or []
    phone = [str(need) for need in closure.requirements_of_a_phone(needs)]
    python = make_environment("phone", phone)
    proof = place / "proof"
    proof.mkdir()
    return _run([python, "-I", "-B", "tools/package_check/phone_run.py", place / "packed", proof]).strip()


def build_wheel(place: Path) -> str:
    python = make_environment("tools", TOOLS)
    _run([python, "-m", "build", "--wheel", "--outdir", place / "wheel", "."])
    (wheel,) = (place / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    missing = [need for need in ("app/main.py", "plan/app.py", "app/assets/icon.png") if need not in names]
    strange = [name for name in names if name.startswith(("tests/", "tools/", "benchmarks/"))]
    if missing or strange:
        raise Refused(f"the wheel lacks {missing} and holds {strange[:3]}")
    wheel.replace(DIST / wheel.name)
    return f"{DIST / wheel.name}, {len(names)} files"


def make_bills(_place: Path) -> str:
    tools = make_environment("tools", TOOLS)
    needs = importlib.metadata.requires("hearthside") or []
    device = make_environment("phone", [str(one) for one in closure.requirements_of_a_phone(needs)])
    everything = make_environment("everything", [str(one) for one in closure.requirements_here(needs)])
    version = importlib.metadata.version("hearthside")
    written = []
    for kind, python in (("device", device), ("plan-and-desktop", everything)):
        path = DIST / f"hearthside-{version}-{kind}.cdx.json"
        options = ["--pyproject", "pyproject.toml", "--sv", "1.6", "--output-reproducible"]
        _run([tools, "-m", "cyclonedx_py", "environment", *options, "-o", path, python])
        parts = json.loads(path.read_text())["components"]
        written.append(f"{path} ({len(parts)} packages)")
    return ", ".join(written)


def write_notes() -> str:
    """The changelog's part about this version, beside the wheel."""
    version = importlib.metadata.version("hearthside")
    notes = find_notes(Path("CHANGELOG.md").read_text(), version)
    if not notes:
        raise Refused(f"CHANGELOG.md says nothing about {version}")
    path = DIST / f"hearthside-{version}-notes.md"
    path.write_text(notes)
    return f"{path}, {len(notes.splitlines())} lines"


def _run(command: list[Any]) -> str:
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused((done.stdout + done.stderr)[-3000:])
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
