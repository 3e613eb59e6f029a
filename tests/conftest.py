"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the window, which share one screen, run one after the other where several processes test."""
    for item in items:
        if item.get_closest_marker("gui") or "gui" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("window"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of research images beside the project; tests that need it are skipped where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the research images are not beside the project (folder shared/)")
    return SHARED


@pytest.fixture
def few(shared: Path, tmp_path: Path) -> Path:
    """A folder of data sets with every sixth film of mini-MIAS."""
    (tmp_path / "mias").mkdir()
    for path in [shared / "data" / "mias" / "Info.txt", *sorted((shared / "data" / "mias").glob("mdb*"))[::6]]:
        (tmp_path / "mias" / path.name).symlink_to(path)
    return tmp_path


@pytest.fixture(scope="session")
def phantom_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all data sets, made of a phantom."""
    from training import phantom_data

    return phantom_data.write(tmp_path_factory.mktemp("data"))
