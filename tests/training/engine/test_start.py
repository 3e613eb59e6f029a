"""Weights to start from must not have trained on the patients that are held out."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.training.engine.loop import HELD_OUT
from napari_mammoseg.training.engine.start import check_split, check_start


def test_patients_held_out_must_be_new_to_the_weights_that_a_training_starts_from(tmp_path: Path) -> None:
    start = str(tmp_path / "net.safetensors")
    Path(start).touch()
    check_start(start, {"a", "b"})
    (tmp_path / HELD_OUT).write_text("a\nb b\nc\n", "utf-8")
    check_start(start, {"a", "b b"})
    check_start(start, ())
    with pytest.raises(InputError, match="has trained on 1 of the 2 patients that would be held out"):
        check_start(start, {"a", "d"})


def test_a_list_where_one_stands_says_nothing_of_a_models_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / HELD_OUT).write_text("a\n", "utf-8")
    check_start("calcification-lite", {"b"})
    check_start("", {"b"})


def test_a_part_without_anybody_is_no_part_to_hold_out() -> None:
    check_split(Split(1, 0, 0), ())
    check_split(Split(5, 0, 0), {"a"})
    with pytest.raises(InputError, match="--folds 300: has nobody in part 7, to be held out; give fewer"):
        check_split(Split(300, 7, 0), ())
