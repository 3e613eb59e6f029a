"""The readings of one reader in one folder: one file per image, pipeline and run, found again by what it is of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from glob import escape
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from napari_mammoseg import files
from napari_mammoseg.findings import Findings, ImageRecord
from napari_mammoseg.readings.reading import Reading, open_reading

ENDING = ".reading.json"


@dataclass(frozen=True, slots=True)
class Shelf:
    """reader: a name or a code; empty where nobody said it. Readers who share a folder never share a file."""

    folder: Path
    reader: str = ""

    def place_of(self, found: Findings) -> Path:
        """The file of the reader's reading of what a run found: `NAME.PIPELINE.READER.RUN.reading.json`."""
        return self.folder / f"{self._start(found.image, found.pipeline)}.{_run(found)}{ENDING}"

    def keep(self, reading: Reading) -> Path:
        """Writes the reading as this reader's. Raises InputError if it cannot be written."""
        files.folder(self.folder)
        return replace(reading, reader=self.reader).save(self.place_of(reading.found))

    def reading_of(self, found: Findings) -> Reading | None:
        """What the reader made of this very run before. Raises InputError if the file holds no reading."""
        path = self.place_of(found)
        return open_reading(path) if path.is_file() else None

    def latest_on(self, image: ImageRecord, pipeline: str) -> Reading | None:
        """What the reader made of this image last, of any run. Raises InputError for a file that is damaged."""
        for path in self._written(image, pipeline):
            reading = open_reading(path)
            if _key(reading.found.image) == _key(image):
                return reading
        return None

    def _written(self, image: ImageRecord, pipeline: str) -> Iterator[Path]:
        """The reader's files on images called so, the last one first."""
        found = self.folder.glob(f"{escape(self._start(image, pipeline))}.*{ENDING}")
        yield from sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)

    def _start(self, image: ImageRecord, pipeline: str) -> str:
        return f"{Path(image.name).stem}.{pipeline}.{quote(self.reader or 'reader', safe=' ')}"


def _key(image: ImageRecord) -> str | tuple[str, int, int]:
    """What an image is known by: its file's content, or its name and size where no file is known."""
    return image.sha256 or (image.name, image.rows, image.columns)


def _run(found: Findings) -> str:
    """A digest of the image and of every candidate that the run found on it."""
    marks = [(each.id, each.kind, list(each.box), each.score) for each in found.findings]
    known = [_key(found.image), found.pipeline, found.model.name, found.model.sha256, marks]
    return sha256(json.dumps(known).encode()).hexdigest()[:12]
