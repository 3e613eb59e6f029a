"""The documents name menus as the window has them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PATHS = sorted(
    {" ".join(each.split()) for page in PAGES for each in re.findall(r"\*(\w+ › [^*]+)\*", page.read_text())}
)


@pytest.mark.gui
def test_every_path_of_menus_in_the_documents_is_in_the_window(make_napari_viewer) -> None:
    window = make_napari_viewer().window
    menus = {"File": window.file_menu, "Layers": window.layers_menu, "Plugins": window.plugins_menu}
    assert len(PATHS) > 5
    for path in PATHS:
        menu, *titles = path.split(" › ")
        at: Any = menus[menu]
        for title in titles if titles[0] != "Preferences" else titles[:1]:
            entries = _entries(at)
            assert title in entries, f"{path}: not among {list(entries)}"
            at = entries[title].menu()


def _entries(menu: Any) -> dict[str, Any]:
    """The entries of a menu, by their titles without what napari adds."""
    menu.aboutToShow.emit()
    return {
        each.text().replace("&", "").removesuffix("...").removesuffix(" (mammoseg)"): each for each in menu.actions()
    }
