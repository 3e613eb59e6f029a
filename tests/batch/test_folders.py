"""Where the results of many inputs go."""

from __future__ import annotations

import json
from pathlib import Path

from napari_mammoseg.batch.folders import output_folders
from napari_mammoseg.files import seen_from


def test_different_names_share_the_folder(tmp_path: Path) -> None:
    assert output_folders([tmp_path / "a" / "x.dcm", tmp_path / "b" / "y.dcm"], Path("out")) == [Path("out")] * 2


def test_the_same_name_keeps_its_own_folder(tmp_path: Path) -> None:
    found = output_folders([tmp_path / "a" / "x.dcm", tmp_path / "b" / "x.dcm"], Path("out"))
    assert found == [Path("out/a"), Path("out/b")]


def test_names_that_differ_in_their_extension_alone_do_not_meet(tmp_path: Path) -> None:
    found = output_folders([tmp_path / "x.dcm", tmp_path / "x.png"], Path("out"))
    assert found == [Path("out/x.dcm"), Path("out/x.png")]


def with_input(path: Path) -> Path:
    """An input that exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def with_results(root: Path, *inputs: Path) -> list[Path]:
    """The folders for the inputs, each with a result as analyze writes it."""
    folders = output_folders(inputs, root)
    for each, folder in zip(inputs, folders, strict=True):
        folder.mkdir(parents=True, exist_ok=True)
        record = {"run": {"input": seen_from(folder, each)}}
        (folder / f"{each.stem}.masses.json").write_text(json.dumps(record))
    return folders


def test_results_stay_where_they_are_when_an_input_of_the_same_name_is_added(tmp_path: Path) -> None:
    a, b, root = with_input(tmp_path / "a" / "x.dcm"), with_input(tmp_path / "b" / "x.dcm"), tmp_path / "out"
    assert with_results(root, a) == [root]
    assert with_results(root, a, b) == [root, root / "b"]
    assert with_results(root, b) == [root / "b"]
    assert len(list(root.rglob("*.json"))) == 2


def test_results_stay_in_their_folder_when_their_neighbour_is_left_out(tmp_path: Path) -> None:
    a, b, root = with_input(tmp_path / "a" / "x.dcm"), with_input(tmp_path / "b" / "x.dcm"), tmp_path / "out"
    assert with_results(root, a, b) == [root / "a", root / "b"]
    assert with_results(root, a) == [root / "a"]


def test_the_results_of_another_input_are_not_overwritten(tmp_path: Path) -> None:
    a, b, root = with_input(tmp_path / "a" / "x.dcm"), with_input(tmp_path / "b" / "x.dcm"), tmp_path / "out"
    assert with_results(root, a) == [root]
    assert with_results(root, b) == [root / "b"]


def test_the_place_of_an_input_that_is_gone_is_free(tmp_path: Path) -> None:
    a, root = with_input(tmp_path / "a" / "x.dcm"), tmp_path / "out"
    with_results(root, a)
    moved = a.rename(with_input(tmp_path / "moved" / "x.dcm"))
    assert output_folders([moved], root) == [root]


def test_an_input_that_links_to_itself_has_a_folder_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "self.dcm").symlink_to(tmp_path / "self.dcm")
    assert output_folders([tmp_path / "self.dcm", tmp_path / "x.dcm"], Path("out")) == [Path("out")] * 2


def test_a_result_that_is_damaged_claims_no_place(tmp_path: Path) -> None:
    for text in ("", "[]", '{"run": {}}', '{"run": {"input": null}}', "\x00"):
        (tmp_path / "x.masses.json").write_text(text)
        assert output_folders([tmp_path / "a" / "x.dcm"], tmp_path) == [tmp_path]
