"""What the tests of training share."""

from __future__ import annotations

import pytest


@pytest.fixture
def few(shared, tmp_path):
    """Every sixth film of mini-MIAS."""
    (tmp_path / "mias").mkdir()
    for path in [shared / "data" / "mias" / "Info.txt", *sorted((shared / "data" / "mias").glob("mdb*"))[::6]]:
        (tmp_path / "mias" / path.name).symlink_to(path)
    return tmp_path
