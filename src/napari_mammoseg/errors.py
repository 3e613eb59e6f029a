"""What a user can cause: one class, three parts, caught only by the command line and the window."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType


class InputError(Exception):
    """An input that cannot be read or done. Says which input, what is wrong and what to do.

    >>> str(InputError("scan.dcm", "has a pixel spacing of 0 mm", "give the real one with --spacing, in mm"))
    'scan.dcm: has a pixel spacing of 0 mm; give the real one with --spacing, in mm'
    """

    def __init__(self, subject: str | Path, what: str, do: str) -> None:
        self.subject = subject.name if isinstance(subject, Path) else subject
        self.what = what
        self.do = do
        super().__init__(" ".join(f"{self.subject}: {what}; {do}".split()))

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str, str]]:
        return type(self), (self.subject, self.what, self.do)


class MissingExtra(InputError):
    """A job that needs an optional package which is not installed."""

    def __init__(self, job: str, extra: str) -> None:
        super().__init__(job, "needs packages that are not installed", f"pip install 'napari-mammoseg[{extra}]'")
        self._arguments = (job, extra)

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:  # type: ignore[override]
        return type(self), self._arguments


def needed(module: str, job: str, extra: str) -> ModuleType:
    """The optional module called `module`. Raises MissingExtra, which names `extra`, where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(job, extra) from None


class Cancelled(Exception):
    """The person stopped the run."""
