"""Asks the package index whether compiled packages have wheels for phones by now. It tells, and never fails."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from tools.package_check.closure import Package, read_closure

PLATFORMS = ("android_24_arm64_v8a", "ios_13_0_arm64_iphoneos")
PYTHON = "3.14"
"""What Flet 1.0.5 bundles."""


def say_what_is_published() -> str:
    """One sentence: which of a phone's compiled packages can be had as wheels from the index that pip uses here."""
    compiled = [one for one in read_closure() if not one.pure]
    wanted = [(one, platform) for one in compiled for platform in PLATFORMS]
    with ThreadPoolExecutor(4) as pool:
        found = [pair for pair, there in zip(wanted, pool.map(_can_be_had, wanted), strict=True) if there]
    names = sorted(f"{one.name} ({platform.split('_')[0]})" for one, platform in found)
    missing = len(wanted) - len(found)
    return f"{', '.join(names) or 'none'}; {missing} of {len(wanted)} are not, for Python {PYTHON}"


def _can_be_had(pair: tuple[Package, str]) -> bool:
    package, platform = pair
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    aim = ["--platform", platform, "--python-version", PYTHON]
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", *options, *aim, "--dest", place]
        done = subprocess.run(
            [*command, f"{package.name}=={package.version}"], capture_output=True, check=False
        )
    return done.returncode == 0
