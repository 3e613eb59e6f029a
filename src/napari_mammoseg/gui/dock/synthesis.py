"""Dock "Lesion synthesis": puts synthetic lesions into the tissue of an open image; the image itself stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QPushButton, QSpinBox, QWidget

from napari_mammoseg.commands import as_synthesis
from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.dock.dock_window import DockWidget
from napari_mammoseg.gui.dock.outputs import Outputs
from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.layers.layer_spacing import spacing_of
from napari_mammoseg.gui.layers.seen import marks_on
from napari_mammoseg.gui.layers.style import line_width
from napari_mammoseg.gui.layers.synthetic_layers import synthetic_layers
from napari_mammoseg.gui.results.made_images import Variant, made_in
from napari_mammoseg.gui.show import add
from napari_mammoseg.gui.widgets.image_choice import ImageChoice
from napari_mammoseg.gui.widgets.lesion_place import LesionPlace
from napari_mammoseg.gui.widgets.model_choice import ModelChoice
from napari_mammoseg.gui.widgets.run_bar import RunBar
from napari_mammoseg.gui.widgets.save import proposed_folder
from napari_mammoseg.gui.widgets.settings_widgets import settings_widgets, values
from napari_mammoseg.gui.widgets.spacing_of_image import SpacingOfImage
from napari_mammoseg.gui.worker import Worker
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers.truth import with_truth
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis import KINDS, SynthesisSettings, Synthetic, lesion_kind, size, synthesize
from napari_mammoseg.synthesis.several import save_all

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

MOST = 20


class LesionSynthesis(DockWidget):
    """Settings, where the lesion goes, and how many variants are made; each becomes an image of its own."""

    def __init__(self, napari_viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(napari_viewer, parent)
        self.choice, self.variants = ImageChoice(self.viewer), QSpinBox()
        self.where = LesionPlace(self.viewer, self.choice)
        self.spacing, self.model = SpacingOfImage(self.choice), ModelChoice("synthesize", SynthesisSettings().model)
        self.settings = settings_widgets(SynthesisSettings, without=("model",))
        self.bar, self.undo_button, self.save_button = RunBar(), QPushButton("Undo"), QPushButton("Save…")
        self.command_button = QPushButton("Copy as command")
        self.worker, self.outputs, self.made = Worker(self), Outputs(self), made_in(self.viewer)
        self.variants.setRange(1, MOST)
        self.variants.setToolTip("Images that are made, with seeds that count up")
        self.bar.run_button.setText("Put in")
        self.bar.run_button.setToolTip("Make images with a synthetic lesion; the chosen one stays as it is")
        self.bar.keep.hide()
        self.undo_button.setToolTip("Remove the images that were made last")
        self.save_button.setToolTip("Write the images that were made, their masks and records into a folder")
        self.command_button.setToolTip("The command line that makes the last image again")
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
            place = self.where.on(layer)
            self._use_spacing(layer)
        except InputError as error:
            self.where.offer()
            self.bar.say(str(error), wrong=True)
            return
        model = {"model": self.model.name} if self.model.isEnabled() else {}
        chosen, count = {**model, **values(self.settings)}, self.variants.value()
        self._layer = layer
        self.bar.start()

        def make(run: Run) -> list[Synthetic]:
            image = _with_truth(mammogram_of(layer), chosen["kind"])
            seeds = range(chosen["seed"], chosen["seed"] + count)
            each = (synthesize(image, run=run, **{**chosen, "seed": seed}, **place) for seed in seeds)
            return list(run.track(each, "variants", count))

        self.worker.start(make)

    def undo(self) -> None:
        """Removes the images that were made last, with their masks and what was found on them."""
        for variant in self.made.pop() if self.made else []:
            for layer in variant.layers:
                for each in (*marks_on(layer, self.viewer.layers), layer):
                    if each in self.viewer.layers:
                        self.viewer.layers.remove(each)
        self._offer_buttons()
        self.bar.say("the images that were made last are taken away")

    def save(self, folder: str | Path) -> None:
        """Writes the images that were made and are still there into `folder`, beside the window."""
        with self.bar.speaking():
            there = self._there()
            self.outputs.write(lambda run: save_all(there, Path(folder), run), folder)

    def copy(self) -> None:
        """Puts the command that makes the last image again on the clipboard."""
        with self.bar.speaking():
            last = self._there()[-1]
            self.outputs.copy(as_synthesis(last.record, last.source.path))

    def _disconnect(self) -> None:
        self.worker.cancel()
        self.viewer.layers.events.removed.disconnect(self._on_removed)
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
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.command_button)
        form.addRow(buttons)
        self._offer_buttons()
        return content

    def _connect(self) -> None:
        self.bar.run_button.clicked.connect(self.run)
        self.bar.cancel_button.clicked.connect(self.worker.cancel)
        self.undo_button.clicked.connect(self.undo)
        self.save_button.clicked.connect(self._ask_and_save)
        self.command_button.clicked.connect(self.copy)
        self.outputs.said.connect(self.bar.say)
        self.choice.changed.connect(self.bar.calm)
        self.settings["kind"].changed.connect(lambda kind: self.model.setEnabled(kind == KINDS[0]))
        self.worker.progressed.connect(self.bar.show_progress)
        self.worker.done.connect(self._on_made)
        self.worker.stopped.connect(self._on_stopped)
        self.viewer.layers.events.removed.connect(self._on_removed)
        self.worker.refused.connect(lambda error: self.bar.stop(str(error), wrong=True))
        self.worker.failed.connect(lambda: self.bar.stop("failed; the notification holds the error", wrong=True))

    def _there(self) -> list[Synthetic]:
        """What was made and is still in the viewer. Raises InputError where nothing is."""
        there = [each.made for made in self.made for each in made if each.layers[0] in self.viewer.layers]
        if not there:
            raise InputError("the window", "holds no image that was made here", "make one first")
        return there

    def _offer_buttons(self) -> None:
        for button in (self.undo_button, self.save_button, self.command_button):
            button.setEnabled(bool(self.made))

    def _ask_and_save(self) -> None:
        with self.bar.speaking():
            start = proposed_folder(self._there()[-1].source.path)
            folder = QFileDialog.getExistingDirectory(self, "Save into", str(start))
            if folder:
                self.save(folder)

    def _use_spacing(self, image: Image) -> None:
        """Gives the image the spacing that was typed; what was clicked or drawn on it goes along."""
        before = spacing_of(image)
        self.spacing.use(image)
        if spacing_of(image) != before:
            self.where.follow(image)

    def _on_removed(self, event: Any) -> None:
        if self.worker.running and event.value is self._layer:
            self.worker.cancel()

    def _on_stopped(self) -> None:
        deleted = self._layer not in self.viewer.layers
        self.bar.stop(f"{self._layer.name} was deleted; nothing was made" if deleted else "stopped; nothing was made")

    def _on_made(self, variants: list[Synthetic]) -> None:
        if self._layer not in self.viewer.layers:
            self._on_stopped()
            return
        made = []
        for number, each in enumerate(variants):
            new = add(self.viewer, synthetic_layers(each, self._layer))
            new[-1].contour = round(line_width(*each.mask.shape))
            for layer in new:
                layer.visible = number == len(variants) - 1
            made.append(Variant(each, new))
        self.made.append(made)
        seed = self.settings["seed"]
        following = seed.value + len(variants)  # the next ones are others
        seed.value = following if following <= seed.max else seed.min
        self.choice.choose(self._layer)  # the next lesion belongs into the same image, not into what was just made
        if self.choice.image is self._layer:
            self.where.offer()
        self._offer_buttons()
        told = variants[-1].record
        warnings = "".join(f"; {each}" for each in told["warnings"])
        self.bar.stop(f"{len(variants)} made, the last: {told['label']} {told['kind']} of {size.said(told)}{warnings}")


def _with_truth(image: Mammogram, kind: str) -> Mammogram:
    """With the lesions that the image's file or one beside it tells of, as on the command line."""
    return image if image.path is None else with_truth(image, lesion_kind(kind), image.path.parent)
