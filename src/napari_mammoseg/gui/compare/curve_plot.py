"""A small picture of the curves of a comparison: FROC, precision and recall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from napari_mammoseg.evaluation.report.curves import Drawing

LEFT, RIGHT, TOP, BOTTOM = 52.0, 14.0, 8.0, 34.0
PAPER, INK, LINE = QColor("#1d2026"), QColor("#c8ccd2"), QColor("#b2ff59")
"""The same in every theme of napari."""


class CurvePlots(QWidget):
    """One of several curves, chosen by its title."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles, self.plot = QComboBox(), CurvePlot()
        self.titles.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.titles.setToolTip("Which curve is drawn")
        self._drawings: Sequence[Drawing] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.titles)
        column.addWidget(self.plot, 1)
        self.titles.currentIndexChanged.connect(self._draw)
        self.show_drawings(())

    def show_drawings(self, drawings: Sequence[Drawing]) -> None:
        """Shows these; the same place in the list stays chosen where it can."""
        chosen = max(self.titles.currentIndex(), 0)
        self._drawings = drawings
        self.titles.clear()
        self.titles.addItems([_title(each) for each in drawings])
        self.titles.setCurrentIndex(min(chosen, len(drawings) - 1))
        self.setVisible(bool(drawings))

    def _draw(self, index: int) -> None:
        self.plot.show_drawing(self._drawings[index] if 0 <= index < len(self._drawings) else None)


class CurvePlot(QWidget):
    """One curve with its axes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing: Drawing | None = None
        self.setMinimumHeight(130)

    def show_drawing(self, drawing: Drawing | None) -> None:
        self._drawing = drawing
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawing is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), PAPER)
            frame = QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
            _axes(painter, frame, self._drawing)
            painter.setPen(QPen(LINE, 2))
            painter.drawPolyline(_line(frame, self._drawing))
            painter.end()


def _title(drawing: Drawing) -> str:
    return f"{drawing.title}, {drawing.across}" if drawing.title.startswith("FROC") else drawing.title


def _axes(painter: QPainter, frame: QRectF, drawing: Drawing) -> None:
    painter.setPen(QPen(INK, 1))
    painter.drawRect(frame)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = frame.left() + share * frame.width(), frame.bottom() - share * frame.height()
        painter.drawLine(QPointF(x, frame.bottom()), QPointF(x, frame.bottom() + 3))
        painter.drawLine(QPointF(frame.left() - 3, y), QPointF(frame.left(), y))
        _write(
            painter, QRectF(x - 30, frame.bottom() + 3, 60, 14), Qt.AlignmentFlag.AlignHCenter, share * drawing.right
        )
        _write(painter, QRectF(14, y - 7, frame.left() - 19, 14), Qt.AlignmentFlag.AlignRight, share)
    _name(painter, QRectF(0, frame.bottom() + 16, frame.right() + RIGHT, 16), drawing.across)
    painter.save()
    painter.rotate(-90)
    _name(painter, QRectF(-frame.bottom(), 0, frame.height(), 16), drawing.up)
    painter.restore()


def _name(painter: QPainter, where: QRectF, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(where.width()))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, shown)


def _write(painter: QPainter, where: QRectF, side: Qt.AlignmentFlag, number: float) -> None:
    painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, f"{number:g}")


def _line(frame: QRectF, drawing: Drawing) -> QPolygonF:
    shown = drawing.x <= drawing.right
    x = frame.left() + drawing.x[shown] / drawing.right * frame.width()
    y = frame.bottom() - drawing.y[shown] * frame.height()
    few = np.unique(np.linspace(0, max(len(x) - 1, 0), min(len(x), 400)).astype(int))
    return QPolygonF([QPointF(float(x[each]), float(y[each])) for each in few])
