"""The tree of controls that a Flet client keeps, built from what the app sends: plain dictionaries, nothing drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Control = dict[str, Any]
"""A control as it comes over the wire: `_i` is its number, `_c` its type, the rest are its properties."""
_REPLACE, _ADD, _REMOVE, _MOVE = range(4)


class ScreenTree:
    """One window. Controls are found by the names in docs/test-ids.md, as in a browser."""

    def __init__(self, page: Control) -> None:
        self.page = page

    def controls(self, root: Any = None) -> Iterator[Control]:
        """Every control that is not hidden, in order, `root` first; the whole window without one."""
        waiting: list[Any] = [self.page if root is None else root]
        while waiting:
            found = waiting.pop()
            if isinstance(found, list):
                waiting.extend(one for one in reversed(found) if isinstance(one, dict | list))
            elif found.get("visible") is not False:
                if "_i" in found:
                    yield found
                waiting.extend(one for one in reversed(found.values()) if isinstance(one, dict | list))

    def ids(self, prefix: str = "") -> list[str]:
        """Test names on the screen that begin so."""
        named = (one.get("identifier") for one in self.controls() if one["_c"] == "Semantics")
        return [one for one in named if isinstance(one, str) and one.startswith(prefix)]

    def named(self, identifier: str) -> Control:
        """Raises KeyError when it is not on the screen."""
        for one in self.controls():
            if one["_c"] == "Semantics" and one.get("identifier") == identifier:
                return one
        raise KeyError(identifier)

    def inside(self, identifier: str, *, kind: str = "", event: str = "") -> Control:
        """The first control in what has this name that is of this kind, or tells of this event. Raises KeyError."""
        for one in self.controls(self.named(identifier)):
            if (kind and one["_c"] == kind) or (event and one.get(event)):
                return one
        raise KeyError(f"{identifier}: {kind or event}")

    def shows(self, words: str) -> bool:
        """Whether a text on the screen holds these words."""
        return any(one["_c"] == "Text" and words in str(one.get("value", "")) for one in self.controls())

    def patch(self, number: int, patch: list[Any]) -> None:
        """Change what hangs on the control of this number, as the app's message says.

        A patch is a table of paths, then operations that name their places by numbers of that table. A path is
        walked when its operation's turn has come: the ones before may have moved what lies on it.
        """
        root = self._find(number)
        paths: dict[int, tuple[Any, ...]] = {}
        _read_paths(patch[0], (), paths)

        def place(number: int) -> Any:
            here: Any = root
            for step in paths[number]:
                here = here[step]
            return here

        for kind, *rest in patch[1:]:
            if kind == _REPLACE:
                at, key, value = rest
                place(at)[key] = value
            elif kind == _ADD:
                at, key, value = rest
                _insert(place(at), key, value)
            elif kind == _REMOVE:
                at, key = rest
                del place(at)[key]
            elif kind == _MOVE:
                from_at, from_key, to_at, to_key = rest
                source, target = place(from_at), place(to_at)
                _insert(target, to_key, source.pop(from_key))
            else:
                raise ValueError(f"a patch of an unknown kind: {kind}")

    def _find(self, number: int) -> Control:
        waiting: list[Any] = [self.page]
        while waiting:
            found = waiting.pop()
            if isinstance(found, dict):
                if found.get("_i") == number:
                    return found
                found = found.values()
            waiting.extend(one for one in found if isinstance(one, dict | list))
        raise KeyError(number)


def _read_paths(node: list[Any], path: tuple[Any, ...], paths: dict[int, tuple[Any, ...]]) -> None:
    paths[node[0]] = path
    for step, inner in (node[1] if len(node) > 1 else {}).items():
        _read_paths(inner, (*path, step), paths)


def _insert(place: Any, key: Any, value: Any) -> None:
    if isinstance(place, list):
        place.insert(key, value)
    else:
        place[key] = value
