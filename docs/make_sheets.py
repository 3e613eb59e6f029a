"""Makes the sheets of masses in the documents, of phantoms alone.

    python docs/make_sheets.py [CIGAN.safetensors]

`guess.png`: the phantoms' own masses and as many that the painter makes; `guess.key.csv` says which is which. With the
weights of a trained `cigan` also `cigan.png`: above, healthy tissue; below, the same with a mass of ciGAN's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from napari_mammoseg.batch.realism import reader_sheet
from napari_mammoseg.batch.realism.crops import insertions, real_masses
from napari_mammoseg.batch.realism.methods import by_model
from napari_mammoseg.data_sets import samples
from napari_mammoseg.models import names
from napari_mammoseg.synthesis.looks import crop_of
from napari_mammoseg.synthesis.overview import ACROSS, tiled

FOLDER = Path(__file__).with_name("pictures")
PHANTOMS = 16
SIZES_MM = 8.0, 12.0, 16.0


def main() -> None:
    phantoms = samples("phantoms", Path())[:PHANTOMS]
    own = [crop_of(image.pixels, box) for _, image, boxes in real_masses(phantoms) for box in boxes]
    put = by_model(names("synthesize")[0])
    made = [crop_of(each.pixels, each.box) for each in insertions(phantoms, SIZES_MM, put, PHANTOMS)]
    reader_sheet.write(FOLDER, own, made)
    for weights in sys.argv[1:]:
        found = list(insertions(phantoms, SIZES_MM, by_model(weights), ACROSS))
        before = [crop_of(each.image.pixels, each.box) for each in found]
        after = [crop_of(each.pixels, each.box) for each in found]
        Image.fromarray(tiled([*before, *after])).save(FOLDER / "cigan.png")


if __name__ == "__main__":
    main()
