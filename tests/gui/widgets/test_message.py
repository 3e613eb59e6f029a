from __future__ import annotations

import re

import pytest
from napari.utils.theme import available_themes, get_theme
from qtpy.QtCore import QEvent

from napari_mammoseg.gui.widgets.message import WARNING, WRONG, Message

pytestmark = pytest.mark.gui


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance of sRGB (WCAG 2.2)."""
    linear = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [WARNING, WRONG])
def test_coloured_messages_bring_a_background_on_which_they_can_be_read(look: str) -> None:
    back, ink = (tuple(bytes.fromhex(each)) for each in re.findall("#([0-9a-f]{6})", look))
    assert look.startswith("background-color")
    assert contrast(back, ink) > 4.5


def test_only_another_look_is_another_style_for_which_qt_takes_its_time(qtbot) -> None:
    message, changes = Message(), []
    qtbot.addWidget(message)
    message.changeEvent = lambda event: changes.append(event.type())
    for text, wrong in (("one", False), ("two", False), ("three", True), ("four", True)):
        message.say(text, wrong)
    assert changes.count(QEvent.Type.StyleChange) == 1


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_plain_messages_have_the_colours_of_the_theme(qtbot, theme: str) -> None:
    message = Message()
    qtbot.addWidget(message)
    message.say("done")
    assert message.styleSheet() == ""
    colours = get_theme(theme)
    assert theme in available_themes()
    assert contrast(*(each.as_rgb_tuple()[:3] for each in (colours.background, colours.text))) > 4.5
