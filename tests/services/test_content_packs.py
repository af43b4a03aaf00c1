"""Signed content packs: used when a trusted key signed them, refused with a sentence otherwise."""

from __future__ import annotations

import base64
import copy
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app import content
from app.content import ContentError, load, load_sections
from app.content.packs import FORMAT
from app.domain.instruments import score
from app.services.content_packs import PackRefused, PackShelf, describe_key, key_id, sign, verify
from app.services.device_service import Device
from app.services.plan_settings import parse_settings
from app.store.vault import Vault
from tests.content.made_up import WHEEL
from tests.services.conftest import signed_in
from tests.store.store_builders import CHEAP

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
TRUSTED = {key_id(PUBLIC): PUBLIC}


def unsigned(version: int = 2, pack_id: str = "wheels", **changes: Any) -> dict[str, Any]:
    wheel = copy.deepcopy(WHEEL) | changes
    return {
        "format": FORMAT,
        "id": pack_id,
        "version": version,
        "title": "Wheels",
        "instruments": [wheel],
    }


def signed(version: int = 2, pack_id: str = "wheels", **changes: Any) -> dict[str, Any]:
    return sign(unsigned(version, pack_id, **changes), KEY)


@pytest.fixture(autouse=True)
def no_packs_after() -> Iterator[None]:
    yield
    content.use_packs(())


@pytest.fixture
def shelf(tmp_path: Path) -> PackShelf:
    (tmp_path / "content-packs").mkdir()
    (tmp_path / "content-keys.json").write_text(json.dumps({"keys": describe_key(PUBLIC)}))
    return PackShelf(tmp_path)


def lay(tmp_path: Path, name: str, pack: dict[str, Any]) -> None:
    (tmp_path / "content-packs" / name).write_text(json.dumps(pack, indent=1))


def test_a_signed_pack_is_read_however_its_file_is_laid_out() -> None:
    for text in (json.dumps(signed()), json.dumps(signed(), indent=3, sort_keys=True)):
        pack = verify("wheels.json", text, TRUSTED)
        assert (pack.id, pack.version, pack.instruments[0].pack) == ("wheels", 2, "wheels")


def change_text(pack: dict[str, Any]) -> None:
    pack["instruments"][0]["items"][0]["text"] = "It does not turn"


def change_score(pack: dict[str, Any]) -> None:
    pack["instruments"][0]["items"][0]["options"][0]["score"] = 1


def change_version(pack: dict[str, Any]) -> None:
    pack["version"] = 9


def change_title(pack: dict[str, Any]) -> None:
    pack["title"] = "Better wheels"


def change_signature(pack: dict[str, Any]) -> None:
    raw = bytearray(base64.b64decode(pack["signature"]))
    raw[0] ^= 1
    pack["signature"] = base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    "change", [change_text, change_score, change_version, change_title, change_signature]
)
def test_a_pack_that_was_altered_is_refused(change: Any) -> None:
    pack = signed()
    change(pack)
    with pytest.raises(PackRefused, match="it was changed after it was signed"):
        verify("wheels.json", json.dumps(pack), TRUSTED)


@given(st.data())
def test_no_change_of_a_single_letter_goes_unseen(data: st.DataObject) -> None:
    text = json.dumps(signed(), sort_keys=True)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda one: one != text[at]))
    changed = text[:at] + letter + text[at + 1 :]
    try:
        same = json.loads(changed) == json.loads(text)
    except ValueError:
        same = False
    if not same:
        with pytest.raises(PackRefused):
            verify("wheels.json", changed, TRUSTED)


def test_a_key_that_nobody_trusts_is_refused_by_its_id() -> None:
    pack = sign(unsigned(), OTHER)
    with pytest.raises(PackRefused, match=f"nobody here trusts the key '{pack['key']}'"):
        verify("wheels.json", json.dumps(pack), TRUSTED)


def test_a_forged_key_id_is_refused() -> None:
    pack = sign(unsigned(), OTHER) | {"key": key_id(PUBLIC)}
    with pytest.raises(PackRefused, match="it was changed"):
        verify("wheels.json", json.dumps(pack), TRUSTED)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": "other/1"}, "not a content pack"),
        ({"version": 1.5}, "needs version"),
        ({"version": True}, "needs version"),
        ({"version": -1}, "version is 1 or more"),
        ({"instruments": []}, "needs instruments"),
        ({"instruments": [{"id": "x"}]}, "is missing"),
        ({"extra": 1}, "key 'extra' is not known"),
        ({"signature": None}, "is not signed"),
        ({"signature": "?"}, "signature cannot be read"),
    ],
)
def test_what_is_no_pack_is_refused_with_what_is_wrong(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PackRefused, match=complaint):
        verify("wheels.json", json.dumps(signed() | change), TRUSTED)


def test_nothing_broken_is_signed() -> None:
    with pytest.raises(ContentError, match="unknown scoring rule"):
        sign(unsigned(total={"rule": "median", "of": ["wheel-a"]}), KEY)


