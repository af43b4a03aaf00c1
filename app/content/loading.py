"""From JSON to the dataclasses of `app.content.model`, strictly: an unknown key or a wrong type is an error."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.content.model import ContentError, Instrument, Item, Kind

_RENAMED = {"linkId": "link_id"}
"""Link ids keep FHIR's spelling in content files."""

_FORM_DEFAULTS: Mapping[str, Any] = {
    "instruction": "",
    "attribution": "",
    "panel": [],
    "total": {"rule": "none", "of": []},
    "flag_at": None,
    "bands": [],
}
"""What a form in our own words need not say."""

_NEVER_IN_A_FILE = frozenset({"pack", "short_of"})
"""Set by the app itself."""


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _fail(where: str, what: str) -> ContentError:
    return ContentError(f"{where}: {what}")


def _build_fields(cls: Any, raw: Any, where: str) -> Any:
    if not isinstance(raw, Mapping):
        raise _fail(where, f"needs an object, not {type(raw).__name__}")
    known = {field.name: field for field in dataclasses.fields(cls)}
    given: dict[str, Any] = {}
    for key, value in raw.items():
        name = _RENAMED.get(key, key)
        if name not in known or name in given or name in _NEVER_IN_A_FILE:
            raise _fail(where, f"key {key!r} is not known here")
        given[name] = build(_hints(cls)[name], value, f"{where}.{name}" if where else name)
    for name, field in known.items():
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and name not in given:
            raise _fail(where, f"{name} is missing")
    return cls(**given)


def _build_tuple(expected: Any, raw: Any, where: str) -> tuple[Any, ...]:
    kinds = get_args(expected)
    if not isinstance(raw, list):
        raise _fail(where, f"needs a list, not {type(raw).__name__}")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(build(kinds[0], one, f"{where}[{at}]") for at, one in enumerate(raw))
    if len(raw) != len(kinds):
        raise _fail(where, f"needs exactly {len(kinds)} values")
    return tuple(build(kind, one, where) for kind, one in zip(kinds, raw, strict=True))


def build(expected: Any, raw: Any, where: str = "") -> Any:
    """One JSON value as `expected`: a dataclass, tuple, optional, enum, str, int or bool. Raises ContentError."""
    origin = get_origin(expected)
    if origin in (Union, types.UnionType):
        if raw is None and type(None) in get_args(expected):
            return None
        (inner,) = [one for one in get_args(expected) if one is not type(None)]
        return build(inner, raw, where)
    if origin is tuple:
        return _build_tuple(expected, raw, where)
    if dataclasses.is_dataclass(expected):
        complete = _with_defaults(raw) if expected in (Instrument, Item) else raw
        return _build_fields(expected, complete, where)
    if isinstance(expected, type) and issubclass(expected, Enum):
        try:
            return expected(raw)
        except ValueError:
            known = ", ".join(repr(one.value) for one in expected)
            raise _fail(where, f"{raw!r} is none of {known}") from None
    if type(raw) is not expected:
        raise _fail(where, f"needs {expected.__name__}, not {type(raw).__name__}")
    return raw


def _with_defaults(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    if raw.get("kind") == Kind.FORM and "items" in raw and "id" in raw:
        return {**_FORM_DEFAULTS, "short_name": raw.get("name"), **raw}
    if "text" in raw and "name" not in raw:
        return {**raw, "name": raw["text"]}
    return raw


def read_json(name: str, text: str) -> Any:
    """Raises ContentError, naming the file, where the text is no JSON, holds a key twice or is beyond all measure."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ContentError("a key stands twice in one object")
        return found

    try:
        return json.loads(text, object_pairs_hook=once)
    except (json.JSONDecodeError, ContentError) as error:
        raise ContentError(f"content file {name}: {error}") from error
    except ValueError as error:  # Python reads no number of more than some thousand digits
        raise ContentError(f"content file {name}: a number is far too long") from error
    except RecursionError as error:
        raise ContentError(f"content file {name}: it holds one part within another too often") from error


def read_instrument(name: str, raw: Any) -> Instrument:
    """The instrument in one file's JSON; its meaning is checked by `app.content.checking`.

    Raises ContentError naming the file and the part.
    """
    try:
        built: Instrument = build(Instrument, raw)
    except ContentError as error:
        raise ContentError(f"content file {name}: {str(error).removeprefix(': ')}") from None
    return built
