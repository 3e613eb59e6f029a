"""Writes docs/reference.md from the code's own declarations: pipelines, settings, models, data sets, formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from napari_mammoseg.data_sets import DATA_SETS
from napari_mammoseg.kinds import KINDS
from napari_mammoseg.models import MODELS
from napari_mammoseg.pipelines import PIPELINES
from napari_mammoseg.settings import Setting, declared
from napari_mammoseg.training import training_of
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
        "## Trainings and their settings",
        "What `mammoseg train NAME --set KEY=VALUE` takes, for all models of a recipe.",
        *_trainings(),
        "## Data sets",
        _data_sets(),
        "## Output formats",
        _formats(),
    ]
    return "\n\n".join(parts) + "\n"


def _settings(settings: list[Setting]) -> str:
    rows = [f"| `{each.name}` | {_default(each)} | {_allowed(each)} | {each.help} |" for each in settings]
    return "\n".join(["| setting | default | allowed | meaning |", "|---|---|---|---|", *rows])


def _default(setting: Setting) -> str:
    return f"{setting.default:.4g}" if isinstance(setting.default, float) else str(setting.default)


def _allowed(setting: Setting) -> str:
    if setting.choices:
        return ", ".join(setting.choices)
    limits = [f"{each:.7g}" for each in (setting.low, setting.high) if each is not None]
    return f"at least {limits[0]}" if setting.high is None and limits else " to ".join(limits)


def _kinds() -> str:
    rows = [f"| `{each.name}` | {'box' if each.boxed else 'outline'} | {each.diameter} |" for each in KINDS.values()]
    return "\n".join(["| kind | drawn as | `diameter_mm` |", "|---|---|---|", *rows])


def _models() -> str:
    rows = [
        f"| `{each.name}` | {each.task} | {each.paper or ''} | {'yes' if each.path else 'no'} | {each.summary} |"
        for each in MODELS.values()
    ]
    return "\n".join(["| model | task | paper | weights shipped | what it is |", "|---|---|---|---|---|", *rows])


def _trainings() -> Iterator[str]:
    trainings = [training_of(each.name) for each in MODELS.values() if each.recipe]
    for module in dict.fromkeys(each.module for each in trainings):
        models = [each.model for each in trainings if each.module is module]
        yield f"### {', '.join(f'`{each.name}`' for each in models)}"
        yield _settings(list(declared(module.Settings)))
        own = [f"`{each.name}`: {_values(each.recipe_settings)}" for each in models if each.recipe_settings]
        if own:
            yield f"Defaults of single models: {'; '.join(own)}."


def _values(settings: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


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
