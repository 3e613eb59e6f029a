"""The truth of many images from one place: a table, a folder of masks or truth documents, one file, or the MIAS list.

A table (CSV) has one row per lesion and these columns, in any order; `image` alone must be there:
`image` (file name, with or without its suffix, or with the folders it lies in: `1/x.png`), `patient`, `kind` (mass,
calcification, cluster, other; empty: the image is free of lesions), `label` (benign, malignant), and the place in the
image's pixels: `row0`, `column0`, `row1`, `column1` (half-open box), or `row`, `column`, `radius` (circle), or `row`,
`column` (point); a row without a place says that the lesion is somewhere in the image. `mask`, a picture of the image's
size whose path is seen from the table's folder, outlines the lesion; that of a cluster shows its calcifications and is
not read.
Lines that begin with # are comments.

A folder is asked for `NAME.truth.json`, `NAME.mask.png` (or `.tif`) and, where it is not the image's own, `NAME.png`.
Of a synthetic image the record beside its mask says what the lesions are.
"""

from napari_mammoseg.readers.truth.of_image import SCHEMA, Truth, from_document, from_labels, read_mask
from napari_mammoseg.readers.truth.places import Beside, Truths, files_beside, open_truths, with_truth
from napari_mammoseg.readers.truth.table import Table

__all__ = [
    "SCHEMA",
    "Beside",
    "Table",
    "Truth",
    "Truths",
    "files_beside",
    "from_document",
    "from_labels",
    "open_truths",
    "read_mask",
    "with_truth",
]
