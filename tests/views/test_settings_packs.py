"""The settings page says which licensed scales are in use, and why one is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import content
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


async def test_without_packs_nothing_is_said(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("settings-lock"), "the settings")
        assert not app.shows(PACKS)
