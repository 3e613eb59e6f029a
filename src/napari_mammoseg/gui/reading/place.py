"""Where readings are kept and who reads: what the person set in napari, used by every dock of every viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from psygnal import SignalInstance

from napari_mammoseg import verdicts
from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.notify import tell
from napari_mammoseg.gui.preferences import preferences, remember
from napari_mammoseg.gui.results.kept_results import kept_anywhere
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.widgets.save import proposed_folder
from napari_mammoseg.readings import Shelf


def shelf() -> Shelf:
    """The reader's readings; in a folder among her documents as long as she chose no other."""
    chosen = preferences()
    return Shelf(Path(chosen.readings) if chosen.readings else proposed_folder(None) / "readings", chosen.reader)


def resume(result: ShownResult) -> bool:
    """Goes on with what the reader made of this very run before; False where there is nothing.

    Raises InputError for a file that is damaged.
    """
    saved = None if result.touched or result.read_kind is None else shelf().reading_of(result.everything)
    if saved is not None:
        result.resume(saved.read)
    return saved is not None


def keep_seen(results: Iterable[ShownResult]) -> list[str]:
    """Keeps that the reader has read the images of these results, whatever she judged on them; returns their names.

    Raises InputError where there is no result to read, or it cannot be written.
    """
    readable = [each for each in results if each.read_kind is not None]
    if not readable:
        raise InputError("the image", "has no result to read yet", "search it first")
    for each in readable:
        each.edit(verdicts.seen(each.read, datetime.now(UTC)))
        shelf().keep(each.reading)
    return list(dict.fromkeys(each.everything.image.name for each in readable))


switched = SignalInstance((), name="switched")
"""Tells that another person reads, wherever that was said: in a dock of any viewer, or in napari's preferences."""


def set_reader(reader: str) -> None:
    """Another person reads from now on, in every viewer.

    Raises InputError, and changes nothing, if the former reader's readings cannot be written or hers are damaged.
    """
    _keep(_readable())
    new = replace(shelf(), reader=reader)
    for each in _readable():
        new.reading_of(each.everything)
    remember(reader=reader)
    follow_reader()


def follow_reader(*_: object) -> None:
    """Shows each result as the person who reads now left it, or as it was found, and nothing of another reader."""
    refused = []
    for each in _readable():
        try:
            saved = shelf().reading_of(each.everything)
        except InputError as error:
            saved = None
            refused.append(error)
        each.resume(each.everything if saved is None else saved.read)
    switched.emit()
    tell(refused)


def set_folder(folder: Path) -> None:
    """Readings are kept in `folder` from now on; those that are open are written there, where it has none of them.

    Raises InputError if it cannot be written into.
    """
    results = _readable()
    _keep(results)
    new = Shelf(folder, preferences().reader)
    for each in results:
        saved = new.reading_of(each.everything)
        if saved is not None:
            each.resume(saved.read)
        elif each.read is not each.everything:
            new.keep(each.reading)
    remember(readings=str(folder))


def _readable() -> list[ShownResult]:
    """What a person may read, in any viewer."""
    return [each for each in kept_anywhere() if each.read_kind is not None]


def _keep(results: Iterable[ShownResult]) -> None:
    for each in results:
        if each.read is not each.everything:
            shelf().keep(each.reading)
