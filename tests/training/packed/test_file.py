"""Films in one file: what was packed comes out, and nothing else is taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.training.packed import file


def test_pictures_and_records_come_back(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    exact = [random.integers(0, 256, shape, np.uint8) for shape in ((40, 30), (7, 90))]
    soft = np.tile(np.linspace(40, 200, 64).astype(np.uint8), (48, 1))
    pictures = [{"pixels": (exact[0], file.EXACT)}, {"pixels": (exact[1], file.EXACT), "soft": (soft, 85)}]
    file.pack(tmp_path / "films", [{"name": "a"}, {"name": "b", "boxes": [[1.5, 2]]}], pictures)
    records, found = file.unpack(tmp_path / "films")
    assert records == [{"name": "a"}, {"name": "b", "boxes": [[1.5, 2]]}]
    np.testing.assert_array_equal(found[0]["pixels"], exact[0])
    np.testing.assert_array_equal(found[1]["pixels"], exact[1])
    assert np.abs(found[1]["soft"].astype(int) - soft).max() <= 4


@pytest.mark.parametrize("content", [b"", b"no safetensors at all", b"\x80\x04K\x01."])
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "films").write_bytes(content)
    with pytest.raises(InputError, match="holds no packed films"):
        file.unpack(tmp_path / "films")
