"""Widgets made from a pipeline's declaration of settings: one per setting, with its limits, choices and explanation."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QAbstractSpinBox

from napari_mammoseg.gui.widgets.typed_number import read_as_typed, take_typed
from napari_mammoseg.settings import Setting, declared

if TYPE_CHECKING:
    from magicgui.widgets import Container, Widget


def settings_widgets(settings: type, without: Collection[str] = ()) -> Container:
    """A form with a widget for every declared setting that is not in `without`, at its default."""
    from magicgui.widgets import Container

    return Container(widgets=[widget(each) for each in declared(settings) if each.name not in without], labels=True)


def values(form: Container) -> dict[str, Any]:
    """The settings as the form has them now, what is being typed included."""
    for each in form:
        if isinstance(each.native, QAbstractSpinBox):
            take_typed(each.native)
    return {each.name: each.value for each in form}


def widget(setting: Setting) -> Widget:
    """The widget of one setting."""
    from magicgui.widgets import create_widget

    made = create_widget(
        value=setting.default,
        annotation=setting.type,
        name=setting.name,
        label=setting.name.replace("_", " "),
        options={"tooltip": setting.help, **_options(setting)},
    )
    if isinstance(made.native, QAbstractSpinBox):
        read_as_typed(made.native)
    nothing = setting.help.partition(_ZERO)[2]
    if nothing and setting.low == 0:
        made.native.setSpecialValueText(nothing)  # in the place of the number
    return made


_ZERO = "; 0: "
"""What stands in a setting's explanation before what 0 means, where it is no number as the others."""


def _options(setting: Setting) -> dict[str, Any]:
    if setting.choices:
        return {"choices": list(setting.choices)}
    if setting.type not in (int, float):
        return {}
    limits = {"min": setting.low, "max": setting.high}
    options: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    return options if setting.type is int else {**options, "step": _step(setting)}


def _step(setting: Setting) -> float:
    """A round hundredth of the range that may be set."""
    if setting.low is None or setting.high is None:
        return 0.1
    return float(f"1e{len(str(int(setting.high - setting.low))) - 3}")
