"""Which truth is meant: the image's own, a layer of the viewer, or a file or folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QMenu, QPushButton, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.exam.names_layer import NAMES
from napari_mammoseg.gui.exam.ruler import RULER
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.gui.layers.truth_of_layer import truth_of
from napari_mammoseg.gui.widgets.buttons import small_button
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers.truth import SCHEMA, Beside, Truths, open_truths

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Layer

OWN = "the image's own"


class TruthChoice(QWidget):
    """A box that follows the viewer's layers, and a button for files and folders."""

    def __init__(self, viewer: ViewerModel, pipeline: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer, self._pipeline = viewer, pipeline
        self._offered: list[Layer | Path | None] = []
        self._path: Path | None = None
        self._names = QComboBox()
        self._names.setToolTip("What is true: the image's own lesions, a layer, or a file or folder")
        self._names.setMinimumContentsLength(12)
        self._names.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._names.setToolTip("Beside the image or in its data set; a layer of shapes, labels or points; a file")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._names, 1)
        row.addWidget(self._button())
        viewer.layers.events.inserted.connect(self._fill)
        viewer.layers.events.removed.connect(self._fill)
        self._fill()

    @property
    def chosen(self) -> Layer | Path | None:
        """None: the image's own."""
        return self._offered[self._names.currentIndex()]

    def choose(self, what: Layer | Path | None) -> None:
        """Chooses a layer, or the truth in a file or folder; None: the image's own."""
        if isinstance(what, Path):
            self._path = what
            self._fill()
        self._names.setCurrentIndex(self._offered.index(what))

    def truths(self, image: Image | None) -> Truths:
        """The chosen truth. A layer is that of `image` (None: of many). Raises InputError for what is none."""
        chosen, kind = self.chosen, PIPELINES[self._pipeline].mask_kind
        if chosen is None:
            return Beside(kind)
        if isinstance(chosen, Path):
            return open_truths(chosen, kind)
        if image is None:
            raise InputError(chosen.name, "is the truth of one image", "choose a file or a folder for many")
        return truth_of(chosen, image, self._pipeline)

    def let_go(self) -> None:
        """Lets go of the viewer."""
        self._viewer.layers.events.inserted.disconnect(self._fill)
        self._viewer.layers.events.removed.disconnect(self._fill)

    def _button(self) -> QPushButton:
        button = small_button("…", "Truth in a file or folder, as `mammoseg evaluate --truth` takes it")
        menu = QMenu(self)
        menu.addAction("Table, mask or document…", self._ask_for_file)
        menu.addAction("Folder…", self._ask_for_folder)
        button.setMenu(menu)
        return button

    def _fill(self) -> None:
        chosen = self.chosen if self._offered else None
        layers = [each for each in self._viewer.layers if _may_be_truth(each)]
        self._offered = [None, *layers, *([] if self._path is None else [self._path])]
        self._names.clear()
        self._names.addItems([OWN if each is None else each.name for each in self._offered])
        self._names.setCurrentIndex(self._offered.index(chosen) if chosen in self._offered else 0)

    def _ask_for_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Truth", "", "Truth (*.csv *.tsv *.json *.txt *.png *.tif *.tiff)")
        if path:
            self.choose(Path(path))

    def _ask_for_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Folder with the truth")
        if path:
            self.choose(Path(path))


def _may_be_truth(layer: Layer) -> bool:
    """Whether a layer may have been drawn or opened as truth: it is no result, and no name or ruler of an exam."""
    drawn = layer._type_string in ("shapes", "labels", "points") and not {NAMES, RULER} & set(layer.metadata)
    return drawn and layer.metadata.get(KEY, {}).get("schema", SCHEMA) == SCHEMA
