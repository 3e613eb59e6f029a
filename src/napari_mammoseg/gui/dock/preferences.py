"""What a person sets once: napari keeps it (File › Preferences › mammoseg)."""

from __future__ import annotations

from dataclasses import dataclass

PLUGIN = "napari-mammoseg"


@dataclass(frozen=True, slots=True)
class Preferences:
    """device: where networks run; formats: what "Save" writes besides the findings and the mask."""

    device: str = "auto"
    formats: tuple[str, ...] = ()


def preferences() -> Preferences:
    """The preferences now; the defaults where the plugin is not installed, only imported."""
    from napari.settings import get_plugin_settings

    try:
        stored = get_plugin_settings(PLUGIN).general
    except KeyError:
        return Preferences()
    return Preferences(stored.device, tuple(each.strip() for each in stored.formats.split(",") if each.strip()))
