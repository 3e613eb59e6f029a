"""CBIS-DDSM in the exact form of its files: folders, swapped crops and masks, and both spellings of the lists."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import napari_mammoseg as mammoseg
from napari_mammoseg.errors import InputError
from napari_mammoseg.readers import cbis_ddsm
from napari_mammoseg.readers.listing import images_below

FILM = "Mass-Training_P_00001_LEFT_CC"
MASS_LIST = (
    "patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,mass shape,mass margins,"
    "assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path\n"
    f'P_00001,3,LEFT,CC,1,mass,IRREGULAR-ARCHITECTURAL_DISTORTION,SPICULATED,4,MALIGNANT,4,{FILM}/1/2/000000.dcm,"{FILM}_1/3/4/'
    f'000001.dcm\n","{FILM}_1/3/4/000000.dcm\n"\n'
    f'P_00001,3,LEFT,CC,2,mass,OVAL,CIRCUMSCRIBED,2,BENIGN_WITHOUT_CALLBACK,4,"{FILM}/1/2/000000.dcm\n",{FILM}_2/5/6/000000.dcm,'
    f"{FILM}_2/5/6/000001.dcm\n"
    "P_00001,3,LEFT,MLO,1,mass,OVAL,CIRCUMSCRIBED,2,BENIGN,4,x,y,z\n"
    "P_00004,3,LEFT,CC,1,mass,OVAL,CIRCUMSCRIBED,2,BENIGN,4,x,y,z\n"
)
CALC_LIST = (
    "patient_id,breast density,left or right breast,image view,abnormality id,abnormality type,calc type,"
    "calc distribution,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path\n"
    'P_00005,4,RIGHT,MLO,1,calcification,AMORPHOUS,CLUSTERED,3,MALIGNANT,3,a/000000.dcm,"b/000001.dcm\n",b/000000.dcm\n'
)


def mask(shape: tuple[int, int], rows: slice, columns: slice) -> np.ndarray:
    values = np.zeros(shape, np.uint8)
    values[rows, columns] = 255
    return values


@pytest.fixture
def root(tmp_path, secondary_capture) -> Path:
    """A film of 60 x 40 with two lesions: the first with crop and mask swapped and its mask in two files."""
    dicom = secondary_capture
    chance = np.random.default_rng(2)
    film = chance.integers(1000, 60000, (60, 40), np.uint16)
    dicom(
        tmp_path / f"{FILM}/07-20-2016-DDSM-74994/1-full mammogram images-24515/000000.dcm",
        FILM,
        film,
        "full mammogram images",
    )
    one, two = f"{FILM}_1", f"{FILM}_2"
    series = tmp_path / f"{one}/07-20-2016-DDSM-39106/1-ROI mask images-05650"
    dicom(series / "000000.dcm", one, film[5:15, 5:15].copy(), "ROI mask images")
    dicom(series / "000001.dcm", one, mask((60, 40), slice(5, 10), slice(5, 15)), "cropped images")
    dicom(series / "000002.dcm", one, mask((60, 40), slice(10, 15), slice(5, 15)), "cropped images")
    series = tmp_path / f"{two}/07-20-2016-DDSM-11111/1-ROI mask images-22222"
    dicom(series / "1-1.dcm", two, film[30:40, 20:30].copy(), "cropped images")
    dicom(series / "1-2.dcm", two, mask((120, 80), slice(60, 80), slice(40, 60)), "ROI mask images")
    (tmp_path / "mass_case_description_train_set.csv").write_text(MASS_LIST)
    return tmp_path


def film_of(root: Path) -> Path:
    return next((root / FILM).rglob("*.dcm"))


def test_a_film_has_the_masks_and_labels_of_its_lesions(root):
    image = mammoseg.read(film_of(root))
    assert (image.format, image.view, image.laterality) == ("CBIS-DDSM", "CC", "L")
    assert (image.patient, image.spacing, image.properties["density"]) == ("cbis-P_00001", None, "3")
    first, second = image.truth
    assert (first.kind, first.label, second.label) == ("mass", "malignant", "benign")
    assert first.attributes["mass margins"] == "SPICULATED"
    wanted = np.zeros((60, 40), bool)
    wanted[5:15, 5:15] = True
    assert np.array_equal(first.mask, wanted)


def test_a_mask_of_another_size_is_resized_and_said(root):
    image = mammoseg.read(film_of(root))
    wanted = np.zeros((60, 40), bool)
    wanted[30:40, 20:30] = True
    assert np.array_equal(image.truth[1].mask, wanted)
    assert any("mask of lesion 2 is 120 x 80" in note for note in image.notes)


def test_a_mask_that_is_missing_is_said_and_the_lesion_stays(root):
    shutil.rmtree(root / f"{FILM}_2")
    image = mammoseg.read(film_of(root))
    assert image.truth[1].mask is None
    assert image.truth[1].label == "benign"
    assert any("no mask of lesion 2" in note for note in image.notes)


def test_masks_and_crops_are_listed_only_where_their_film_is_not(root):
    refused = []
    assert list(images_below(root, refused.append)) == [film_of(root)]
    shutil.rmtree(root / FILM)
    assert len(list(images_below(root, refused.append))) == 5
    assert refused == []


def test_the_lists_may_lie_two_folders_above(root):
    deep = root / "manifest" / "CBIS-DDSM"
    deep.mkdir(parents=True)
    shutil.move(root / FILM, deep / FILM)
    assert len(mammoseg.read(film_of(deep)).truth) == 2


def test_without_the_lists_the_truth_is_unknown(root):
    (root / "mass_case_description_train_set.csv").unlink()
    image = mammoseg.read(film_of(root))
    assert image.truth is None
    assert (image.view, image.laterality) == ("CC", "L")
    assert image.properties["truth"].startswith("unknown: ")


def test_a_crop_is_told_from_a_mask_by_its_content(root):
    crop = mammoseg.read(next((root / f"{FILM}_1").rglob("000000.dcm")))
    assert crop.pixels.shape == (10, 10)
    assert [lesion.label for lesion in crop.truth] == ["malignant"]
    with pytest.raises(InputError, match="is the mask of a lesion"):
        mammoseg.read(next((root / f"{FILM}_1").rglob("000001.dcm")))


def test_calcifications_are_clusters_and_the_other_spelling_of_density_is_read(tmp_path, secondary_capture):
    dicom = secondary_capture
    case = "Calc-Training_P_00005_RIGHT_MLO"
    path = dicom(tmp_path / case / "s/000000.dcm", case, np.arange(600, dtype=np.uint16).reshape(30, 20), "")
    dicom(tmp_path / f"{case}_1/s/000001.dcm", f"{case}_1", mask((30, 20), slice(3, 4), slice(5, 7)), "")
    (tmp_path / "calc_case_description_train_set.csv").write_text(CALC_LIST)
    image = mammoseg.read(path)
    assert (image.truth[0].kind, image.truth[0].label, image.truth[0].mask.sum()) == ("cluster", "malignant", 2)
    assert (image.properties["density"], image.view, image.laterality) == ("4", "MLO", "R")


def test_another_dicom_file_is_not_taken_for_one(tmp_path, secondary_capture):
    path = secondary_capture(tmp_path / "a.dcm", "Mass of a patient", np.ones((4, 4), np.uint16), "")
    assert not cbis_ddsm.accepts(path, path.read_bytes()[:4096])


def test_a_damaged_mask_is_said_and_the_film_is_read(root):
    path = next((root / f"{FILM}_2").rglob("1-2.dcm"))
    path.write_bytes(path.read_bytes()[:900])
    image = mammoseg.read(film_of(root))
    assert image.truth[0].mask is not None
    assert image.truth[1].mask is None
    assert any("1-2.dcm: " in note for note in image.notes)


@pytest.mark.shared
@pytest.mark.parametrize(("kind", "rows", "films", "patients"), [("mass", 1318, 1231, 691), ("calc", 1546, 1227, 602)])
def test_the_real_lists_are_read_whole(shared, kind, rows, films, patients):
    listed = list(cbis_ddsm.descriptions(shared / f"data/cbis_cases/{kind}_case_description_train_set.csv"))
    assert len(listed) == rows
    assert len({row["image file path"] for row in listed}) == films
    assert len({row["patient id"] for row in listed}) == patients
    assert {row["breast density"] for row in listed} == set("1234")
    assert all(row["ROI mask file path"].endswith(".dcm") for row in listed)
    for row in listed:
        case = cbis_ddsm.CbisCase.of(row["ROI mask file path"])
        assert (case.patient, case.side, case.view) == (
            row["patient id"],
            row["left or right breast"],
            row["image view"],
        )
        assert str(case.lesion) == row["abnormality id"]


@pytest.mark.shared
def test_real_crops_are_read_whatever_their_folder_is_called(shared):
    crops = sorted((shared / "data/dicom_mg/cbis_crops").rglob("*.dcm"))
    shapes = []
    for path in crops:
        image = mammoseg.read(path)
        assert image.format == "CBIS-DDSM"
        assert re.fullmatch(r"cbis-P_\d{5}", image.patient)
        assert image.laterality == path.relative_to(shared).parts[3].split("_")[3][0]
        shapes.append(image.pixels.shape)
    assert sorted(shapes) == [(384, 385), (483, 286), (486, 497)]


@pytest.mark.shared
def test_a_real_crop_with_its_list_has_its_label(shared, tmp_path):
    source = shared / "data/dicom_mg/cbis_crops/Mass-Test_P_00016_LEFT_CC_1"
    shutil.copytree(source, tmp_path / source.name)
    header = MASS_LIST.splitlines()[0]
    row = "P_00016,4,LEFT,CC,1,mass,IRREGULAR,SPICULATED,5,MALIGNANT,5,x,y,z"
    (tmp_path / "mass_case_description_test_set.csv").write_text(f"{header}\n{row}\n")
    image = mammoseg.read(next((tmp_path / source.name).rglob("*.dcm")))
    assert [(lesion.kind, lesion.label, lesion.mask) for lesion in image.truth] == [("mass", "malignant", None)]
