"""Where the truth of images is looked for: one file, a folder, or beside each image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from napari_mammoseg.errors import InputError
from napari_mammoseg.kinds import LesionKind
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import masks
from napari_mammoseg.readers.companions import is_file
from napari_mammoseg.readers.truth.of_image import Truth, from_document, from_labels, read_mask
from napari_mammoseg.readers.truth.of_synthetic import from_synthetic
from napari_mammoseg.readers.truth.table import MiasList, Table


class Truths(Protocol):
    """A place that holds the truth of images."""

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        """The truth of the image called `name`, of `shape`, that lies in `folder`; None where this place has none."""
        ...


def open_truths(path: Path, kind: LesionKind) -> Truths:
    """The truth at `path`; `kind` is what the lesions of plain masks are. Raises InputError if there is none."""
    if path.is_dir():
        return Folder(path, kind)
    if not is_file(path):
        raise InputError(path, "does not exist", "check the path given with --truth")
    if path.suffix.lower() in (".csv", ".tsv"):
        return Table.read(path)
    if path.suffix.lower() == ".txt":
        return MiasList.read(path)
    return OneFile(path, kind)


def files_beside(image: Path) -> list[Path]:
    """`NAME.truth.json` and `NAME.mask.png` (or `.tif`) beside an image, as far as they are there."""
    found = (image.with_name(f"{image.stem}.truth.json"), masks.beside(image))
    return [each for each in found if each is not None and is_file(each)]


@dataclass(frozen=True, slots=True)
class OneFile:
    """A mask or truth document: it is the truth of whichever image is asked about."""

    path: Path
    kind: LesionKind

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        if self.path.suffix.lower() == ".json":
            return from_document(self.path, shape)
        return from_synthetic(self.path, shape) or from_labels(read_mask(self.path, shape), self.kind)


@dataclass(frozen=True, slots=True)
class Folder:
    """Masks and truth documents named after their images, in a folder and, with `below`, in the folders below it."""

    path: Path
    kind: LesionKind
    below: bool = True

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        stem = Path(name).stem
        document = self._find(f"{stem}.truth.json", folder)
        if document is not None:
            return from_document(document, shape)
        same = folder is not None and folder.resolve() == self.path.resolve()
        plain = () if same else (f"{stem}.png", f"{stem}.tif")
        for each in (f"{stem}.mask.png", f"{stem}.mask.tif", f"{stem}.mask.tiff", *plain):
            found = self._find(each, folder)
            if found is not None:
                return from_synthetic(found, shape) or from_labels(read_mask(found, shape), self.kind)
        return None

    def _find(self, name: str, folder: Path | None) -> Path | None:
        """The file called `name`: beside the image, else the only one of that name below the folder."""
        if folder is not None and is_file(folder / name) and folder.resolve().is_relative_to(self.path.resolve()):
            return folder / name
        if not self.below:
            return None
        found = [each for each in sorted(self.path.rglob(_literally(name))) if is_file(each)]
        if len(found) > 1:
            raise InputError(self.path, f"holds {len(found)} files called {name}", "give the folder of one of them")
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Beside:
    """Masks and truth documents that lie beside their images."""

    kind: LesionKind

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        return None if folder is None else Folder(folder, self.kind, below=False).of(name, shape, folder)


def with_truth(image: Mammogram, kind: LesionKind, folder: Path | None) -> Mammogram:
    """The image with the lesions that a file beside it, in `folder`, tells of, where it has none of its own.

    kind: what the lesions of plain masks are. Raises InputError for a truth that cannot be read.
    """
    if image.truth is not None:
        return image
    beside = Beside(kind).of(image.name, (image.rows, image.columns), folder)
    return image if beside is None else replace(image, truth=beside.lesions, patient=image.patient or beside.patient)


def _literally(name: str) -> str:
    return "".join(f"[{each}]" if each in "*?[" else each for each in name)
