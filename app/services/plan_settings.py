"""The plan's settings as this device last received them, laid over the defaults that come with the app.

A pull keeps the JSON text of the plan's settings (docs/plan-settings.md) in the store's meta table. Whatever of it is
damaged or unknown leaves the default of that part in force: a nurse is never without a working set, and a plan that
is newer than this app does no harm. What was left out is logged by the name of its part, never with its value.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection

from app.content.rules import load_rules
from app.domain.settings import LOCK_LIMITS, TELL_NOBODY, TELL_SUPERVISOR, AidInDying, LockTimes, PlanSettings
from app.services.death_settings import read_death_rules
from app.services.phrases import read_places
from app.services.review_settings import read_review
from app.services.visit_kind_settings import read_due_dates, read_kinds
from app.store import meta

log = logging.getLogger("app.services.plan_settings")

META_KEY = "plan-settings"
"""Holds the JSON text of the attachment, or the whole Library with it; no row, or "", when the plan has sent none."""

PARTS = (
    *("version", "switches", "phones", "rules", "clock_starters", "video_link", "state", "content_keys"),
    *("aid_in_dying", "lock", "visit_kinds", "due_dates", "review", "phrases", "death"),
)
_IGNORED = frozenset({"note", "sources", "resourceType", "duty"})
"""`duty` is the plan's own: no device passes an alert on."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\Z", re.ASCII)
_PHONE = re.compile(r"[0-9+(][0-9+() .,;*#x-]{1,39}\Z", re.ASCII)
_LINK = re.compile(r"https://[^\s<>\"'\\]{1,480}\Z", re.ASCII)
_STATE = re.compile(r"[A-Z]{2}\Z", re.ASCII)
_KEY_ID = re.compile(r"[0-9a-f]{16}\Z", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=\Z", re.ASCII)
LONGEST_WORDS = 500
_LARGEST_NUMBER = Decimal(1_000_000)


class _Damaged(ValueError):
    """This part cannot be used."""


@cache
def default_settings() -> PlanSettings:
    """The settings of a plan that sent none."""
    return _lay_over(PlanSettings(), _defaults(), lenient=False)


@cache
def _defaults() -> Mapping[str, Any]:
    text = files("app.content").joinpath("tables/settings.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def read_settings(connection: Connection) -> PlanSettings:
    """What is in force on this device. Never raises for what a plan sent."""
    return parse_settings(meta.find(connection, META_KEY))


@lru_cache(maxsize=4)
def parse_settings(text: str | None) -> PlanSettings:
    """The settings of this JSON text over the defaults; the defaults alone for none, or for what is no JSON object.

    Read with every page: the same text is worked through, and complained about, once.
    """
    if not text:
        return default_settings()
    try:
        sent = _open(json.loads(text, parse_float=Decimal))
    except (ValueError, RecursionError, ArithmeticError):
        sent = None
    if sent is None:
        log.warning("the plan's settings cannot be read; the defaults are used")
        return default_settings()
    for name in sent.keys() - set(PARTS) - _IGNORED:
        log.info("the plan's settings have a part that this app does not know%s", _said(name))
    return _lay_over(default_settings(), sent, lenient=True)


def _open(document: Any) -> dict[str, Any] | None:
    """The settings object; out of its Library when the pull kept the resource whole."""
    if not isinstance(document, dict):
        return None
    if document.get("resourceType") != "Library":
        return document
    for attachment in document.get("content") or ():
        data = attachment.get("data") if isinstance(attachment, dict) else None
        if isinstance(data, str):
            try:
                inner = json.loads(base64.b64decode(data, validate=True), parse_float=Decimal)
            except (binascii.Error, ValueError, RecursionError, ArithmeticError):
                return None
            return inner if isinstance(inner, dict) else None
    return None


def _lay_over(under: PlanSettings, sent: Mapping[str, Any], *, lenient: bool) -> PlanSettings:
    found = under
    for part in PARTS:
        if part not in sent:
            continue
        try:
            found = _with_part(found, part, sent[part], lenient)
        except _Damaged:
            if not lenient:
                raise
            log.warning("the plan's settings: %s cannot be used; its default stays", part)
    return found


def _with_part(settings: PlanSettings, part: str, value: Any, lenient: bool) -> PlanSettings:
    if part == "version":
        return replace(settings, version=_text(value, 60))
    if part == "switches":
        return replace(settings, switches=_switches(settings.switches, value, lenient))
    if part == "phones":
        return replace(settings, phones=_phones(settings.phones, value, lenient))
    if part == "rules":
        return replace(settings, rules=_rules(settings.rules, value, lenient))
    if part == "clock_starters":
        return replace(settings, clock_starters=_starters(value))
    if part == "video_link":
        return replace(settings, video_link=None if value is None else _matching(_LINK, value))
    if part == "content_keys":
        return replace(settings, content_keys=_content_keys(value, lenient))
    if part == "aid_in_dying":
        return replace(settings, aid_in_dying=_aid_in_dying(value))
    if part == "lock":
        return replace(settings, lock=_lock(settings.lock, value, lenient))

    def leave_out(name: str) -> None:
        _leave_out(part, name, lenient)

    if part == "visit_kinds":
        return replace(
            settings, visit_kinds=dict(settings.visit_kinds) | read_kinds(_object(value), leave_out)
        )
    if part == "due_dates":
        dates = read_due_dates(_object(value), leave_out)
        return replace(settings, due_dates=dict(settings.due_dates) | dates)
    if part == "review":
        return replace(settings, review=read_review(settings.review, _object(value), leave_out))
    if part == "phrases":
        return replace(settings, phrases=dict(settings.phrases) | read_places(_object(value), leave_out))
    if part == "death":
        return replace(settings, death=read_death_rules(settings.death, _object(value), leave_out))
    return replace(settings, state=None if value is None else _matching(_STATE, value))


def _switches(under: frozenset[str], value: Any, lenient: bool) -> frozenset[str]:
    found = set(under)
    for name, on in _object(value).items():
        if lenient and name not in _defaults()["switches"]:
            log.info("the plan's settings have a switch that this app does not know%s", _said(name))
        elif not isinstance(on, bool):
            _leave_out("switches", name, lenient)
        elif on:
            found.add(name)
        else:
            found.discard(name)
    return frozenset(found)


def _phones(under: Mapping[str, str], value: Any, lenient: bool) -> Mapping[str, str]:
    found = dict(under)
    for name, number in _object(value).items():
        if number is None and _defaults()["phones"].get(name) is None:
            found.pop(name, None)  # 988 and 911 can be another number, never none
        elif _NAME.match(name) and isinstance(number, str) and _PHONE.match(number):
            found[name] = number
        else:
            _leave_out("phones", name, lenient)
    return found


def _rules(
    under: Mapping[str, Mapping[str, Decimal]], value: Any, lenient: bool
) -> Mapping[str, Mapping[str, Decimal]]:
    found = {rule: dict(parameters) for rule, parameters in under.items()}
    for rule, parameters in _object(value).items():
        try:
            numbers = {name: _number(name, number) for name, number in _object(parameters).items()}
        except _Damaged:
            _leave_out("rules", rule, lenient)
            continue
        for name in [one for one in numbers if _is_pinned(rule, one)]:
            log.warning("the plan's settings: a number that is fixed was left out%s", _said(name))
            del numbers[name]
        if _NAME.match(rule):
            found[rule] = found.get(rule, {}) | numbers
        else:
            _leave_out("rules", rule, lenient)
    return found


def _is_pinned(rule: str, name: str) -> bool:
    shipped = load_rules().find_parameter(rule, name)
    return shipped is not None and shipped.pinned


def _starters(value: Any) -> frozenset[str]:
    # One unknown word could be a facility that nobody then watches: the whole part falls back to all of them.
    known = frozenset(_defaults()["clock_starters"])
    if not isinstance(value, list) or not all(isinstance(one, str) and one in known for one in value):
        raise _Damaged
    return frozenset(value)


def _content_keys(value: Any, lenient: bool) -> Mapping[str, str]:
    """Public keys of content packs; `content_packs.read_keys` refuses one that is not its id's."""
    found: dict[str, str] = {}
    for name, key in _object(value).items():
        if _KEY_ID.match(name) and isinstance(key, str) and _KEY.match(key):
            found[name] = key
        else:
            _leave_out("content_keys", name, lenient)
    return found


def _aid_in_dying(value: Any) -> AidInDying:
    # Whatever is damaged here leaves the supervisor told.
    found = _object(value)
    if found.keys() - {"tell", "words"} or found.get("tell", TELL_SUPERVISOR) not in (
        TELL_SUPERVISOR,
        TELL_NOBODY,
    ):
        raise _Damaged
    words = found.get("words")
    return AidInDying(
        found.get("tell", TELL_SUPERVISOR), None if words is None else _text(words, LONGEST_WORDS)
    )


def _lock(under: LockTimes, value: Any, lenient: bool) -> LockTimes:
    found = under
    for name, seconds in _object(value).items():
        least, most = LOCK_LIMITS.get(name, (1, 0))
        if isinstance(seconds, int) and not isinstance(seconds, bool) and least <= seconds <= most:
            found = replace(found, **{name: seconds})
        else:
            _leave_out("lock", name, lenient)
    return found


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Damaged
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        raise _Damaged
    return value.strip()


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.match(value):
        raise _Damaged
    return value


def _number(name: str, value: Any) -> Decimal:
    if not _NAME.match(name) or isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Damaged
    number = Decimal(value)
    if not number.is_finite() or not 0 <= number <= _LARGEST_NUMBER:
        raise _Damaged
    return number


def _leave_out(part: str, name: str, lenient: bool) -> None:
    if not lenient:
        raise _Damaged
    log.warning("the plan's settings: one entry of %s cannot be used%s", part, _said(name))


def _said(name: str) -> str:
    """A name as it may be logged: what a plan typed by mistake (a telephone number as a key) stays out."""
    return f" ({name})" if re.fullmatch(r"[A-Za-z][A-Za-z_-]{0,39}", name) else ""
