"""What a build for devices is made of is checked before anybody has Flutter at hand; these tests prove the check."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.package_check.changelog import find_notes
from tools.package_check.closure import (
    Package,
    find_gaps,
    read_closure,
    read_wheels,
    requirements_of_a_phone,
)
from tools.package_check.settings import ALLOWED, find_faults

PROJECT = tomllib.loads(Path("pyproject.toml").read_text())
ORIGIN = {"origin": "an index", "seen": "read"}
GOOD_APPLICATION = {"allowBackup": "false", "fullBackupContent": "false", "usesCleartextTraffic": "false"}


def _target() -> dict[str, Any]:
    return {
        "bundle_id": "org.example.app",
        "splash": {"color": "#FAF6F0", "dark_color": "#191614"},
        "manifest_application": dict(GOOD_APPLICATION),
        "drawn": {"files": 3, "warnings": []},
        "options": {
            "info_plist": dict(PROJECT["tool"]["flet"]["ios"]["info"]),
            "android_permissions": dict.fromkeys(ALLOWED, True),
            "deep_linking": {"scheme": "hearthside", "host": "callback"},
        },
    }


@pytest.fixture
def answer() -> dict[str, Any]:
    return {"apk": _target(), "ipa": _target(), "packed": ["app", "assets", "main.py"]}


def test_what_is_compiled_for_a_phone_says_where_its_wheel_comes_from() -> None:
    gaps = find_gaps(read_closure(), read_wheels())
    assert [gap for gap in gaps if "no line says" in gap] == []


def test_a_compiled_package_without_an_origin_is_told() -> None:
    packages = (Package("fast", "1", pure=False, needed_by="hearthside"),)
    assert find_gaps(packages, {}) == ["fast is compiled and no line says where its mobile wheel comes from"]
    assert find_gaps(packages, {"fast": ORIGIN}) == []


def test_an_origin_that_nobody_needs_is_told() -> None:
    packages = (Package("plain", "1", pure=True, needed_by="hearthside"),)
    assert find_gaps(packages, {"plain": ORIGIN}) == [
        "plain has a line, and is pure or not needed on a phone"
    ]


def test_a_phone_gets_no_web_server_no_backend_and_no_desktop_keyring() -> None:
    names = {one.name for one in read_closure()}
    assert names.isdisjoint(
        {"fastapi", "uvicorn", "starlette", "flet-web", "psycopg", "argon2-cffi", "fhirkit-rs", "uuid-utils"}
    )
    assert names.isdisjoint({"keyring", "sqlcipher3"})
    assert {"flet", "sqlmodel", "cryptography", "httpx", "apsw-sqlite3mc"} <= names


def test_a_requirement_of_phones_loses_its_marker_so_that_any_pip_takes_it() -> None:
    needs = [
        "one>=1",
        "two; platform_system != 'Android'",
        "three; platform_system == 'Android'",
        "four; extra == 'mobile'",
        "five; extra == 'dev'",
    ]
    assert [str(one) for one in requirements_of_a_phone(needs)] == ["one>=1", "three", "four"]


def test_flets_build_leaves_the_plan_and_the_tests_at_home() -> None:
    left_out = set(PROJECT["tool"]["flet"]["app"]["exclude"])
    here = {
        one.name
        for one in Path().iterdir()
        if not one.name.startswith(".") and one.name not in {"build", "__pycache__"}
    }
    assert here - left_out - {name for name in here if name.endswith(".egg-info")} == {
        "app",
        "assets",
        "main.py",
    }


def test_the_notes_of_a_version_are_its_part_of_the_changelog() -> None:
    text = "# Changelog\n\n## 0.2.0 (unreleased)\n\n- New.\n\n## 0.1.0\n\n- Old.\n"
    assert find_notes(text, "0.2.0") == "## 0.2.0 (unreleased)\n\n- New.\n"
    assert find_notes(text, "0.1.0") == "## 0.1.0\n\n- Old.\n"
    assert find_notes(text, "0.2") == ""
    assert find_notes("## 0.3.0\n", "0.3.0") == ""


def test_the_version_of_today_has_notes() -> None:
    assert find_notes(Path("CHANGELOG.md").read_text(), PROJECT["project"]["version"])


def test_settings_as_they_are_meant_have_no_fault(answer: dict[str, Any]) -> None:
    assert find_faults(answer) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda a: a["ipa"]["options"]["info_plist"].pop("NSFaceIDUsageDescription"),
            "about the face without",
        ),
        (
            lambda a: a["apk"]["options"]["android_permissions"].update(
                {"android.permission.READ_CONTACTS": True}
            ),
            "READ_CONTACTS, which nothing of ours needs",
        ),
        (lambda a: a["apk"]["manifest_application"].pop("allowBackup"), "allowBackup is not false"),
        (
            lambda a: a["apk"]["manifest_application"].update(usesCleartextTraffic="true"),
            "usesCleartextTraffic",
        ),
        (lambda a: a["ipa"]["options"]["info_plist"].update(UIFileSharingEnabled=True), "could be taken out"),
        (lambda a: a["packed"].append("plan"), "plan is packed and has no business on a device"),
        (lambda a: a["packed"].remove("assets"), "assets is not packed"),
        (lambda a: a["ipa"]["drawn"]["warnings"].append("too small"), "ipa: too small"),
        (lambda a: a["ipa"]["splash"].update(color="#ffffff"), "the splash is white"),
        (lambda a: a["apk"]["options"].update(deep_linking={"scheme": None, "host": None}), "the way back"),
        (lambda a: a["ipa"].update(bundle_id="org.example.other"), "another bundle id"),
    ],
)
def test_each_setting_that_would_harm_is_told(answer: dict[str, Any], change: Any, sentence: str) -> None:
    changed = copy.deepcopy(answer)
    change(changed)
    faults = find_faults(changed)
    assert len(faults) == 1
    assert sentence in faults[0]
