"""The environments of the check, each with its own packages, in `.package-venv/`; made again after a change."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HOME = Path(".package-venv")
TOOLS = ("flet-cli==1.0.5", "build>=1.3,<2", "cyclonedx-bom>=7.5,<8")
"""Flet's build command, the builder of wheels (PyPA), and the maker of the bill of materials (OWASP CycloneDX)."""


def make_environment(name: str, packages: Sequence[str]) -> Path:
    """An environment with these packages, and the path of its Python. Raises CalledProcessError when pip fails."""
    place = HOME / name
    python = place / "bin" / "python"
    stamp = place / "made-of"
    wanted = hashlib.sha256("\n".join(packages).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python.absolute()
    subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True
    )
    stamp.write_text(wanted)
    return python.absolute()
