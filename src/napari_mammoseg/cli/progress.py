"""Progress on standard error, where that is a terminal: one line that is overwritten."""

from __future__ import annotations

import sys

from napari_mammoseg.run import Progress


def show(progress: Progress) -> None:
    """Shows how far a stage is; the last step clears the line. Does nothing where standard error is not a terminal."""
    if not sys.stderr.isatty():
        return
    done = progress.done >= progress.total
    text = "" if done else f"{progress.stage} {progress.done}/{progress.total}"
    print(f"\r{text:<40}", end="\r" if done else "", file=sys.stderr, flush=True)
