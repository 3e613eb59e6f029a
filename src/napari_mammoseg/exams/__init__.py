"""Exams: the images of one woman's examination together, each in its place, and the scores of her breasts."""

from napari_mammoseg.exams.exam import PLACES, Exam, ExamImage, Place
from napari_mammoseg.exams.grouping import exams_below, exams_of

__all__ = ["PLACES", "Exam", "ExamImage", "Place", "exams_below", "exams_of"]
