"""Values of settings as texts and as numbers."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg import settings
from napari_mammoseg.errors import InputError
from napari_mammoseg.settings import setting


@dataclass(frozen=True, slots=True)
class Kinds:
    """One setting of each kind."""

    count: int = setting(1, "How many", low=0, high=2**31 - 1)
    cut: float = setting(0.5, "Where", low=0, high=1, named={"usual": 0.25})
    full: bool = setting(False, "All of it")
    name: str = setting("a", "Which")


@pytest.mark.parametrize(
    ("pair", "wanted"),
    [
        ("count=1.5", "give a whole number"),
        ("count=2147483648", "give at most 2147483647"),
        ("cut=0,5,5", "give a number, or one of usual"),
        ("full=perhaps", "give yes or no"),
    ],
)
def test_what_is_wanted_is_said_in_words(pair: str, wanted: str) -> None:
    with pytest.raises(InputError) as refused:
        settings.parse(Kinds, [pair])
    assert refused.value.do == wanted


def test_numbers_of_numpy_and_paths_become_what_a_record_can_hold() -> None:
    given = {"count": np.int64(3), "cut": np.float32(0.25), "full": np.True_, "name": Path("a/b.safetensors")}
    made = settings.build(Kinds, given)
    assert made == Kinds(3, 0.25, True, str(Path("a/b.safetensors")))
    assert [type(each) for each in asdict(made).values()] == [int, float, bool, str]


@pytest.mark.parametrize("given", [{"count": 6.5}, {"count": math.inf}, {"cut": None}, {"full": 3}, {"name": 3}])
def test_a_value_of_another_type_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(InputError, match="cannot be"):
        settings.build(Kinds, given)


def test_a_number_may_have_a_decimal_comma() -> None:
    assert settings.parse(Kinds, ["cut=0,25"]) == {"cut": 0.25}


def test_a_text_in_python_means_what_it_means_on_the_command_line() -> None:
    assert settings.build(Kinds, {"cut": "usual", "count": "3", "name": "usual"}) == Kinds(3, 0.25, False, "usual")
    with pytest.raises(InputError, match="give a number"):
        settings.build(Kinds, {"cut": "high"})
