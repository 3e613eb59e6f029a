"""Which exam a file is of: asked of the format that reads it, then of lists beside it, then of its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from napari_mammoseg.exams import vindr
from napari_mammoseg.exams.exam import ExamImage
from napari_mammoseg.exams.naming import said_by, without_date
from napari_mammoseg.readers import cbis_ddsm, inbreast, mias, reader_of


def identify(path: Path) -> ExamImage:
    """What is known of the image's exam. Raises InputError for what no reader takes, and for what is no image."""
    format = reader_of(path).__name__.rpartition(".")[2]
    return _FORMATS.get(format, _of_picture)(path)


def _of_mias(path: Path) -> ExamImage:
    woman = mias.patient(path)
    return ExamImage(path, mias.side(path), "MLO", patient=woman, called=woman)


def _of_cbis(path: Path) -> ExamImage:
    """Each file of CBIS-DDSM has a study of its own and a date of no meaning."""
    with path.open("rb") as file:
        case = cbis_ddsm.CbisCase.of(file.read(4096).decode("latin-1"))
    assert case is not None, "the reader accepted it by its case"
    odd = () if case.lesion is None else (f"crop of lesion {case.lesion}",)
    woman = f"cbis-{case.patient}"
    return ExamImage(path, case.side[0], case.view, patient=woman, called=woman, odd=odd)


def _of_inbreast(path: Path) -> ExamImage:
    said = inbreast.listed(path)
    known = ExamImage(path, said.laterality, said.view, patient=said.patient, date=said.date, called=path.stem[:8])
    return replace(known, called=said.patient) if said.patient else _placed(known)


def _of_dicom(path: Path) -> ExamImage:
    from napari_mammoseg.exams.headers import of_dicom

    return _placed(of_dicom(path))


def _of_picture(path: Path) -> ExamImage:
    return _placed(ExamImage(path))


def _placed(image: ExamImage) -> ExamImage:
    """With what the data set's list and the name say where the file does not; an image of unknown exam is its own."""
    image = vindr.completed(image)
    name, folder = said_by(image.path), image.path.absolute().parent
    if name is not None and (image.laterality is None or image.view is None):
        side, view = image.laterality or name.laterality, image.view or name.view
        image = replace(image, laterality=side, view=view)
    if image.patient or image.study:
        return image
    whose, date = without_date(folder.name)
    if name is not None:
        home = folder if date is None else folder.parent / whose
        return replace(image, patient=str(home / name.before), date=image.date or name.date or date, called=name.before)
    if image.laterality and image.view:
        return replace(image, patient=str(folder))
    return replace(image, study=str(image.path), called=image.path.name)


_FORMATS: dict[str, Callable[[Path], ExamImage]] = {
    "mias": _of_mias,
    "cbis_ddsm": _of_cbis,
    "inbreast": _of_inbreast,
    "dicom": _of_dicom,
}
