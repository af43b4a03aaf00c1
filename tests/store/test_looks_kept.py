"""How a person likes the screens lies beside her store, in the clear: it says nothing about anybody else."""

from __future__ import annotations

from pathlib import Path

from app.domain.look import SIZES, Brightness, Look, find_larger, find_smaller, read_look
from app.store.files import StoreFiles, make_store_id, read_json, write_json
from app.store.user_entries import list_users


def test_a_look_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    files = StoreFiles(tmp_path, make_store_id())
    files.make_directory()
    files.finish_making()
    look = Look(text=175, brightness=Brightness.DARK, calm=True)
    write_json(files.look, look.as_data())
    (entry,) = list_users(tmp_path)
    assert entry.look == look
    assert files.look.stat().st_mode & 0o777 == 0o600


def test_a_look_that_somebody_spoiled_is_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "look.json"
    for spoiled in ("", "[]", '{"text": 9000, "brightness": 7, "calm": "yes"}', '{"text": "200"}'):
        path.write_text(spoiled, encoding="utf-8")
        assert read_look(read_json(path)) == Look()


def test_the_steps_reach_from_the_usual_size_to_twice_it() -> None:
    assert SIZES[0] == 100
    assert SIZES[-1] == 200
    assert [find_larger(size) for size in SIZES] == [*SIZES[1:], None]
    assert [find_smaller(size) for size in SIZES] == [None, *SIZES[:-1]]
