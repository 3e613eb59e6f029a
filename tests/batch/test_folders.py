"""Where the results of many inputs go."""

from __future__ import annotations

from pathlib import Path

from napari_mammoseg.batch.folders import output_folders


def test_different_names_share_the_folder(tmp_path: Path) -> None:
    assert output_folders([tmp_path / "a" / "x.dcm", tmp_path / "b" / "y.dcm"], Path("out")) == [Path("out")] * 2


def test_the_same_name_keeps_its_own_folder(tmp_path: Path) -> None:
    found = output_folders([tmp_path / "a" / "x.dcm", tmp_path / "b" / "x.dcm"], Path("out"))
    assert found == [Path("out/a"), Path("out/b")]


def test_names_that_differ_in_their_extension_alone_do_not_meet(tmp_path: Path) -> None:
    found = output_folders([tmp_path / "x.dcm", tmp_path / "x.png"], Path("out"))
    assert found == [Path("out/x.dcm"), Path("out/x.png")]
