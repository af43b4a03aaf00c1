"""Files that are no content packs, however odd: each is refused with a sentence and the app starts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import content
from app.content import load
from app.content.packs import FORMAT, LARGEST
from app.services.content_packs import KEYS_FILE, SEEN_FILE, PackShelf, describe_key, sign
from app.services.device_service import make_device
from tests.content.made_up import WHEEL

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DEEP, ALMOST_DEEP = "[" * 100_000, "[" * 400 + "1" + "]" * 400


def pack(**changes: object) -> str:
    whole = {"format": FORMAT, "id": "wheels", "version": 2, "title": "Wheels", "instruments": [WHEEL]}
    return json.dumps(sign(whole, KEY) | changes)


@pytest.fixture(autouse=True)
def no_packs_after() -> Iterator[None]:
    yield
    content.use_packs(())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content-packs"
    folder.mkdir()
    keys = describe_key(KEY.public_key().public_bytes_raw())
    (tmp_path / KEYS_FILE).write_text(json.dumps({"keys": keys}))
    (folder / "good.json").write_text(pack())
    return folder


def refusals(folder: Path) -> dict[str, str | None]:
    return {note.file: note.refused for note in PackShelf(folder.parent).load()}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (DEEP, "one part within another too often"),
        (pack(instruments=[json.loads(ALMOST_DEEP)]), "cannot be read"),
        (pack(title="\ud800"), "holds letters that are none"),
        (pack(instruments=[WHEEL | {"id": "\ud800"}]), "holds letters that are none"),
        (pack(version=0).replace('"version": 0', '"version": ' + "9" * 5000), "a number is far too long"),
        (pack(version=0).replace('"version": 0', '"version": 1e999'), "needs version"),
    ],
    ids=["deep", "almost deep", "half a letter", "half a letter in an id", "long number", "endless number"],
)
async def test_a_file_that_cannot_be_understood_is_refused_and_the_app_starts(
    folder: Path, text: str, sentence: str
) -> None:
    (folder / "bad.json").write_text(text)
    found = refusals(folder)
    assert found["good.json"] is None
    assert found["bad.json"] is not None
    assert found["bad.json"].startswith("This content pack cannot be read")
    assert sentence in found["bad.json"]
    found["bad.json"].encode()
    device = await make_device(folder.parent)
    await device.close()


@pytest.mark.parametrize(
    "damaged", [DEEP, '{"keys": ' + DEEP, '{"keys": {"a": ' + "9" * 5000 + "}}", "\udcff"]
)
def test_damaged_files_of_keys_or_of_versions_trust_nobody_and_stop_nothing(
    folder: Path, damaged: str
) -> None:
    raw = damaged.encode("utf-8", "surrogateescape")
    (folder / SEEN_FILE).write_bytes(raw)
    assert refusals(folder) == {"good.json": None}
    (folder.parent / KEYS_FILE).write_bytes(raw)
    assert "nobody here trusts the key" in str(refusals(folder)["good.json"])


@pytest.mark.parametrize("seen", ['{"wheels": 1e999}', '{"wheels": NaN}', '{"wheels": null}', "[]"])
def test_versions_that_are_no_numbers_are_as_none(folder: Path, seen: str) -> None:
    (folder / SEEN_FILE).write_text(seen)
    assert refusals(folder) == {"good.json": None}


def test_only_regular_files_are_read(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text((folder / "good.json").read_text())
    (folder / "good.json").unlink()
    (folder / "link.json").symlink_to(elsewhere)
    (folder / "device.json").symlink_to("/dev/zero")
    (folder / "gone.json").symlink_to(tmp_path / "nothing")
    (folder / "folder.json").mkdir()
    os.mkfifo(folder / "pipe.json")
    assert refusals(folder) == {
        f"{name}.json": f"{name}.json cannot be read."
        for name in ("device", "folder", "gone", "link", "pipe")
    }
    assert "wheel" not in load()


def test_keys_and_versions_are_regular_files_too_and_nothing_is_written_through_a_link(
    folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("{}")
    (folder / SEEN_FILE).symlink_to(elsewhere)
    assert refusals(folder) == {"good.json": None}
    assert elsewhere.read_text() == "{}"
    keys = folder.parent / KEYS_FILE
    keys.rename(tmp_path / "keys")
    keys.symlink_to(tmp_path / "keys")
    assert refusals(folder)["good.json"] is not None


def test_a_file_far_too_large_is_not_read_to_its_end(folder: Path) -> None:
    with (folder / "large.json").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert refusals(folder)["large.json"] == "large.json is too large to be a content pack."


def test_a_file_s_name_that_is_no_text_is_shown_as_what_can_be(folder: Path) -> None:
    (folder / "b\udcffd.json").write_text("{")
    (name,) = refusals(folder).keys() - {"good.json"}
    assert name == "b?d.json"


@pytest.mark.parametrize(
    "name",
    [
        "PHQ\u200b-9",
        "\u2060PHQ-9",
        "PHQ-9\u034f",
        "PHQ\u3164-9",
        "P\u00adHQ-9",
        "PHQ\u20119",
        "PHQ 9",
        "PHQ\ufe0f-9",
    ],
)
@pytest.mark.parametrize("where", ["name", "short_name"])
def test_letters_that_nobody_sees_do_not_make_a_name_another(folder: Path, name: str, where: str) -> None:
    whole = json.loads(pack()) | {"instruments": [WHEEL | {where: name}]}
    (folder / "good.json").write_text(json.dumps(sign(whole, KEY)))
    assert "it would replace" in str(refusals(folder)["good.json"])
