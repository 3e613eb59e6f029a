"""A curve of a report as a picture, by matplotlib."""

from __future__ import annotations

from io import StringIO
from typing import Any

import numpy as np

from napari_mammoseg.errors import needed
from napari_mammoseg.evaluation.report.curves import Drawing

INCHES = 4.4, 3.3
INK = "#0a58a8"
_POINTS = 400


def svg(drawing: Drawing) -> str:
    """The curve with its axes as an SVG element; the same drawing gives the same text."""
    figure = needed("matplotlib.figure", "a report with curves", "report").Figure(INCHES, layout="constrained")
    _plot(figure.subplots(), drawing)
    text = StringIO()
    matplotlib = needed("matplotlib", "a report with curves", "report")
    with matplotlib.rc_context({"svg.hashsalt": drawing.title, "svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()[text.getvalue().index("<svg") :]


def _plot(axes: Any, drawing: Drawing) -> None:
    few = np.unique(np.linspace(0, max(len(drawing.x) - 1, 0), min(len(drawing.x), _POINTS)).astype(np.intp))
    axes.plot(drawing.x[few], drawing.y[few], color=INK)
    axes.set(xlim=(0, drawing.right), ylim=(0, 1), xlabel=drawing.across, ylabel=drawing.up)
    axes.grid(color="#eee")
