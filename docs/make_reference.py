"""Writes docs/reference.md from the code's own declarations: pipelines, settings, models, data sets, formats."""

from __future__ import annotations

from pathlib import Path

from napari_mammoseg.data_sets import DATA_SETS
from napari_mammoseg.kinds import KINDS
from napari_mammoseg.models import MODELS
from napari_mammoseg.pipelines import PIPELINES
from napari_mammoseg.settings import Setting, declared
from napari_mammoseg.writers import ALWAYS, WRITERS

PLACE = Path(__file__).with_name("reference.md")


def reference() -> str:
    """The whole page."""
    parts = ["# Reference", "Made by `make docs` from the declarations in the code.", "## Pipelines and their settings"]
    for each in PIPELINES.values():
        parts += [f"### `{each.name}`", f"{each.summary}.", _settings(list(declared(each.settings)))]
    parts += [
        "## Kinds of findings",
        _kinds(),
        "## Models",
        _models(),
        "## Data sets",
        _data_sets(),
        "## Output formats",
        _formats(),
    ]
    return "\n\n".join(parts) + "\n"


def _settings(settings: list[Setting]) -> str:
    rows = [f"| `{each.name}` | {each.default} | {_allowed(each)} | {each.help} |" for each in settings]
    return "\n".join(["| setting | default | allowed | meaning |", "|---|---|---|---|", *rows])


def _allowed(setting: Setting) -> str:
    if setting.choices:
        return ", ".join(setting.choices)
    limits = [f"{each:g}" for each in (setting.low, setting.high) if each is not None]
    return " to ".join(limits)


def _kinds() -> str:
    rows = [f"| `{each.name}` | {'box' if each.boxed else 'outline'} | {each.diameter} |" for each in KINDS.values()]
    return "\n".join(["| kind | drawn as | `diameter_mm` |", "|---|---|---|", *rows])


def _models() -> str:
    rows = [
        f"| `{each.name}` | {each.task} | {each.paper or ''} | {'yes' if each.path else 'no'} | {each.summary} |"
        for each in MODELS.values()
    ]
    return "\n".join(["| model | task | paper | weights shipped | what it is |", "|---|---|---|---|---|", *rows])


def _data_sets() -> str:
    rows = [
        f"| `{each.name}` | {each.summary} | {each.patients} | {', '.join(each.trains)} |"
        for each in DATA_SETS.values()
    ]
    head = ["| data set | images | patients, split as one | trains |", "|---|---|---|---|"]
    return "\n".join(
        ["`evaluate --data-set` scores on them; `trains` names the pipelines that learn from them.", "", *head, *rows]
    )


def _formats() -> str:
    always = ", ".join(f"`{each}`" for each in ALWAYS)
    more = ", ".join(f"`{each}`" for each in WRITERS if each not in ALWAYS)
    return f"Written always: {always}. With `--format`: {more}."


if __name__ == "__main__":
    PLACE.write_text(reference(), "utf-8")
