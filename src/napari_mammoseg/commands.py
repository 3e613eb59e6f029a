"""What reproduces a run outside the window: a command, or some lines of Python, with what differs from the defaults."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box
from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.pipelines import pipeline
from napari_mammoseg.settings import declared
from napari_mammoseg.synthesis import SynthesisSettings


@dataclass(frozen=True, slots=True)
class Command:
    """One run as a person would ask for it. `spacing`: only where she gave it; `device`: "auto" unless she chose.

    boxes: where the pipeline was told to look, if it was.
    """

    pipeline: str
    path: Path | None
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    spacing: Spacing | None = None
    device: str = "auto"
    boxes: tuple[Box, ...] | None = None

    @property
    def changed(self) -> dict[str, Any]:
        """The settings that differ from their defaults."""
        defaults = {each.name: each.default for each in declared(pipeline(self.pipeline).settings)}
        return {name: value for name, value in self.values.items() if value != defaults[name]}

    @property
    def file(self) -> str:
        """The image's file. Raises InputError where the image is in napari alone."""
        return _file(self.path, self.name)


def _file(path: Path | None, name: str) -> str:
    if path is None:
        raise InputError(
            name,
            "was not opened by mammoseg from a file, which a command has to name",
            "open its file with mammoseg (save the layer as a file first where it has none), then copy again",
        )
    return str(Path(path).absolute())


def as_command(command: Command, out: str = "out") -> str:
    """The run as a command line. Raises InputError if the image has no file or its pixels are not square."""
    boxes = [word for box in command.boxes or () for word in ("--box", ",".join(map(str, box)))]
    options = (*_options(command, ("model", "threshold")), *boxes)
    return _line("analyze", command.pipeline, command.file, "--out", out, *options)


def as_batch_command(
    pipeline: str, source: Path, target: Path, formats: Iterable[str] = (), device: str = "auto", resume: bool = False
) -> str:
    """Pipelines (one by name, or "all") on a folder of mammograms, as a command line."""
    written = ",".join(formats)
    options = (
        *(("--format", written) if written else ()),
        *(("--device", device) if device != "auto" else ()),
        *(("--resume",) if resume else ()),
    )
    return _line("analyze", pipeline, str(source.absolute()), "--out", str(target.absolute()), *options)


def as_evaluation(command: Command, truth: Path | None, rule: str | None = None) -> str:
    """Run and comparison as a command line. truth: a file or folder; None: what lies beside the image.

    Raises InputError as `as_command` does, and where the pipeline was told where to look.
    """
    if command.boxes is not None:
        raise InputError(command.name, "was made in drawn boxes", "save the result, then evaluate it with --findings")
    place = Path(command.file).parent if truth is None else truth
    given = ("--truth", str(place.absolute()), *_rule(rule))
    return _line("evaluate", command.pipeline, command.file, *given, *_options(command, ("model",)))


def as_evaluation_of_results(folder: Path, pipeline: str, truth: Path, rule: str | None = None) -> str:
    """The comparison of saved results with the truth in a file or folder, as a command line."""
    return _line(
        "evaluate", pipeline, "--findings", str(folder.absolute()), "--truth", str(truth.absolute()), *_rule(rule)
    )


def as_synthesis(record: Mapping[str, Any], path: Path | None, out: str = "out") -> str:
    """What makes the synthetic image of this record again, as a command line. path: the file of its source.

    Raises InputError where the source has no file, its pixels are not square, or a person drew the lesion's outline.
    """
    source, chosen = record["source"], record["settings"]
    if record["outlined_by"] is not None:
        raise InputError(source["name"], "got a lesion in a drawn outline", "save it; --mask takes the saved mask")
    usual, typed = SynthesisSettings(), source["spacing_source"] == "given"
    given = (
        *(("--at", "{!r},{!r}".format(*chosen["at"])) if chosen["at"] is not None else ()),
        *(("--size-mm", f"{chosen['size_mm']!r}") if chosen["size_mm"] != usual.size_mm else ()),
        *(("--model", chosen["model"]) if chosen["model"] != usual.model else ()),
        *(("--spacing", f"{_square(tuple(source['spacing_mm']), source['name'])}") if typed else ()),
    )
    what = ("--kind", chosen["kind"], "--label", record["label"], "--seed", f"{chosen['seed']}")
    return _line("synthesize", _file(path, source["name"]), "--out", out, *what, *given)


def _rule(name: str | None) -> tuple[str, ...]:
    return () if name is None else ("--rule", name)


def _line(*words: str) -> str:
    words = ("mammoseg", *words)
    return subprocess.list2cmdline(words) if sys.platform == "win32" else " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """One word as any POSIX shell takes it; bytes of a name that are not UTF-8 are written by printf."""
    parts = re.split("([\udc80-\udcff]+)", word)
    return "".join(
        shlex.quote(part) if number % 2 == 0 else _printed(part) for number, part in enumerate(parts) if part
    )


def _printed(part: str) -> str:
    octal = "".join(f"\\{byte:03o}" for byte in os.fsencode(part))
    return f"\"$(printf '{octal}')\""


def as_python(command: Command, out: str = "out") -> str:
    """The run as Python. Raises InputError if the image has no file."""
    spacing = "" if command.spacing is None else f", spacing_mm={_number(command.spacing)!r}"
    boxes = "" if command.boxes is None else f", boxes={list(command.boxes)!r}"
    run = "" if command.device == "auto" else f", run=Run(device={command.device!r})"
    values = "".join(f", {name}={value!r}" for name, value in command.changed.items())
    lines = [
        "import napari_mammoseg as mammoseg",
        *(["from napari_mammoseg.run import Run"] if run else []),
        "",
        f"image = mammoseg.read({command.file!r}{spacing})",
        f"findings = mammoseg.analyze(image, {command.pipeline!r}{run}{boxes}{values})",
        f"findings.save({out!r})",
    ]
    return "\n".join(lines) + "\n"


def _options(command: Command, own: tuple[str, ...]) -> Iterator[str]:
    """Options that give the run again. own: the settings for which the command has an option of their own."""
    changed = command.changed
    for name in own:
        if name in changed:
            yield from (f"--{name}", f"{changed.pop(name)}")
    for name, value in changed.items():
        yield from ("--set", f"{name}={value}")
    if command.spacing is not None:
        yield from ("--spacing", f"{_square(command.spacing, command.name)}")
    if command.device != "auto":
        yield from ("--device", command.device)


def _number(spacing: Spacing) -> float | Spacing:
    return spacing[0] if spacing[0] == spacing[1] else spacing


def _square(spacing: Spacing, name: str) -> float:
    number = _number(spacing)
    if isinstance(number, tuple):
        raise InputError(name, "has pixels that are not square", "copy as Python instead")
    return number
