"""The steps of a reading, to be taken back and brought back."""

from __future__ import annotations

from napari_mammoseg.findings import Findings


class History:
    """Knows what was there before each change, and after each one that was taken back."""

    def __init__(self) -> None:
        self._done: list[Findings] = []
        self._undone: list[Findings] = []

    def add(self, before: Findings) -> None:
        """A change was made to `before`."""
        self._done.append(before)
        self._undone.clear()

    def back(self, now: Findings) -> Findings:
        """What was there before the last change; `now` where there is none."""
        if not self._done:
            return now
        self._undone.append(now)
        return self._done.pop()

    def forth(self, now: Findings) -> Findings:
        """What was there before the last step back; `now` where there is none."""
        if not self._undone:
            return now
        self._done.append(now)
        return self._undone.pop()

    def clear(self) -> None:
        """Nothing was done."""
        self._done.clear()
        self._undone.clear()
