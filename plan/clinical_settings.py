"""What the plan decides for its nurses: switches, telephone numbers, thresholds, clocks.

Devices get it as `Library/hearthside-settings`, which everybody signed in may read; its attachment is the JSON
described in docs/plan-settings.md. The app lays it over its own defaults.
"""

from __future__ import annotations

import base64
import hashlib
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, true

from plan.death_settings import check_death
from plan.duty_settings import check_duty
from plan.fhir.json_text import NotJson, dumps, loads
from plan.fhir.store import find_current
from plan.people import put_if_changed
from plan.phrase_settings import check_phrases
from plan.problems import PlanProblem
from plan.review_settings import check_review
from plan.visit_kind_settings import check_due_dates, check_visit_kinds

LIBRARY_ID = "hearthside-settings"
CANONICAL = "urn:hearthside:settings"
FIXED = {
    ("SUICIDE_ITEM", "item_at"): 1,
    ("ABUSE_NEGLECT", "sum_at"): 11,
    ("ABUSE_NEGLECT", "hurt_above"): 1,
    ("ABUSE_NEGLECT", "written_days"): 2,
}
"""Numbers of safety rules that are facts (a published cut-off, a term set by law): the app leaves them out."""
TELL = ("supervisor", "nobody")
CLOCK_STARTERS = ("skilled-nursing", "long-term-nursing", "assisted-living", "hospital")
LOCK_SECONDS = {
    "cover": (30, 600),
    "visit": (120, 1800),
    "elsewhere": (60, 900),
    "background": (5, 120),
    "errand": (60, 1800),
}
"""The shortest and longest times of the app's lock that a plan may choose."""
LARGEST_FILE = 100_000
_LIBRARY_TYPES = "http://terminology.hl7.org/CodeSystem/library-type"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\Z", re.ASCII)
_PHONE = re.compile(r"[0-9+(][0-9+() .,;*#x-]{1,39}\Z", re.ASCII)
_LINK = re.compile(r"https://[^\s<>\"'\\]{1,480}\Z", re.ASCII)
_STATE = re.compile(r"[A-Z]{2}\Z", re.ASCII)
_KEY_ID = re.compile(r"[0-9a-f]{16}\Z", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=\Z", re.ASCII)
_LARGEST_NUMBER = 1_000_000
_LONGEST_WORDS = 500
_KEPT = ("988", "911")
"""Numbers that can be replaced and never taken away."""


def read_settings_file(path: Path) -> dict[str, Any]:
    """The settings in a file. Raises PlanProblem that says what is wrong where, without repeating a value."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise PlanProblem(f"The file {path} cannot be read: {error.strerror}.") from error
    if len(text) > LARGEST_FILE:
        raise PlanProblem(f"Settings have at most {LARGEST_FILE // 1000} kB.")
    try:
        document = loads(text.removeprefix(b"\xef\xbb\xbf"))
    except NotJson as error:
        raise PlanProblem(f"The file is not JSON: {error}.") from error
    check_settings(document)
    found: dict[str, Any] = document
    return found


def check_settings(document: Any) -> None:
    """Raise PlanProblem unless this has the shape of docs/plan-settings.md."""
    if not isinstance(document, dict):
        raise PlanProblem("Settings are a JSON object.")
    for part in document:
        if part not in _CHECKS:
            known = ", ".join(_CHECKS)
            raise PlanProblem(f"Settings have no part {_quoted(part)}. The parts are: {known}.")
    if "version" not in document:
        raise PlanProblem("Settings need a version: a label of yours that devices show and log.")
    for part, value in document.items():
        _CHECKS[part](value)


def put_settings(connection: Connection, document: dict[str, Any]) -> bool:
    """Store checked settings. True when a new version was made. For use inside `write_transaction`."""
    return put_if_changed(connection, make_library(document))


def make_library(document: dict[str, Any]) -> dict[str, Any]:
    """The resource that carries these settings."""
    data = base64.b64encode(dumps(document).encode()).decode()
    kind = {"system": _LIBRARY_TYPES, "code": "asset-collection", "display": "Asset Collection"}
    return {
        "resourceType": "Library",
        "id": LIBRARY_ID,
        "url": CANONICAL,
        "version": document["version"],
        "name": "HearthsideSettings",
        "title": "Settings of Hearthside",
        "status": "active",
        "type": {"coding": [kind]},
        "content": [{"contentType": "application/json", "data": data}],
    }


def find_settings(connection: Connection) -> str | None:
    """The JSON text that devices get; None when the plan never set any."""
    held = find_current(connection, "Library", LIBRARY_ID, true())
    if held is None or held.deleted:
        return None
    return base64.b64decode(loads(held.body)["content"][0]["data"]).decode()


def _quoted(name: str) -> str:
    return f'"{name[:40]}"' if name.isprintable() else "of that name"


def _check_version(value: Any) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > 60 or not value.isprintable():
        raise PlanProblem("version is a label of at most 60 characters.")


def _entries(part: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PlanProblem(f"{part} is an object of names and values.")
    for name in value:
        if not _NAME.match(name):
            raise PlanProblem(f"{part}: a name has letters, digits, hyphens and underscores only.")
    return value


def _check_switches(value: Any) -> None:
    for name, on in _entries("switches", value).items():
        if not isinstance(on, bool):
            raise PlanProblem(f"switches.{name} is true or false.")


def _check_phones(value: Any) -> None:
    for name, number in _entries("phones", value).items():
        if number is None and name not in _KEPT:
            continue
        if not isinstance(number, str) or not _PHONE.match(number):
            none = "" if name in _KEPT else ", or null for none"
            raise PlanProblem(f'phones.{name} is a text such as "213-555-0100 x2"{none}.')


def _check_rules(value: Any) -> None:
    for rule, parameters in _entries("rules", value).items():
        for name, number in _entries(f"rules.{rule}", parameters).items():
            is_number = isinstance(number, int | Decimal) and not isinstance(number, bool)
            if not is_number or not 0 <= number <= _LARGEST_NUMBER:
                raise PlanProblem(f"rules.{rule}.{name} is a number from 0 to {_LARGEST_NUMBER}.")
            fixed = FIXED.get((rule, name))
            if fixed is not None and number != fixed:
                raise PlanProblem(
                    f"rules.{rule}.{name} is fixed at {fixed}: no plan can change it, because it keeps people safe."
                )


def _check_starters(value: Any) -> None:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and one in CLOCK_STARTERS for one in value
    ):
        raise PlanProblem(f"clock_starters is a list of: {', '.join(CLOCK_STARTERS)}.")


def _check_link(value: Any) -> None:
    if value is not None and not (isinstance(value, str) and _LINK.match(value)):
        raise PlanProblem("video_link is an https address, or null for none.")


def _check_state(value: Any) -> None:
    if value is not None and not (isinstance(value, str) and _STATE.match(value)):
        raise PlanProblem('state is two capital letters such as "CA", or null.')


def _check_content_keys(value: Any) -> None:
    if not isinstance(value, dict):
        raise PlanProblem("content_keys is an object of key ids and public keys.")
    for name, key in value.items():
        if not _KEY_ID.match(name):
            raise PlanProblem("content_keys: a name is 16 hex digits, the id of a key.")
        if not isinstance(key, str) or not _KEY.match(key):
            raise PlanProblem(f"content_keys.{name} is a public key: 44 letters of base64.")
        if hashlib.sha256(base64.b64decode(key)).hexdigest()[:16] != name:
            raise PlanProblem(f"content_keys.{name} is not the id of the key beside it.")


def _check_aid_in_dying(value: Any) -> None:
    if not isinstance(value, dict):
        raise PlanProblem('aid_in_dying is an object with "tell" and "words".')
    for name in value:
        if name not in ("tell", "words"):
            raise PlanProblem(f"aid_in_dying has no part {_quoted(name)}.")
    if value.get("tell", TELL[0]) not in TELL:
        raise PlanProblem('aid_in_dying.tell is "supervisor" or "nobody".')
    words = value.get("words")
    fits = isinstance(words, str) and words.strip() and len(words) <= _LONGEST_WORDS and words.isprintable()
    if words is not None and not fits:
        raise PlanProblem(
            f"aid_in_dying.words is a text of at most {_LONGEST_WORDS} characters on one line, or null."
        )


def _check_lock(value: Any) -> None:
    for name, seconds in _entries("lock", value).items():
        if name not in LOCK_SECONDS:
            raise PlanProblem(f"lock has no part {_quoted(name)}. The parts are: {', '.join(LOCK_SECONDS)}.")
        least, most = LOCK_SECONDS[name]
        if isinstance(seconds, bool) or not isinstance(seconds, int) or not least <= seconds <= most:
            raise PlanProblem(f"lock.{name} is a whole number of seconds from {least} to {most}.")


_CHECKS = {
    "version": _check_version,
    "switches": _check_switches,
    "phones": _check_phones,
    "rules": _check_rules,
    "clock_starters": _check_starters,
    "video_link": _check_link,
    "state": _check_state,
    "content_keys": _check_content_keys,
    "aid_in_dying": _check_aid_in_dying,
    "lock": _check_lock,
    "visit_kinds": check_visit_kinds,
    "due_dates": check_due_dates,
    "review": check_review,
    "phrases": check_phrases,
    "duty": check_duty,
    "death": check_death,
}
