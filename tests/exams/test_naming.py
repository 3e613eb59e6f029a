"""Side and view as names of pictures say them."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mammoseg.exams.naming import said_by


@pytest.mark.parametrize(
    ("name", "side", "view", "before"),
    [
        ("phantom-25-L-CC.dcm", "L", "CC", "phantom-25"),
        ("RMLO.JPG", "R", "MLO", ""),
        ("lcc.png", "L", "CC", ""),
        ("LCC2.png", "L", "CC", ""),
        ("P1_L_CM_CC.jpg", "L", "CC", "P1"),
        ("A_1059_1.LEFT_CC", "L", "CC", "A_1059_1"),
        ("woman 7 MLO R.tif", "R", "MLO", "woman 7"),
        ("right-xccl_1.png", "R", "XCCL", ""),
    ],
)
def test_side_view_and_what_stands_before_them(name: str, side: str, view: str, before: str) -> None:
    said = said_by(Path(name))
    assert said is not None
    assert (said.laterality, said.view, said.before) == (side, view, before)


@pytest.mark.parametrize("name", ["IMG_0001.jpg", "cc.png", "L.png", "accl.png", "mdb001.pgm", "rocc.png", "L_of_a_CC"])
def test_a_name_that_does_not_say_both_says_neither(name: str) -> None:
    assert said_by(Path(name)) is None


def test_a_date_before_the_view_is_the_exam_s_date_and_no_part_of_its_name() -> None:
    said = said_by(Path("anna_2019-03-01_RCC.png"))
    assert said is not None
    assert (said.before, said.date) == ("anna", "2019-03-01")
