"""A folder of data sets is known again by what lies in it, not by where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mammoseg.data_sets.fingerprint import fingerprint
from napari_mammoseg.errors import InputError


def filled(folder: Path, text: str = "film") -> Path:
    (folder / "mias").mkdir(parents=True)
    (folder / "mias" / "mdb001.pgm").write_text(text)
    return folder


def test_a_copy_elsewhere_or_a_link_is_the_same_data(tmp_path: Path) -> None:
    first, second = filled(tmp_path / "a"), filled(tmp_path / "b" / "c")
    linked = tmp_path / "d"
    linked.mkdir()
    (linked / "mias").symlink_to(first / "mias")
    assert fingerprint(first) == fingerprint(second) == fingerprint(linked)


def test_a_film_more_or_of_another_size_or_name_is_other_data(tmp_path: Path) -> None:
    folder = filled(tmp_path / "a")
    known = {fingerprint(folder), fingerprint(filled(tmp_path / "b", "larger film"))}
    (folder / "mias" / "mdb002.pgm").write_text("")
    known.add(fingerprint(folder))
    (folder / "mias" / "mdb002.pgm").rename(folder / "mias" / "mdb003.pgm")
    assert len({*known, fingerprint(folder)}) == 4


def test_hidden_files_and_a_link_to_the_folder_itself_change_nothing(tmp_path: Path) -> None:
    folder = filled(tmp_path / "a")
    before = fingerprint(folder)
    (folder / ".DS_Store").write_text("x")
    (folder / "again").symlink_to(folder)
    assert fingerprint(folder) == before


def test_what_is_no_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give the folder that holds the data sets"):
        fingerprint(tmp_path / "nothing")
