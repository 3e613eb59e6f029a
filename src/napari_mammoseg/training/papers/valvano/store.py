"""Patches of four classes in a SQLite file, drawn on the fly (Valvano 2018, section 2.3)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

NEAR_PX = 3
"""C2: a calcification lies within 3 pixels of the centre (section 2.3: "2 to 3 pixels")."""
Part = Literal["train", "validation", "test"]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS patch (id INTEGER PRIMARY KEY, part TEXT, class INTEGER, image TEXT, pixels BLOB);
CREATE INDEX IF NOT EXISTS patch_of_class ON patch (part, class);
"""


def classes(labels: NDArray[np.integer], size: int) -> NDArray[np.uint8]:
    """The class 1…4 of the patch of `size` pixels (odd) around each pixel of `labels` (1 and more: calcification).

    C1: the central pixel belongs to one; C2: one within NEAR_PX of it; C3: one elsewhere in the patch; C4: none.
    A patch that holds an uncertain pixel (-1) is of no class (0).
    """
    calcified, uncertain = labels > 0, ndimage.minimum_filter(labels, size, mode="constant") < 0
    if not calcified.any():
        return np.where(uncertain, 0, 4).astype(np.uint8)
    anywhere = ndimage.maximum_filter(calcified, size, mode="constant")
    near = ndimage.distance_transform_edt(~calcified) <= NEAR_PX
    return np.select([uncertain, calcified, near, anywhere], [0, 1, 2, 3], 4).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class PatchStore:
    """A file of square patches (uint8, `size` × `size`) with their part and class."""

    path: Path
    size: int

    def add(
        self,
        part: Part,
        image: str,
        pixels: NDArray[np.float32],
        labels: NDArray[np.integer],
        each: int,
        rng: Generator,
    ) -> None:
        """Cuts up to `each` patches of every class from `pixels` (rows, columns; 0…1) at random places."""
        half = self.size // 2
        inner = np.full(labels.shape, 0, np.uint8)
        inner[half:-half, half:-half] = classes(labels, self.size)[half:-half, half:-half]
        bytes_ = np.round(pixels * 255).astype(np.uint8)
        rows = []
        for number in (1, 2, 3, 4):
            places = np.argwhere(inner == number)
            chosen = places[rng.permutation(len(places))[:each]]
            rows += [
                (part, number, image, bytes_[r - half : r + half + 1, c - half : c + half + 1].tobytes())
                for r, c in chosen
            ]
        with self._open() as database:
            database.executemany("INSERT INTO patch (part, class, image, pixels) VALUES (?, ?, ?, ?)", rows)

    def count(self, part: Part) -> dict[int, int]:
        """How many patches of each class there are."""
        with self._open() as database:
            rows = database.execute("SELECT class, COUNT(*) FROM patch WHERE part = ? GROUP BY class", (part,))
            return dict(rows.fetchall())

    def all_of(self, part: Part, number: int) -> NDArray[np.uint8]:
        """Every patch of a class, (n, size, size), in the order in which they were added."""
        with self._open() as database:
            rows = database.execute("SELECT pixels FROM patch WHERE part = ? AND class = ? ORDER BY id", (part, number))
            return self._stacked([pixels for (pixels,) in rows])

    def drawer(
        self, part: Part, positives: tuple[int, ...], negatives: tuple[int, ...]
    ) -> Callable[[int, Generator], tuple[NDArray[np.uint8], NDArray[np.int64]]]:
        """A function (count, generator) that draws a minibatch: patches (count, size, size) and targets (count,).

        Half are positive, half negative, the classes of each in equal parts; each is turned and mirrored at random.
        """
        with self._open() as database:
            ids = {number: self._ids(database, part, number) for number in (*positives, *negatives)}

        def draw(count: int, rng: Generator) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
            numbers = _shares(positives, count // 2) + _shares(negatives, count - count // 2)
            with self._open() as database:
                drawn = [self._one(database, int(rng.choice(ids[number]))) for number in numbers]
            targets = np.array([number in positives for number in numbers], np.int64)
            return np.stack([_turned(each, rng) for each in drawn]), targets

        return draw

    def _one(self, database: sqlite3.Connection, number: int) -> NDArray[np.uint8]:
        (pixels,) = database.execute("SELECT pixels FROM patch WHERE id = ?", (number,)).fetchone()
        return self._stacked([pixels])[0]

    @staticmethod
    def _ids(database: sqlite3.Connection, part: Part, number: int) -> NDArray[np.int64]:
        rows = database.execute("SELECT id FROM patch WHERE part = ? AND class = ?", (part, number)).fetchall()
        return np.array(rows, np.int64).ravel()

    def _stacked(self, blobs: list[bytes]) -> NDArray[np.uint8]:
        return np.frombuffer(b"".join(blobs), np.uint8).reshape(-1, self.size, self.size)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self.path)
        try:
            database.executescript(_SCHEMA)
            with database:
                yield database
        finally:
            database.close()


def _shares(numbers: tuple[int, ...], count: int) -> list[int]:
    return [numbers[index % len(numbers)] for index in range(count)]


def _turned(patch: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    turned = np.rot90(patch, int(rng.integers(4)))
    return turned[:, ::-1] if rng.random() < 0.5 else turned
