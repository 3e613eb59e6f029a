from __future__ import annotations

from dataclasses import dataclass

import pytest
from qtpy.QtCore import QLocale

from napari_mammoseg.gui.widgets.settings_widgets import settings_widgets, values
from napari_mammoseg.pipelines import PIPELINES
from napari_mammoseg.settings import declared, setting

pytestmark = pytest.mark.gui


@dataclass(frozen=True, slots=True)
class Everything:
    """One setting of each type."""

    count: int = setting(6, "How many", low=2, high=50)
    area_cm2: float = setting(1.0, "How large", low=0.05, high=20)
    free: float = setting(0.3, "No limits")
    merge: bool = setting(True, "Merge or not")
    mode: str = setting("fast", "Which way", choices=("fast", "exact"))
    text: str = setting("a", "Any text")
    size_mm: float = setting(0.0, "How long; 0: as it comes", low=0, high=60)


def test_a_form_starts_at_the_defaults(qtbot) -> None:
    form = settings_widgets(Everything)
    qtbot.addWidget(form.native)
    assert values(form) == {each.name: each.default for each in declared(Everything)}


def test_limits_choices_and_explanations_are_the_declared_ones(qtbot) -> None:
    form = settings_widgets(Everything)
    qtbot.addWidget(form.native)
    assert (form["count"].min, form["count"].max) == (2, 50)
    assert (form.area_cm2.min, form.area_cm2.max) == (0.05, 20)
    assert form.mode.choices == ("fast", "exact")
    assert form.merge.tooltip == "Merge or not"
    assert form.size_mm.native.text() == "as it comes"
    form.size_mm.value = 4
    assert form.size_mm.native.text().startswith("4")


@pytest.fixture(params=["C", "it_IT"])
def language(request: pytest.FixtureRequest):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(
    ("typed", "read"),
    [("9,5", 9.5), ("9.5", 9.5), (",5", 0.5), ("70", 4), ("-1", 4), ("", 4), ("abc", 4), ("12 mm", 12), ("0", 0)],
)
def test_a_number_is_read_as_it_is_typed_or_stays_what_it_was(qtbot, typed: str, read: float) -> None:
    form = settings_widgets(Everything)
    qtbot.addWidget(form.native)
    form.size_mm.value = 4
    line = form.size_mm.native.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, typed or "\b")
    assert values(form)["size_mm"] == read  # nothing is pressed after it


@pytest.mark.parametrize(("typed", "read"), [("12", 12), ("1", 2), ("70", 50), ("-", 6)])
@pytest.mark.parametrize("end", ["", "\r"])
def test_an_integer_is_read_when_all_of_it_is_typed(qtbot, typed: str, read: int, end: str) -> None:
    form = settings_widgets(Everything)
    qtbot.addWidget(form.native)
    line = form["count"].native.lineEdit()
    line.selectAll()
    qtbot.keyClicks(form["count"].native, typed + end)
    assert values(form)["count"] == read


@pytest.mark.parametrize("name", list(PIPELINES))
def test_every_pipeline_has_its_form(qtbot, name: str) -> None:
    settings = PIPELINES[name].settings
    form = settings_widgets(settings, without=("model", "threshold"))
    qtbot.addWidget(form.native)
    defaults = {each.name: each.default for each in declared(settings)}
    assert {**defaults, **values(form)} == defaults
