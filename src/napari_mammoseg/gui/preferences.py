"""What a person sets once: napari keeps it (File › Preferences › mammoseg)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

PLUGIN = "napari-mammoseg"


@dataclass(frozen=True, slots=True)
class Preferences:
    """device: where networks run; formats: what "Save" writes besides the findings and the mask.

    reader: who reads; readings: the folder where readings are kept, empty where nobody chose one. batch_source and
    batch_target: the folders of the last batch, empty before the first one.
    """

    device: str = "auto"
    formats: tuple[str, ...] = ()
    reader: str = ""
    readings: str = ""
    batch_source: str = ""
    batch_target: str = ""


def preferences() -> Preferences:
    """The preferences now; the defaults where the plugin is not installed, only imported."""
    from napari.settings import get_plugin_settings

    try:
        stored = get_plugin_settings(PLUGIN).general
    except KeyError:
        return _IMPORTED[-1]
    formats = tuple(each.strip() for each in stored.formats.split(",") if each.strip())
    return Preferences(stored.device, formats, stored.reader, stored.readings, stored.batch_source, stored.batch_target)


def remember(**values: str) -> None:
    """Sets the reader or folders from now on, for the next start, too, where napari keeps any."""
    from napari.settings import get_plugin_settings

    try:
        stored = get_plugin_settings(PLUGIN).general
    except KeyError:
        _IMPORTED[:] = [replace(_IMPORTED[-1], **values)]  # type: ignore[arg-type]
        return
    for name, value in values.items():
        setattr(stored, name, value)


def on_reader(tell: Callable[..., None]) -> None:
    """Calls `tell` whenever another reader is set, also in File › Preferences; once, however often this is asked."""
    from napari.settings import get_plugin_settings

    with suppress(KeyError):
        get_plugin_settings(PLUGIN).general.events.reader.connect(tell)


_IMPORTED = [Preferences()]
"""The preferences where the plugin is not installed, only imported, and napari keeps none."""
