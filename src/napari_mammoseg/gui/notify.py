"""What a user did wrong, said in one line in the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from napari_mammoseg.errors import InputError


@contextmanager
def speaking() -> Iterator[None]:
    """Shows an InputError of the block as one notification; everything else goes on."""
    try:
        yield
    except InputError as error:
        tell([error])


def warn(text: str) -> None:
    """Shows what a person should know of what she sees, as one notification."""
    from napari.utils.notifications import show_warning

    show_warning(text)


def tell(errors: Sequence[InputError]) -> None:
    """Shows the first of the errors, and how many more there are, as one notification; nothing where there is none."""
    if errors:
        from napari.utils.notifications import show_error

        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        show_error(f"{errors[0]}{more}")
