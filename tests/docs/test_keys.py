"""The page on napari lists the keys as they are."""

from __future__ import annotations

from pathlib import Path

from napari_mammoseg.gui.exam.keys import KEYS
from napari_mammoseg.gui.reading.keys import READING_KEYS

PAGE = Path(__file__).parents[2] / "docs" / "napari.md"


def test_every_key_is_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert all(f"| {each.key} | {each.says} |" in text for each in (*KEYS, *READING_KEYS))
