"""Settings declared once: a frozen dataclass from which dock, options, run record and documents are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import fspath
from typing import Any, TypeVar, get_type_hints

from napari_mammoseg.errors import InputError

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a user may set, as any surface shows it; searched: as `setting` takes it."""

    name: str
    type: type
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    named: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    searched: tuple[float, float] | None = None

    def parse(self, text: str) -> Any:
        """The value written as `text`, or that `text` is a name of; raises InputError if there is none."""
        if text in self.named:
            return self.named[text]
        try:
            value = _READERS.get(self.type, self.type)(text)
        except (KeyError, ValueError):
            raise InputError(f"setting {self.name}", f"cannot be '{text}'", self._wanted()) from None
        return self.check(value)

    def meant(self, value: Any) -> Any:
        """`value` as Python's own, or what a text means. Raises InputError if it is not allowed."""
        if isinstance(value, str) and self.type is not str:
            return self.parse(value)
        try:
            plain = _PLAIN[self.type](value)
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"setting {self.name}", f"cannot be {value!r}", self._wanted()) from None
        return self.check(plain)

    def check(self, value: Any) -> Any:
        """`value` itself if it is allowed; raises InputError if not."""
        if self.choices and value not in self.choices:
            raise InputError(f"setting {self.name}", f"cannot be '{value}'", f"choose from {', '.join(self.choices)}")
        if self.low is not None and not value >= self.low:
            raise InputError(f"setting {self.name}", f"is {value}", f"give at least {_plain(self.low)}")
        if self.high is not None and not value <= self.high:
            raise InputError(f"setting {self.name}", f"is {value}", f"give at most {_plain(self.high)}")
        return value

    def _wanted(self) -> str:
        names = f", or one of {', '.join(self.named)}" if self.named else ""
        return f"give {_KINDS.get(self.type, f'a {self.type.__name__}')}{names}"


def _plain(limit: float) -> str:
    """A whole number with all of its digits."""
    return str(limit) if isinstance(limit, int) else f"{limit:g}"


def _word(text: str) -> bool:
    return _WORDS[text.strip().lower()]


def _number(text: str) -> float:
    """0,5 is 0.5, as `--spacing` reads it."""
    return float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)


def _whole(value: Any) -> int:
    whole = int(value)
    if whole != value:
        raise ValueError(value)
    return whole


def _yes(value: Any) -> bool:
    if value not in (True, False):
        raise ValueError(value)
    return bool(value)


_PLAIN: dict[type, Callable[[Any], Any]] = {bool: _yes, int: _whole, float: float, str: fspath}
"""From what is of a type, also as NumPy or a path has it, to what a record can hold."""
_READERS: dict[type, Callable[[str], Any]] = {bool: _word, float: _number}
_KINDS = {int: "a whole number", float: "a number", bool: "yes or no", str: "a text"}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def setting(
    default: Any,
    help: str,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    named: Mapping[str, Any] | None = None,
    searched: tuple[float, float] | None = None,
) -> Any:
    """A field of a settings dataclass: its default, one line for the person, and what is allowed.

    named: values by names that a command line takes, too; only the value is kept. searched: a random search of a
    training's settings multiplies the value by a factor between these two, evenly by its logarithm.
    """
    metadata = {
        "help": help,
        "low": low,
        "high": high,
        "choices": choices,
        "named": named or {},
        "searched": searched,
    }
    return dataclasses.field(default=default, metadata=metadata)


def declared(settings: type) -> Iterator[Setting]:
    """Every setting that a settings dataclass declares, in order."""
    types = get_type_hints(settings)
    for field in dataclasses.fields(settings):
        yield Setting(field.name, types[field.name], field.default, **field.metadata)


def build(settings: type[S], values: Mapping[str, Any]) -> S:
    """The settings with `values` in place of defaults; raises InputError for unknown names and forbidden values."""
    known = {each.name: each for each in declared(settings)}
    for name in values:
        if name not in known:
            raise InputError(f"setting {name}", "does not exist", f"choose from {', '.join(known)}")
    meant = {name: known[name].meant(value) for name, value in values.items()}
    return settings(**meant)


def parse(settings: type[S], pairs: Iterable[str]) -> dict[str, Any]:
    """Values from the `KEY=VALUE` texts of a command line."""
    known = {each.name: each for each in declared(settings)}
    values = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or name not in known:
            raise InputError(f"--set {pair}", "names no setting", f"write KEY=VALUE with KEY from {', '.join(known)}")
        values[name] = known[name].parse(text)
    return values