def test_packs_in_the_data_directory_are_used_like_what_ships(shelf: PackShelf, tmp_path: Path) -> None:
    lay(tmp_path, "wheels.json", signed())
    assert [note.refused for note in shelf.load()] == [None]
    assert score("wheel", {"wheel-a": "wild", "wheel-b": 4}).total == 7
    assert "wheel" in next(section for section in load_sections() if section.id == "licensed").forms


def test_a_key_from_the_plan_is_trusted_too(tmp_path: Path) -> None:
    (tmp_path / "content-packs").mkdir()
    lay(tmp_path, "wheels.json", signed())
    shelf = PackShelf(tmp_path)
    assert shelf.load()[0].refused is not None
    assert "wheel" not in load()
    assert shelf.load(describe_key(PUBLIC))[0].refused is None
    assert "wheel" in load()
    assert shelf.load()[0].refused is None


@pytest.mark.parametrize(
    "names",
    [
        {"id": "esas-r"},
        {"id": "phq-2"},
        {"short_name": "ESAS-R"},
        {"name": "Edmonton Symptom Assessment System - Revised (ESAS-r)"},
    ],
)
def test_a_pack_never_stands_in_for_a_scale_that_ships(
    shelf: PackShelf, tmp_path: Path, names: dict[str, str]
) -> None:
    lay(tmp_path, "wheels.json", signed(**names))
    before = dict(load())
    refused = shelf.load()[0].refused
    assert refused is not None
    assert "it would replace" in refused
    assert dict(load()) == before


def test_a_pack_never_claims_the_link_ids_of_what_ships(shelf: PackShelf, tmp_path: Path) -> None:
    items = copy.deepcopy(WHEEL["items"])
    items[3]["linkId"] = "esas-pain"
    del items[4]
    lay(tmp_path, "wheels.json", signed(items=items))
    refused = shelf.load()[0].refused
    assert refused is not None
    assert "esas-pain" in refused
    assert load()["esas-r"].get_item("esas-pain").text == "Pain"


def test_an_older_version_is_refused_once_a_newer_was_used(shelf: PackShelf, tmp_path: Path) -> None:
    lay(tmp_path, "wheels.json", signed(version=5))
    assert shelf.load()[0].refused is None
    lay(tmp_path, "wheels.json", signed(version=4))
    refused = PackShelf(tmp_path).load()[0].refused
    assert refused == "Wheels is not used: version 4 is older than version 5 used before."
    assert "wheel" not in load()


def test_of_two_versions_the_newer_is_used(shelf: PackShelf, tmp_path: Path) -> None:
    lay(tmp_path, "a.json", signed(version=1, name="Old wheel"))
    lay(tmp_path, "b.json", signed(version=2))
    assert {note.file: note.refused is None for note in shelf.load()} == {"a.json": False, "b.json": True}
    assert load()["wheel"].name == "Wheel of the day"


def test_one_bad_pack_does_not_keep_the_good_one_away(
    shelf: PackShelf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "content-packs" / "bad.json").write_text("{")
    lay(tmp_path, "good.json", signed())
    with caplog.at_level(logging.WARNING):
        notes = {note.file: note.refused for note in shelf.load()}
    assert notes["good.json"] is None
    assert "cannot be read" in str(notes["bad.json"])
    assert "a content pack is not used" in caplog.text


def test_without_packs_or_with_a_damaged_key_file_the_app_goes_on(tmp_path: Path) -> None:
    assert PackShelf(tmp_path).load() == ()
    (tmp_path / "content-packs").mkdir()
    (tmp_path / "content-keys.json").write_text("[]")
    lay(tmp_path, "wheels.json", signed())
    assert PackShelf(tmp_path).load()[0].refused is not None
    assert "wheel" not in load()


def test_a_key_under_a_wrong_id_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "content-packs").mkdir()
    lie = {key_id(PUBLIC): next(iter(describe_key(OTHER.public_key().public_bytes_raw()).values()))}
    (tmp_path / "content-keys.json").write_text(json.dumps({"keys": lie}))
    lay(tmp_path, "wheels.json", signed())
    assert PackShelf(tmp_path).load()[0].refused is not None


def test_the_plan_s_settings_carry_the_keys_that_it_trusts() -> None:
    sent = {"content_keys": {**describe_key(PUBLIC), "short": "x", "0123456789abcdef": 7}}
    assert parse_settings(json.dumps(sent)).content_keys == describe_key(PUBLIC)
    assert parse_settings(None).content_keys == {}


async def test_unlocking_a_store_puts_the_device_s_packs_into_use(shelf: PackShelf, tmp_path: Path) -> None:
    device = Device(Vault(tmp_path / "users", None, cost=CHEAP), packs=shelf)
    lay(tmp_path, "wheels.json", signed())
    assert "wheel" not in load()
    session = await device.enrol(signed_in(), device.suggest_passphrase(), "w1")
    assert "wheel" in load()
    assert not session.closed
    await device.close()
