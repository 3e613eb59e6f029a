"""Files of every kind, grouped into exams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import dicom_files
from napari_mammoseg.errors import InputError
from napari_mammoseg.exams import PLACES, Exam, exams_below
from napari_mammoseg.exams.exam import prior_of, titles

VIEWS = {"CC": ("R-10242", "SRT", "cc"), "MLO": ("R-10226", "SRT", "mlo")}


def dicom(path: Path, side: str, view: str, **attributes: Any) -> Path:
    """A small DICOM mammogram at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {"PatientID": "P1", "StudyInstanceUID": "1.2.3", "StudyDate": "20200102"}
    code = [dicom_files.code(*VIEWS[view])]
    data = dicom_files.dataset(
        np.zeros((8, 6), np.uint16), ImageLaterality=side, ViewCodeSequence=code, **{**known, **attributes}
    )
    data.save_as(path, enforce_file_format=True)
    return path


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((8, 6), np.uint8)).save(path)
    return path


def exams(folder: Path) -> list[Exam]:
    return exams_below(folder, lambda error: None)


def hung(exam: Exam) -> dict[str, str]:
    return {place: image.path.name for place, image in exam.hung().items()}


def test_a_disc_of_files_without_ending_is_one_exam(tmp_path: Path) -> None:
    for number, place in enumerate(PLACES):
        dicom(tmp_path / "DICOM" / "S1" / f"IM{number:04d}", place[0], place[1:])
    (tmp_path / "dicomdir").write_bytes(b"\0" * 128 + b"DICM")
    (tmp_path / "README.TXT").write_text("hello")
    (exam,) = exams(tmp_path)
    assert hung(exam) == {place: f"IM{number:04d}" for number, place in enumerate(PLACES)}
    assert exam.missing == ()
    assert exam.date == "2020-01-02"


def test_studies_and_women_are_kept_apart_and_the_latest_comes_first(tmp_path: Path) -> None:
    dicom(tmp_path / "a", "L", "CC")
    dicom(tmp_path / "b", "L", "CC", StudyInstanceUID="1.2.4", StudyDate="20220102")
    dicom(tmp_path / "c", "L", "CC", PatientID="P2", StudyInstanceUID="1.2.5", StudyDate="20210102")
    found = exams(tmp_path)
    assert [each.date for each in found] == ["2022-01-02", "2021-01-02", "2020-01-02"]
    assert prior_of(found[0], found) is found[2]
    assert prior_of(found[1], found) is None


def test_two_women_of_one_study_identifier_are_two_exams(tmp_path: Path) -> None:
    dicom(tmp_path / "a", "L", "CC")
    dicom(tmp_path / "b", "R", "CC", PatientID="P2")
    assert len(exams(tmp_path)) == 2


@pytest.mark.parametrize("nobody", ["", "ANONYMOUS", "000"])
def test_women_that_are_nobody_have_no_prior(tmp_path: Path, nobody: str) -> None:
    dicom(tmp_path / "a", "L", "CC", PatientID=nobody)
    dicom(tmp_path / "b", "L", "CC", PatientID=nobody, StudyInstanceUID="1.2.4", StudyDate="20220102")
    found = exams(tmp_path)
    assert len(found) == 2
    assert prior_of(found[0], found) is None


def test_whole_views_for_presentation_hang_first(tmp_path: Path) -> None:
    spot = dicom_files.code("R-102D7", "SRT", "spot compression")
    cc = dicom_files.code(*VIEWS["CC"], ViewModifierCodeSequence=[spot])
    dicom(tmp_path / "1", "L", "CC", PresentationIntentType="FOR PROCESSING")
    dicom(tmp_path / "2", "L", "CC").touch()
    data = dicom_files.dataset(np.zeros((8, 6), np.uint16), ViewCodeSequence=[cc], PatientID="P1")
    data.StudyInstanceUID = "1.2.3"
    data.save_as(tmp_path / "3", enforce_file_format=True)
    (exam,) = exams(tmp_path)
    assert [each.path.name for each in exam.at("LCC")] == ["2", "1", "3"]
    assert exam.at("LCC")[2].label == "L CC spot compression"
    assert exam.missing == ("RCC", "RMLO", "LMLO")


