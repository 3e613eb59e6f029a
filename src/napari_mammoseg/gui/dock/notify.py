"""What a user did wrong, said in one line in the window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from napari_mammoseg.errors import InputError


@contextmanager
def speaking() -> Iterator[None]:
    """Shows an InputError of the block as one notification; everything else goes on."""
    try:
        yield
    except InputError as error:
        from napari.utils.notifications import show_error

        show_error(str(error))
