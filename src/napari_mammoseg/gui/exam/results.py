"""The results on the images of an exam: shown on them, kept while other exams are looked at, and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import Exam
from napari_mammoseg.exams.scores import BreastScores, ImageScore, breast_scores
from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.gui.exam.exam_layers import hung_in, image_at
from napari_mammoseg.gui.exam.running import Analysed
from napari_mammoseg.gui.reading.place import resume, shelf
from napari_mammoseg.gui.results.found_again import found_again
from napari_mammoseg.gui.results.kept_results import anew, kept, show_and_keep
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.kinds import BOXED

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


@dataclass(frozen=True, slots=True)
class Row:
    """One finding of an exam, and the result that it is of."""

    result: ShownResult
    finding: Finding

    @property
    def view(self) -> str:
        return image_at(self.result.image).name


@dataclass(frozen=True, slots=True)
class _Left:
    """A result as a person left it: what she made of its boxes, and of its labels where she corrected them.

    reader: who that was, as nobody else is to see it.
    """

    analysed: Analysed
    reader: str
    read: Findings
    labels: NDArray[Any] | None


class ExamResults:
    """What was found on the images of the exams that were analysed in a viewer. `changed` tells of a change in it."""

    changed = Signal()

    def __init__(self, viewer: ViewerModel) -> None:
        self._viewer = viewer
        self._left: dict[tuple[Path, str], _Left] = _LEFT.setdefault(viewer, {})
        self._followed: WeakSet[ShownResult] = WeakSet()
        anew.connect(self._on_anew)

    def add(self, analysed: Analysed) -> None:
        """Shows a result on its image, in the place of the one that the same pipeline had there, and as it was read.

        One that was read and is found again stays as it is.

        Raises InputError where the image got other pixels; with the result shown, where its reading is damaged.
        """
        if analysed.image.data is not analysed.pixels:
            raise InputError(analysed.image.name, "got other pixels while it was analysed", "analyse again")
        self._left[_key(analysed)] = _Left(analysed, shelf().reader, analysed.everything, None)
        there = kept(self._viewer, analysed.command.pipeline)
        again = found_again(there, analysed.image, analysed.everything)
        for each in there:
            if each.image is analysed.image and not each.touched:
                each.remove()
        if again is None and analysed.image in self._viewer.layers:
            resume(self._show(analysed))

    def remember(self) -> None:
        """Keeps the results on the images that hang, as they are now, for when these images hang again."""
        for each in self.shown():
            analysed = Analysed(each.image, each.command, each.everything, each.threshold, each.image.data)
            labels = np.array(each.areas.data) if each.areas is not None and each.corrected else None
            self._left[_key(analysed)] = _Left(analysed, shelf().reader, each.read, labels)

    def show_again(self) -> None:
        """Shows on the images that hang now what was found on them before another exam was looked at.

        Raises InputError where a reading of it is damaged.
        """
        there = {(_path(each.image), each.everything.pipeline) for each in self.shown()}
        for image in hung_in(self._viewer.layers).values():
            for (path, name), left in list(self._left.items()):
                if path == _path(image) and (path, name) not in there:
                    self._show_left(replace(left.analysed, image=image), left)

    def shown(self) -> list[ShownResult]:
        """The results on the images that hang, of this dock and of the others."""
        images = list(hung_in(self._viewer.layers).values())
        return [each for each in kept(self._viewer) if each.image in images]

    def follow(self) -> None:
        """Tells of changes in everything that is shown, whichever dock made it."""
        for each in self.shown():
            if each not in self._followed:
                self._followed.add(each)
                each.changed.connect(self.changed.emit)

    def rows(self) -> list[Row]:
        """Every finding that is shown: masses and clusters before single calcifications, the highest score first."""
        rows = [Row(result, finding) for result in self.shown() for finding in result.findings.findings]
        return sorted(rows, key=lambda row: (row.finding.kind not in BOXED, -row.finding.score))

    def scores(self, exam: Exam) -> Mapping[str, BreastScores]:
        """The scores of each breast by each pipeline that was run."""
        scores: dict[Path, dict[str, ImageScore]] = {}
        for each in self.shown():
            said = ImageScore(each.everything.image_score, each.findings.p_malignant)  # of what is shown, as exam.json
            scores.setdefault(_path(each.image), {})[each.everything.pipeline] = said
        names = dict.fromkeys(name for each in scores.values() for name in each)
        return {name: breast_scores(exam, name, scores) for name in names}

    def _on_anew(self, viewer: ViewerModel) -> None:
        if viewer is self._viewer:
            self.changed.emit()

    def _show_left(self, analysed: Analysed, left: _Left) -> None:
        shown = self._show(analysed)
        if left.read is not analysed.everything and left.reader == shelf().reader:
            shown.resume(left.read)
        else:
            resume(shown)
        if left.labels is not None and shown.areas is not None:
            shown.areas.data = left.labels

    def _show(self, analysed: Analysed) -> ShownResult:
        active = self._viewer.layers.selection.active
        with self.changed.blocked():
            shown = show_and_keep(
                self._viewer, analysed.image, analysed.command, analysed.everything, analysed.threshold
            )
        self.follow()
        self._viewer.layers.selection.active = active
        return shown


_LEFT: WeakKeyDictionary[ViewerModel, dict[tuple[Path, str], _Left]] = WeakKeyDictionary()
"""The results on images that hung before, for the next dock of the viewer, too."""


def _key(analysed: Analysed) -> tuple[Path, str]:
    return _path(analysed.image), analysed.command.pipeline


def _path(image: Image) -> Path:
    return image_at(image).path