def test_reports_are_left_out_and_said(tmp_path: Path) -> None:
    dicom(tmp_path / "a", "L", "CC")
    dicom(tmp_path / "b", "L", "CC", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.50")
    said: list[InputError] = []
    (exam,) = exams_below(tmp_path, said.append)
    assert [each.path.name for each in exam.images] == ["a"]
    assert "structured report" in str(said[0])


def test_what_is_only_called_dicom_is_no_exam(tmp_path: Path) -> None:
    dicom(tmp_path / "a", "L", "CC")
    (tmp_path / "b.dcm").write_bytes(b"not dicom")
    said: list[InputError] = []
    (exam,) = exams_below(tmp_path, said.append)
    assert [each.path.name for each in exam.images] == ["a"]
    assert "is not a DICOM file" in str(said[0])


def test_pictures_are_grouped_by_folder_and_by_what_stands_before_the_view(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        for place in PLACES:
            picture(tmp_path / folder / f"{place}.JPG")
    for place in ("R-CC", "L-CC"):
        picture(tmp_path / "three" / f"a-{place}.png")
        picture(tmp_path / "three" / f"b-{place}.png")
    assert [len(each.images) for each in exams(tmp_path)] == [4, 4, 2, 2]


def test_folders_that_are_dates_are_exams_of_one_woman(tmp_path: Path) -> None:
    for date in ("2019-05-06", "20210708"):
        picture(tmp_path / "anna" / date / "RCC.png")
    found = exams(tmp_path)
    assert [each.date for each in found] == ["2021-07-08", "2019-05-06"]
    assert prior_of(found[0], found) is found[1]


def test_pictures_that_say_nothing_are_exams_of_their_own(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        picture(tmp_path / f"IMG_{number}.png")
    assert [each.images[0].path.name for each in exams(tmp_path)] == ["IMG_1.png", "IMG_2.png", "IMG_10.png"]


def test_films_of_mias_hang_in_pairs(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        picture(tmp_path / f"mdb{number:03d}.png")
    first, second = exams(tmp_path)
    assert hung(first) == {"RMLO": "mdb001.png", "LMLO": "mdb002.png"}
    assert hung(second) == {"RMLO": "mdb003.png"}


def test_cbis_ddsm_is_grouped_by_its_case_whatever_its_studies(tmp_path: Path) -> None:
    for number, (side, view) in enumerate([("LEFT", "CC"), ("LEFT", "MLO")]):
        case = f"Mass-Training_P_00004_{side}_{view}"
        path = tmp_path / case / "1-1.dcm"
        dicom(path, "L", "CC", PatientID=case, StudyInstanceUID=f"1.2.{number}", PatientOrientation=view)
    (exam,) = exams(tmp_path)
    assert list(exam.hung()) == ["LCC", "LMLO"]
    assert exam.called == "cbis-P_00004"


def test_inbreast_is_grouped_by_its_woman_and_month(tmp_path: Path) -> None:
    woman = "0123456789abcdef"
    for number, view in ((1, "R_CC"), (2, "L_ML"), (3, "L_CC")):
        picture(tmp_path / f"2000000{number}_{woman}_MG_{view}_ANON.png")
    rows = ["File Name;Laterality;View;Acquisition date", "20000001;R;CC;201001", "20000002;L;MLO;201001"]
    (tmp_path / "INbreast.csv").write_text("\n".join([*rows, "20000003;L;CC;200801"]))
    first, second = exams(tmp_path)
    assert (first.date, list(first.hung())) == ("2010-01", ["RCC", "LMLO"])
    assert prior_of(first, [first, second]) is second


def test_vindr_is_grouped_by_study_with_the_views_of_its_list(tmp_path: Path) -> None:
    study, rows = "a" * 32, ["study_id,series_id,image_id,laterality,view_position"]
    for number, place in enumerate(PLACES):
        image = f"{number:032x}"
        picture(tmp_path / "images" / study / f"{image}.png")
        rows.append(f"{study},s,{image},{place[0]},{place[1:]}")
    (tmp_path / "breast-level_annotations.csv").write_text("\n".join(rows))
    (exam,) = exams(tmp_path)
    assert exam.missing == ()
    assert exam.called == f"vindr-{'a' * 8}"


def test_no_identity_of_dicom_is_kept(tmp_path: Path) -> None:
    path = dicom(tmp_path / "x" / "a", "L", "CC", PatientID="SECRET42", PatientName="Doe^Jane", AccessionNumber="777")
    (exam,) = exams(path.parent)
    assert not any(each in repr(exam) for each in ("SECRET42", "Doe", "777"))


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no image"):
        exams(tmp_path)


def test_where_a_woman_has_several_exams_the_list_says_which_are_hers(tmp_path: Path) -> None:
    for number, (patient, date) in enumerate((("P1", "20200102"), ("P2", "20210102"), ("P1", "20220102"))):
        dicom(tmp_path / f"{number}.dcm", "R", "CC", PatientID=patient, StudyInstanceUID=f"1.{number}", StudyDate=date)
    found = exams(tmp_path)
    assert [each.rpartition(" · ")[2] for each in titles(found)] == ["woman 1", "woman 2", "woman 1"]
    assert titles(found[:2]) == [each.title for each in found[:2]]
    assert titles(found[::2]) == [each.title for each in found[::2]]
