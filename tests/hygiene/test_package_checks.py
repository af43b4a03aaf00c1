"""What was not looked up is never called good: the check of packages on reports as pip-audit writes them."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tools import check_packages
from tools.check_packages import judge_audit, judge_licences, look_for_vulnerabilities

SKIPPED = {
    "name": "httpx",
    "skip_reason": "Dependency not found on PyPI and could not be audited: httpx (0.28.1)",
}
CLEAN = {"name": "flet", "version": "1.0.5", "vulns": []}
BAD = {"name": "pillow", "version": "9.0", "vulns": [{"id": "PYSEC-2023-1", "fix_versions": ["9.1"]}]}


def report(*dependencies: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": [*dependencies, {"name": "hearthside", "skip_reason": "editable"}], "fixes": []}


def said(finding: check_packages.Finding) -> str:
    return "\n".join(finding.lines)


def test_packages_nobody_looked_up_are_printed_as_not_audited() -> None:
    finding = judge_audit(report(CLEAN, SKIPPED))
    assert not finding.bad
    assert "audited       1 of 2 packages" in said(finding)
    assert "NOT AUDITED   1 packages: httpx" in said(finding)


def test_when_nothing_was_looked_up_nothing_is_said_to_be_good() -> None:
    finding = judge_audit(report(SKIPPED))
    assert said(finding).startswith("NOT AUDITED   not one package")
    assert "httpx" in said(finding)
    assert not judge_audit({"dependencies": []}).bad
    assert said(judge_audit({"dependencies": []})).startswith("NOT AUDITED")


def test_a_vulnerability_fails_the_check_also_beside_packages_that_were_not_audited() -> None:
    finding = judge_audit(report(SKIPPED, BAD, CLEAN))
    assert finding.bad
    assert "VULNERABLE    pillow 9.0: PYSEC-2023-1, mended in 9.1" in said(finding)


@pytest.mark.parametrize(
    ("stderr", "word"),
    [
        ("Traceback …\nrequests.exceptions.ConnectionError: HTTPSConnectionPool(host=…)", "ConnectionError"),
        ("", "code 1"),
    ],
)
def test_a_service_out_of_reach_is_said(monkeypatch: pytest.MonkeyPatch, stderr: str, word: str) -> None:
    def run(*_arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "", stderr)

    monkeypatch.setattr(check_packages, "_run", run)
    finding = look_for_vulnerabilities()
    assert not finding.bad
    assert said(finding).startswith("NOT AUDITED")
    assert word in said(finding)


@pytest.mark.parametrize(
    ("licence", "bad"),
    [
        ("MIT", False),
        ("Apache-2.0 OR BSD-2-Clause", False),
        ("MIT AND PSF-2.0", False),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", False),
        ("GPL-3.0-only", True),
        ("MIT AND GPL-2.0-only", True),
        ("GPL-2.0-only OR MIT", False),
        ("GNU Affero General Public License v3", True),
        ("LGPL-3.0-only", True),
        ("UNKNOWN", True),
    ],
)
def test_a_licence_that_nobody_decided_on_fails_the_check(licence: str, bad: bool) -> None:
    assert judge_licences([("something", licence)]).bad is bad


def test_a_licence_read_by_hand_is_listed_with_what_was_decided() -> None:
    finding = judge_licences([("psycopg_binary", "LGPL-3.0-only"), ("hearthside", "UNKNOWN")])
    assert not finding.bad
    assert "psycopg_binary" in said(finding)
