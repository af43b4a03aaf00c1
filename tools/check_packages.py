"""Looks at what the program is made of: known vulnerabilities, dangerous calls, licences. Exits 1 when one is bad.

pip-audit says "no known vulnerabilities" also when it could look nothing up, and ends well. Here every package for
which nothing was looked up counts as not audited, and is printed as that.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
SECONDS = 120
OURS = "hearthside"

FREE = re.compile(
    r"(MIT|MIT-0|MIT-CMU|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|Zlib|Unlicense|CC0)\b"
)
"""Licences under which the program may be given away with the package in it."""
READ_BY_HAND = {
    "apsw-sqlite3mc": "any OSI-approved licence (apsw), MIT (SQLite3 Multiple Ciphers)",
    "fhirpathpy": "MIT (LICENSE.md)",
    "psycopg": "LGPL-3.0-only: a library of its own beside the plan backend, unchanged",
    "psycopg-binary": "LGPL-3.0-only: a library of its own beside the plan backend, unchanged",
    "sqlcipher3": "Zlib; SQLCipher BSD-3-Clause",
}
"""What a package's metadata does not say, or a licence that needed a decision."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Lines to print, and whether the check fails."""

    lines: tuple[str, ...]
    bad: bool = False


def main() -> int:
    """Run the three looks side by side."""
    with ThreadPoolExecutor(3) as pool:
        findings = list(
            pool.map(lambda look: look(), (look_for_vulnerabilities, look_at_code, look_at_licences))
        )
    for finding in findings:
        for line in finding.lines:
            print(line)
    return int(any(finding.bad for finding in findings))


def look_for_vulnerabilities() -> Finding:
    """pip-audit over everything that is installed here."""
    try:
        done = _run("pip-audit", "--local", "--skip-editable", "--progress-spinner=off", "--format=json")
    except subprocess.TimeoutExpired:
        return _nothing_audited(f"no answer within {SECONDS} seconds")
    try:
        report = json.loads(done.stdout)
    except ValueError:
        words = done.stderr.strip().splitlines()
        return _nothing_audited(words[-1].split(":")[0][:80] if words else f"exit code {done.returncode}")
    return judge_audit(report)


def judge_audit(report: dict[str, Any]) -> Finding:
    """What pip-audit's report says, and what it does not say."""
    packages = [one for one in report.get("dependencies", []) if one.get("name") != OURS]
    looked_up = [one for one in packages if "skip_reason" not in one and "vulns" in one]
    skipped = sorted(str(one.get("name")) for one in packages if one not in looked_up)
    lines = [
        f"VULNERABLE    {one['name']} {one.get('version', '')}: {vuln.get('id')}, "
        f"mended in {', '.join(vuln.get('fix_versions') or ()) or 'no version yet'}"
        for one in looked_up
        for vuln in one["vulns"]
    ]
    bad = bool(lines)
    if not looked_up:
        return _nothing_audited("the vulnerability service knew none of them", skipped)
    lines.append(f"audited       {len(looked_up)} of {len(packages)} packages against known vulnerabilities")
    if skipped:
        lines.append(f"NOT AUDITED   {len(skipped)} packages: {', '.join(skipped)}")
    return Finding(tuple(lines), bad)


def _nothing_audited(why: str, names: Sequence[str] = ()) -> Finding:
    named = f"\n  {', '.join(names)}" if names else ""
    return Finding((f"NOT AUDITED   not one package was looked up for vulnerabilities: {why}{named}",))


def look_at_code() -> Finding:
    """bandit, from medium severity on. The low ones are ruff's S rules as well, where each exception has its reason."""
    done = _run("bandit", "-q", "-ll", "-f", "json", "-r", "app", "plan", "hearthside", "tools", "main.py")
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Finding(("bandit        could not be run",), bad=True)
    found = tuple(
        f"DANGEROUS     {one['filename']}:{one['line_number']} {one['test_id']} {one['issue_text'][:80]}"
        for one in report["results"]
    )
    broken = tuple(f"bandit        {one['filename']}: {one['reason'][:60]}" for one in report["errors"])
    lines = report["metrics"]["_totals"]["loc"]
    looked = f"bandit        {lines} lines, {len(found)} findings of medium or high severity"
    return Finding((*found, *broken, looked), bad=bool(found or broken))


def look_at_licences() -> Finding:
    """pip-licenses over everything that is installed here."""
    done = _run("pip-licenses", "--from=mixed", "--format=json")
    try:
        listed = json.loads(done.stdout)
    except ValueError:
        return Finding(("licences      could not be listed",), bad=True)
    return judge_licences((one["Name"], one["License"]) for one in listed)


def judge_licences(listed: Iterable[tuple[str, str]]) -> Finding:
    """One line a licence. Bad where a package's licence is neither free to give away nor decided on by hand."""
    by_licence: dict[str, list[str]] = {}
    unknown: list[str] = []
    for name, licence in listed:
        known = re.sub(r"[-_.]+", "-", name).lower()
        if known == OURS:
            continue
        if known in READ_BY_HAND:
            by_licence.setdefault(READ_BY_HAND[known], []).append(name)
            continue
        # Of several that all hold (AND, a list) each has to be free; of a choice (OR) one.
        parts = [part.split(" OR ") for part in re.split(r" AND |;", licence)]
        if all(any(FREE.search(choice) for choice in part) for part in parts):
            by_licence.setdefault(licence, []).append(name)
        else:
            unknown.append(f"LICENCE?      {name}: {licence}")
    count = sum(len(names) for names in by_licence.values())
    lines = [f"licences      {count} packages"]
    lines += [f"  {licence}: {', '.join(sorted(names))}" for licence, names in sorted(by_licence.items())]
    return Finding((*lines, *unknown), bad=bool(unknown))


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [str(BIN / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


if __name__ == "__main__":
    sys.exit(main())
