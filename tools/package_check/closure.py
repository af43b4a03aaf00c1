"""Which packages a phone gets, and whether each is pure Python, read from what is installed here."""

from __future__ import annotations

import importlib.metadata
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

WHEELS = Path(__file__).with_name("mobile_wheels.toml")
PHONE = {
    "platform_system": "Android",
    "sys_platform": "android",
    "platform_machine": "aarch64",
    "os_name": "posix",
}
"""What differs on a phone in the markers of requirements (PEP 508; PEP 738 for Android's names)."""
ON_PHONES = "mobile"
"""Our extra with what only phones need."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the closure. `needed_by` is the first that asked for it."""

    name: str
    version: str
    pure: bool
    needed_by: str


def read_closure(root: str = "hearthside") -> tuple[Package, ...]:
    """Every package that `root` brings onto a phone, by name, `root` itself left out.

    Raises importlib.metadata.PackageNotFoundError when one of them is not installed here.
    """
    found: dict[str, Package] = {}
    waiting = [(one, root) for one in _needs(root, frozenset({ON_PHONES}))]
    asked: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        need, by = waiting.pop()
        name, extras = canonicalize_name(need.name), frozenset(need.extras)
        if (name, extras) in asked:
            continue
        asked.add((name, extras))
        distribution = importlib.metadata.distribution(name)
        found.setdefault(name, Package(name, distribution.version, is_pure(distribution), by))
        waiting += [(one, name) for one in _needs(name, extras)]
    return tuple(found[name] for name in sorted(found))


def _needs(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in importlib.metadata.distribution(name).requires or ():
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({**PHONE, "extra": one}) for one in extras | {""}):
            yield need


def requirements_of_a_phone(needs: Iterable[str]) -> list[Requirement]:
    """The requirements of ours that hold on a phone, their markers taken off, so that pip takes them on any machine."""
    return _bare(needs, {**PHONE}, (ON_PHONES, ""))


def requirements_here(needs: Iterable[str]) -> list[Requirement]:
    """The requirements of ours that hold on this machine, none of the extras."""
    return _bare(needs, {}, ("",))


def _bare(needs: Iterable[str], environment: Mapping[str, str], extras: Iterable[str]) -> list[Requirement]:
    kept = []
    for line in needs:
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({**environment, "extra": one}) for one in extras):
            need.marker = None
            kept.append(need)
    return kept


def is_pure(distribution: importlib.metadata.Distribution) -> bool:
    """Whether what is installed holds nothing compiled, by the file WHEEL that its installer left (PEP 427)."""
    told = (distribution.read_text("WHEEL") or "").splitlines()
    return "Root-Is-Purelib: true" in told and any(
        line.endswith("-none-any") for line in told if "Tag:" in line
    )


def read_wheels(path: Path = WHEELS) -> dict[str, dict[str, str]]:
    """The origins of compiled packages, by canonical name."""
    return {canonicalize_name(name): line for name, line in tomllib.loads(path.read_text()).items()}


def find_gaps(packages: tuple[Package, ...], wheels: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Sentences: what is compiled without an origin, and which origins nobody needs."""
    compiled = {one.name for one in packages if not one.pure}
    gaps = [
        f"{name} is compiled and no line says where its mobile wheel comes from"
        for name in compiled - set(wheels)
    ]
    gaps += [f"{name} has a line, and is pure or not needed on a phone" for name in set(wheels) - compiled]
    gaps += [
        f"{name}: {field} is empty"
        for name, line in wheels.items()
        for field in ("origin", "seen")
        if not line.get(field)
    ]
    return sorted(gaps)


def make_page(packages: tuple[Package, ...], wheels: Mapping[str, Mapping[str, str]]) -> str:
    """The table of docs/mobile-packages.md."""
    rows = ["| package | needed by | on a phone |", "| --- | --- | --- |"]
    for one in packages:
        line = wheels.get(one.name, {})
        origin = (
            "pure Python"
            if one.pure
            else f"compiled: {line.get('origin', 'unknown')} ({line.get('seen', '')})"
        )
        rows.append(f"| {one.name} | {one.needed_by} | {origin} |")
    return "\n".join(rows)
