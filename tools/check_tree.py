"""Checks of the tree that no linter makes: file length, machine paths. Exits 1 with one line a finding."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LONGEST = 300
FORBIDDEN = re.compile(r"/(?:work|farm)/|pypi\.org|registry\.npmjs|deb\.debian\.org|files\.pythonhosted")


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    findings: list[str] = []
    for name in listed.stdout.splitlines():
        path = Path(name)
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path.suffix == ".py" and (lines := text.count("\n")) > LONGEST:
            findings.append(f"{name}: {lines} lines, at most {LONGEST}")
        if path != Path("tools/check_tree.py") and FORBIDDEN.search(text):
            findings.append(f"{name}: names a machine path or a registry host")
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
