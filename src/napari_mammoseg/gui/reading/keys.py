"""The keys with which a person reads: one row each, bound in every dock that has marks to read."""

from __future__ import annotations

from napari_mammoseg.gui.keys import Key

READING_KEYS = (
    Key("Shift-N", "next_mark", "next mark"),
    Key("Shift-B", "previous_mark", "mark before"),
    Key("Shift-Y", "accept_mark", "yes, the selected mark is a lesion"),
    Key("Shift-X", "reject_mark", "no, the selected mark is none"),
    Key("Shift-S", "mark_seen", "seen: the image is read, also where no mark was judged or found"),
    Key("Shift-C", "choose_category", "BI-RADS category: type it, Enter"),
    Key("Shift-T", "write_comment", "comment: type it, Enter"),
)
