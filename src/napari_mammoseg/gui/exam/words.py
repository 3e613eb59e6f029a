"""What the dock says of an exam."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from napari_mammoseg.exams.exam import Exam, Place
from napari_mammoseg.exams.scores import BreastScores
from napari_mammoseg.gui.layers.layer_spacing import spacing_of
from napari_mammoseg.pipeline_table import pipeline

if TYPE_CHECKING:
    from napari.layers import Image

    from napari_mammoseg.gui.exam.running import Outcome

NO_EXAM = "No exam is open: open a folder first"


def said_of_exam(exam: Exam | None, hung: Mapping[Place, Image], left_out: int = 0, hidden: int = 0) -> str:
    """Which exam it is, which views are missing, which are not drawn to scale, and how many files are no images.

    hidden: how many open images are no part of it.
    """
    if exam is None:
        return "Open a folder with the images of an exam, or hang the images that are open."
    missing = f"Missing: {', '.join(f'{each[0]} {each[1:]}' for each in exam.missing)}." if exam.missing else ""
    unknown = [f"{place[0]} {place[1:]}" for place, each in hung.items() if spacing_of(each)[0] is None]
    scale = f"Pixel size unknown, not to scale: {', '.join(unknown)}." if unknown else ""
    others = f"Files that are no images: {left_out}, left out." if left_out else ""
    beside = f"Images of other exams are hidden: {hidden}." if hidden else ""
    return " ".join(each for each in (f"{exam.title}.", missing, scale, others, beside) if each)


def said_of_outcome(outcome: Outcome, gone: int) -> str:
    """What could not be analysed, else how many results there are. gone: of images that no longer hang."""
    number = f"{len(outcome.analysed)} of {outcome.asked}" if outcome.stopped else f"{len(outcome.analysed)}"
    later = f", of which {gone} for images that no longer hang" if gone else ""
    results = f"{'Stopped: ' if outcome.stopped else ''}{number} results{later}."
    refused = " ".join(map(str, outcome.refused))
    return " ".join(each for each in (refused, results if outcome.stopped or not refused else "") if each)


def said_of_scores(scores: Mapping[str, BreastScores]) -> str:
    """The highest score of each breast, a line for each pipeline."""
    lines = [_line(name, each) for name, each in scores.items()]
    return "\n".join(["Highest image score of each breast:", *lines]) if lines else ""


def _line(name: str, scores: BreastScores) -> str:
    if scores.right is scores.left is None:
        return f"{pipeline(name).dock}: {_number(scores.highest)}, side unknown"
    rounded = None if scores.difference is None else round(scores.difference, 2) + 0.0  # no "-0.00"
    difference = "" if rounded is None else f", left minus right {rounded:+.2f}"
    line = f"{pipeline(name).dock}: right {_number(scores.right)}, left {_number(scores.left)}{difference}"
    judged = [scores.p_malignant_right, scores.p_malignant_left]
    if judged == [None, None] or pipeline(name).classifies:  # whose score is this probability
        return line
    return f"{line}; p(malignant) right {_number(judged[0])}, left {_number(judged[1])}"


def _number(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"
