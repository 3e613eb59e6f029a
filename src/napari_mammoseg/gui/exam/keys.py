"""The keys of the dock "Exam": one row each, from which they are bound, listed in the window and in the documents."""

from __future__ import annotations

from napari_mammoseg.gui.keys import HELP, Key
from napari_mammoseg.gui.layers.marks import MARKS_KEY

KEYS = (
    HELP,
    Key("W", "toggle_alone", "the view under the mouse alone, and back to all"),
    Key("0", "actual_pixels", "one pixel of the image under the mouse for one of the screen"),
    Key(MARKS_KEY, "toggle_marks", "marks on and off"),
    Key("N", "toggle_names", "names of the views on and off"),
    Key("U", "toggle_ruler", "ruler: draw a line to measure; once more ends it"),
    Key("K", "toggle_linked", "windows linked, or each of its own"),
    Key("G", "toggle_inverted", "grey values inverted"),
    Key("Q", "toggle_prior", "the woman's last exam before this one beside it, and away"),
    Key("PageDown", "next_exam", "next exam of the list"),
    Key("PageUp", "previous_exam", "previous exam of the list"),
)
