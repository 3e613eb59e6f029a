"""Dock "Lesion synthesis": puts synthetic lesions into the tissue of an open image; the image itself stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QPushButton, QSpinBox, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.dock.dock_window import DockWidget
from napari_mammoseg.gui.layers.image_layers import mammogram_of, placement_of, size_of
from napari_mammoseg.gui.layers.layer_spacing import spacing_of
from napari_mammoseg.gui.layers.placing import place_on
from napari_mammoseg.gui.layers.seen import marks_on
from napari_mammoseg.gui.layers.style import line_width
from napari_mammoseg.gui.layers.synthetic_layers import synthetic_layers
from napari_mammoseg.gui.show import add
from napari_mammoseg.gui.widgets.image_choice import ImageChoice
from napari_mammoseg.gui.widgets.model_choice import ModelChoice
from napari_mammoseg.gui.widgets.run_bar import RunBar
from napari_mammoseg.gui.widgets.settings_widgets import settings_widgets, values
from napari_mammoseg.gui.widgets.spacing_of_image import SpacingOfImage
from napari_mammoseg.gui.worker import Worker
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis import KINDS, SynthesisSettings, Synthetic, size, synthesize

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Layer

CHOSEN, POINT, OUTLINE = "healthy tissue, chosen", "a point that I click", "an outline that I draw"
PLACES = {POINT: "Place of the lesion", OUTLINE: "Outline of the lesion"}
"""What the layers are called that a person clicks or draws in."""
PLACE = "mammoseg_place"
"""Marks these layers, whatever they are called later: it holds which of them it is."""
WIDTH_PX = 10
MOST = 20


class LesionSynthesis(DockWidget):
    """Settings, where the lesion goes, and how many variants are made; each becomes an image of its own."""

    def __init__(self, napari_viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(napari_viewer, parent)
        self.choice, self.where, self.variants = ImageChoice(self.viewer), QComboBox(), QSpinBox()
        self.spacing, self.model = SpacingOfImage(self.choice), ModelChoice("synthesize", SynthesisSettings().model)
        self.settings = settings_widgets(SynthesisSettings, without=("model",))
        self.bar, self.undo_button = RunBar(), QPushButton("Undo")
        self.worker, self.made = Worker(self), list[list["Layer"]]()
        self.where.addItems([CHOSEN, POINT, OUTLINE])
        self.where.setToolTip(
            "Where the lesion is put: a healthy place that is chosen, or one that you show in the image"
        )
        self.variants.setRange(1, MOST)
        self.variants.setToolTip("Images that are made, with seeds that count up")
        self.bar.run_button.setText("Put in")
        self.bar.run_button.setToolTip("Make images with a synthetic lesion; the chosen one stays as it is")
        self.bar.keep.hide()
        self.undo_button.setToolTip("Remove the images that were made last")
        self.lay_out(self._content())
        self._connect()

    def run(self) -> None:
        """Starts to make the variants with the settings as they are."""
        layer = self.choice.image
        if self.worker.running:
            return
        if layer is None:
            self.bar.say(str(self.choice.complaint), wrong=True)
            return
        try:
            place = self._place(layer)
            self._use_spacing(layer)
        except InputError as error:
            self._offer_layer(self.where.currentText())
            self.bar.say(str(error), wrong=True)
            return
        chosen, count = {"model": self.model.name, **values(self.settings)}, self.variants.value()
        self._layer = layer
        self.bar.start()

        def make(run: Run) -> list[Synthetic]:
            image = mammogram_of(layer)
            seeds = range(chosen["seed"], chosen["seed"] + count)
            each = (synthesize(image, run=run, **{**chosen, "seed": seed}, **place) for seed in seeds)
            return list(run.track(each, "variants", count))

        self.worker.start(make)

    def undo(self) -> None:
        """Removes the images that were made last, with their masks and what was found on them."""
        for layer in self.made.pop() if self.made else []:
            for each in (*marks_on(layer, self.viewer.layers), layer):
                if each in self.viewer.layers:
                    self.viewer.layers.remove(each)
        self.undo_button.setEnabled(bool(self.made))
        self.bar.say("the images that were made last are taken away")

    def _disconnect(self) -> None:
        self.worker.cancel()
        self.spacing.let_go()
        self.choice.let_go()

    def _content(self) -> QWidget:
        content, buttons = QWidget(), QHBoxLayout()
        form = QFormLayout(content)
        form.addRow("Image", self.choice)
        form.addRow("Spacing", self.spacing)
        form.addRow("Where", self.where)
        form.addRow("Model", self.model)
        form.addRow(self.settings.native)
        form.addRow("Variants", self.variants)
        form.addRow(self.bar)
        buttons.addWidget(self.undo_button)
        form.addRow(buttons)
        self.undo_button.setEnabled(False)
        return content

    def _connect(self) -> None:
        self.bar.run_button.clicked.connect(self.run)
        self.bar.cancel_button.clicked.connect(self.worker.cancel)
        self.undo_button.clicked.connect(self.undo)
        self.where.currentTextChanged.connect(self._offer_layer)
        self.choice.changed.connect(self.bar.calm)
        self.settings["kind"].changed.connect(lambda kind: self.model.setEnabled(kind == KINDS[0]))
        self.worker.progressed.connect(self.bar.show_progress)
        self.worker.done.connect(self._on_made)
        self.worker.stopped.connect(lambda: self.bar.stop("stopped; nothing was made"))
        self.worker.refused.connect(lambda error: self.bar.stop(str(error), wrong=True))
        self.worker.failed.connect(lambda: self.bar.stop("failed; the notification holds the error", wrong=True))

    def _offer_layer(self, where: str) -> None:
        """The layer to click or draw in, ready for it."""
        image = self.choice.image
        if where == CHOSEN or image is None:
            return
        layer = self._offered(where, image)
        if layer is None:
            keywords = {"name": PLACES[where], "metadata": {PLACE: where}, **placement_of(image)}
            if where == POINT:
                hollow = {"face_color": "transparent", "border_color": "white", "border_width": 0.2}
                layer = self.viewer.add_points(np.empty((0, 2)), size=WIDTH_PX, **hollow, **keywords)
            else:
                layer = self.viewer.add_labels(np.zeros(size_of(image), np.uint8), **keywords)
                layer.brush_size = WIDTH_PX
                layer.contour = round(line_width(*size_of(image)))
        self.viewer.layers.move(self.viewer.layers.index(layer), len(self.viewer.layers))
        self.viewer.layers.selection.active = layer
        layer.mode = "add" if where == POINT else "paint"

    def _offered(self, where: str, image: Image) -> Layer | None:
        """The layer, if it is there already; an outline that was begun on an image of another size is removed."""
        drawn = self._drawn
        if drawn is not None and where == OUTLINE and drawn.data.shape != size_of(image):
            self.viewer.layers.remove(drawn)
            return None
        return drawn

    def _use_spacing(self, image: Image) -> None:
        """Gives the image the spacing that was typed; what was clicked or drawn on it goes along."""
        before = spacing_of(image)
        self.spacing.use(image)
        drawn = self._drawn
        if drawn is not None and spacing_of(image) != before:
            place_on(drawn, image)

    @property
    def _drawn(self) -> Layer | None:
        """The layer to click or draw in, if there is one."""
        where = self.where.currentText()
        return next((each for each in self.viewer.layers if each.metadata.get(PLACE) == where), None)

    def _place(self, layer: Image) -> dict[str, Any]:
        """What `synthesize` is told of the place. Raises InputError where nothing was clicked or drawn."""
        where = self.where.currentText()
        if where == CHOSEN:
            return {}
        drawn = self._drawn
        if drawn is None or not len(drawn.data):
            raise InputError(PLACES[where], "holds nothing", "click or draw where the lesion shall be")
        if where == OUTLINE:
            return {"mask": np.asarray(drawn.data)}
        drawn.data = drawn.data[-1:]  # what stays in sight is the point that counts
        row, column = layer.world_to_data(drawn.data_to_world(drawn.data[0]))[-2:]
        return {"at": (float(row), float(column))}

    def _on_made(self, variants: list[Synthetic]) -> None:
        layers = []
        for number, each in enumerate(variants):
            new = add(self.viewer, synthetic_layers(each, self._layer))
            new[-1].contour = round(line_width(*each.mask.shape))
            for layer in new:
                layer.visible = number == len(variants) - 1
            layers += new
        self.made.append(layers)
        seed = self.settings["seed"]
        following = seed.value + len(variants)  # the next ones are others
        seed.value = following if following <= seed.max else seed.min
        self.choice.choose(self._layer)  # the next lesion belongs into the same image, not into what was just made
        if self.choice.image is self._layer:
            self._offer_layer(self.where.currentText())
        self.undo_button.setEnabled(True)
        told = variants[-1].record
        warnings = "".join(f"; {each}" for each in told["warnings"])
        self.bar.stop(f"{len(variants)} made, the last: {told['label']} {told['kind']} of {size.said(told)}{warnings}")
