"""The settings page says which licensed scales are in use, and why one is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import content
from app.language import speak
from app.services.content_packs import PackShelf
from app.views.wording.content import IN_USE, PACKS
from tests.services.test_content_packs import PUBLIC, describe_key, signed
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[PackShelf]:
    (tmp_path / "content-packs").mkdir()
    (tmp_path / "content-keys.json").write_text(json.dumps({"keys": describe_key(PUBLIC)}))
    yield PackShelf(tmp_path)
    PackShelf(tmp_path / "empty").load()
    content.use_packs(())


async def test_a_pack_in_use_and_a_refused_one_are_both_said(
    mount: Mount, world: World, shelf: PackShelf, tmp_path: Path
) -> None:
    good, bad = signed(), signed(pack_id="spokes") | {"title": "Spokes"}
    (tmp_path / "content-packs" / "a.json").write_text(json.dumps(good))
    (tmp_path / "content-packs" / "b.json").write_text(json.dumps(bad))
    shelf.load()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.shows(PACKS), "the packs")
        assert app.shows(IN_USE)
        assert app.shows("it was changed after it was signed")


def test_why_a_pack_is_not_used_is_said_in_the_language_of_the_moment(
    shelf: PackShelf, tmp_path: Path
) -> None:
    """Packs are loaded before anybody has signed in, and so before anybody has chosen a language."""
    lay = tmp_path / "content-packs"
    (lay / "old.json").write_text(json.dumps(signed()))
    (lay / "older.json").write_text(json.dumps(signed(version=1)))
    (lay / "torn.json").write_text(json.dumps(signed(pack_id="torn") | {"title": "Torn"}))
    twin = signed(pack_id="twin", name="Twin", short_name="Twin")
    (lay / "twin.json").write_text(json.dumps(twin | {"title": "Wheels"}))
    notes = {note.file: note for note in shelf.load()}
    older = notes["older.json"].refused
    assert older == "Wheels is not used: version 1 is older than version 2 used before."
    speak("es")
    said = {file: note.refused or "" for file, note in notes.items()}
    assert said["older.json"] == "Wheels no se usa: la versión 1 es anterior a la versión 2 que ya se usó."
    assert said["torn.json"] == "Torn no se usa: se cambió después de firmarlo. Pida una copia nueva."
    assert said["twin.json"].startswith("Wheels no se usa: ")


async def test_without_packs_nothing_is_said(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("settings-lock"), "the settings")
        assert not app.shows(PACKS)
