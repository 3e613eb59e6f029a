"""With this a person reads a result: verdicts, categories and comments on its marks, boxes that are moved and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from napari_mammoseg import verdicts
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.gui.reading import place as reading_place
from napari_mammoseg.gui.reading.notes import MarkNotes
from napari_mammoseg.gui.reading.reader_choice import ReaderChoice
from napari_mammoseg.gui.results.drawn_boxes import UNDO, DrawnBoxes
from napari_mammoseg.gui.results.shown_result import ShownResult

Whole = Callable[[], Iterable[ShownResult]]


class ReadingBar(QWidget):
    """Reads the marks of one kind, that of the result which is shown, and keeps every change at once.

    `said(text, wrong)` tells what a person must know; `stepped(by)` that she wants the mark so many places further.
    whole: all results that are read together, as those of an exam; None: the one that is shown.
    """

    said = Signal(str, bool)
    stepped = Signal(int)

    def __init__(self, whole: Whole | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = whole or self._shown
        self._result: ShownResult | None = None
        self._complained = False
        self.accept, self.reject = QPushButton("Accept"), QPushButton("Reject")
        self.previous, self.next = QPushButton("Previous"), QPushButton("Next")
        self.draw, self.undo, self.save = QPushButton("Draw a box"), QPushButton("Undo"), QPushButton("Save reading…")
        self.seen = QPushButton("Seen")
        self.notes, self.reader = MarkNotes(), ReaderChoice()
        self.drawn = DrawnBoxes(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._explain()
        self._lay_out()
        self._connect()
        self.show_result(None)

    @property
    def result(self) -> ShownResult | None:
        """The result that is read."""
        return self._result

    def show_result(self, result: ShownResult | None) -> None:
        """Reads this result from now on."""
        if result is not self._result:
            self.let_go()
            self._result = result
            if result is not None:
                result.changed.connect(self._show_mark)
                result.chosen.connect(self._show_mark)
            self.drawn.listen_to(result)
        for each in (self.accept, self.reject, self.draw, self.undo, self.save):
            each.setEnabled(result is not None and result.read_kind is not None)
        self._show_mark()

    def let_go(self) -> None:
        """Takes what is still being typed or drawn, and lets go of the result."""
        self.notes.take_comment()
        self.drawn.finish()
        if self._result is not None:
            self._result.changed.disconnect(self._show_mark)
            self._result.chosen.disconnect(self._show_mark)
        self._result = None

    def judge(self, verdict: verdicts.Verdict) -> None:
        """Gives the selected mark a verdict."""
        finding = self._selected_or_said()
        if self._result is not None and finding is not None:
            self.edit(verdicts.judge(self._result.read, finding.id, verdict))

    def accept_mark(self) -> None:
        self.judge("accepted")

    def reject_mark(self) -> None:
        self.judge("rejected")

    def next_mark(self) -> None:
        self.stepped.emit(1)

    def previous_mark(self) -> None:
        self.stepped.emit(-1)

    def mark_seen(self) -> None:
        """Keeps that the person has read the image, also where she judged and found nothing."""
        try:
            names = reading_place.keep_seen(self._whole())
        except InputError as error:
            self._complain(f"Not kept as seen. {error}")
        else:
            self.said.emit(f"Kept as seen: {names[0] if len(names) == 1 else f'{len(names)} images'}", False)

    def choose_category(self) -> None:
        """Puts the keyboard into the field of the category."""
        if self._selected_or_said() is not None:
            self.notes.category.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.notes.category.showPopup()

    def write_comment(self) -> None:
        """Puts the keyboard into the field of the comment."""
        if self._selected_or_said() is not None:
            self.notes.comment.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def edit(self, read: Findings) -> None:
        """Shows what the person made of the result, and keeps it."""
        result = self._result
        if result is None:
            return
        changed = read.findings != result.read.findings
        result.edit(verdicts.timed(result.read, read, datetime.now(UTC)) if changed else result.read)
        if changed:
            self._keep(result)

    def take_back(self, *_: object) -> None:
        """Takes back the last change of the reading."""
        if self._result is not None:
            self._result.undo()
            self._keep(self._result)

    def bring_back(self, *_: object) -> None:
        """Brings back the change of the reading that was taken back last."""
        if self._result is not None:
            self._result.redo()
            self._keep(self._result)

    def save_to(self, path: Path) -> None:
        """Writes the reading: every candidate and verdict, also those below the threshold."""
        if self._result is None:
            return
        try:
            self._result.reading.save(path)
        except InputError as error:
            self.said.emit(f"The reading was not saved. {error}", True)
        else:
            self.said.emit(f"Saved the reading as {path}", False)

    def _shown(self) -> list[ShownResult]:
        return [] if self._result is None else [self._result]

    def _keep(self, result: ShownResult) -> None:
        try:
            reading_place.shelf().keep(result.reading)
        except InputError as error:
            self._complain(f"The reading is not kept. {error}")
        else:
            self._calm()

    def _show_mark(self) -> None:
        self.notes.show_mark(self._selected())
        if self._selected() is not None:
            self._calm()

    def _complain(self, text: str) -> None:
        self._complained = True
        self.said.emit(text, True)

    def _calm(self) -> None:
        """What was wrong is so no longer."""
        if self._complained:
            self._complained = False
            self.said.emit("", False)

    def _selected(self) -> Finding | None:
        """The selected mark, if it is one that is read."""
        result = self._result
        if result is None or result.read_kind is None:
            return None
        read = result.findings.of_kind(result.read_kind)
        return next((each for each in read if each.id == result.selected), None)

    def _selected_or_said(self) -> Finding | None:
        """The selected mark; where there is none, that is said."""
        finding = self._selected()
        if finding is None:
            kind = (None if self._result is None else self._result.read_kind) or "mark"
            self._complain(f"No {kind} is selected: press Next, or click one in the table or on the image")
        return finding

    def _on_category(self, id: int, category: str | None) -> None:
        if self._result is not None:
            self.edit(verdicts.categorise(self._result.read, id, category))

    def _on_comment(self, id: int, text: str) -> None:
        if self._result is not None:
            self.edit(verdicts.comment(self._result.read, id, text))

    def _ask_and_save(self) -> None:
        if self._result is None:
            return
        findings = self._result.findings
        name = f"{Path(findings.image.name).stem}.{findings.pipeline}.reading.json"
        path, _ = QFileDialog.getSaveFileName(self, "Save the reading", name, "Reading (*.json)")
        if path:
            self.save_to(Path(path))

    def _explain(self) -> None:
        self.accept.setToolTip("The selected mark is a lesion (Shift-Y)")
        self.reject.setToolTip("The selected mark is not a lesion (Shift-X)")
        self.previous.setToolTip("The mark before (Shift-B)")
        self.next.setToolTip("The next mark (Shift-N)")
        self.draw.setToolTip("Draw a lesion that was not found, as a box on the image")
        self.save.setToolTip("Write a copy of the reading, every candidate and verdict, as JSON")
        self.seen.setToolTip("The image is read: keep that, also where no mark was judged or found (Shift-S)")
        self.undo.setToolTip(f"Takes back the last change of the reading ({UNDO} in the layer of the boxes)")

    def _lay_out(self) -> None:
        column, grid = QVBoxLayout(self), QGridLayout()
        column.setContentsMargins(0, 0, 0, 0)
        for number, button in enumerate((self.accept, self.reject, self.previous, self.next)):
            grid.addWidget(button, 0, number)
        for number, button in enumerate((self.draw, self.undo, self.save, self.seen)):
            grid.addWidget(button, 1, number)
        column.addLayout(grid)
        column.addWidget(self.notes)
        column.addWidget(self.reader)

    def _connect(self) -> None:
        self.accept.clicked.connect(self.accept_mark)
        self.reject.clicked.connect(self.reject_mark)
        self.previous.clicked.connect(self.previous_mark)
        self.next.clicked.connect(self.next_mark)
        self.draw.clicked.connect(self.drawn.start_drawing)
        self.undo.clicked.connect(self.take_back)
        self.save.clicked.connect(self._ask_and_save)
        self.seen.clicked.connect(self.mark_seen)
        self.notes.categorised.connect(self._on_category)
        self.notes.commented.connect(self._on_comment)
        self.notes.left.connect(self.setFocus)  # so that the keys are keys again, not letters
        self.reader.said.connect(self.said)
        self.reader.changed.connect(self.notes.drop_comment)
        self.drawn.changed.connect(self.edit)
        self.drawn.said.connect(self.said)
        self.drawn.undone.connect(self.take_back)
        self.drawn.redone.connect(self.bring_back)
