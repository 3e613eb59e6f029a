"""A synthetic lesion lies where it should, and nothing else of the image changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

import dicom_files
from napari_mammoseg import analyze, read, synthesize
from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import MODELS, save_weights
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.synthesis import given_place
from napari_mammoseg.synthesis.masses import GRAIN, softened, with_own_grain
from napari_mammoseg.synthesis.size import said as size_said
from napari_mammoseg.tissue.grey_scale import INVERTED

PLACE = (500.0, 260.0)
MM = 0.1
SKIN = -1
"""The row 2 mm below the skin."""


@pytest.fixture(scope="module")
def phantom() -> Mammogram:
    return make(Request(2, "CC", "L", rows=1000, columns=800, spacing_mm=MM, lesions="none")).image


@pytest.fixture(scope="module")
def oblique() -> Mammogram:
    return make(Request(2, "MLO", "L", rows=1000, columns=800, spacing_mm=MM, lesions="none")).image


def stored_as(phantom: Mammogram, folder: Path, **attributes: object) -> Mammogram:
    """The phantom in a DICOM file with these attributes."""
    grey = np.round(600 + 2400 * phantom.pixels).astype(np.uint16)
    data = dicom_files.dataset(grey, ImagerPixelSpacing=[MM, MM], **attributes)
    data.save_as(folder / "x.dcm", enforce_file_format=True)
    return read(folder / "x.dcm")


FORMS = {
    "linear": {"WindowCenter": "1800", "WindowWidth": "2400"},
    "narrow": {"WindowCenter": "1900", "WindowWidth": "900"},
    "sigmoid": {"WindowCenter": "1800", "WindowWidth": "1500", "VOILUTFunction": "SIGMOID"},
    "inverted": {
        "WindowCenter": "1800",
        "WindowWidth": "2400",
        "PhotometricInterpretation": "MONOCHROME1",
        "PresentationLUTShape": "INVERSE",
    },
    "no window": {},
}


@pytest.fixture(scope="module", params=[*FORMS, "picture"])
def image(request: pytest.FixtureRequest, phantom: Mammogram, tmp_path_factory: pytest.TempPathFactory) -> Mammogram:
    if request.param == "picture":
        return phantom
    return stored_as(phantom, tmp_path_factory.mktemp("dicom"), **FORMS[request.param])


def box_of(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(mask)
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


@pytest.mark.parametrize(
    "how",
    [
        {"label": "benign", "model": "lesion-painter"},
        {"label": "malignant", "model": "drawn-mass"},
        {"label": "malignant", "kind": "calcifications"},
    ],
    ids=lambda how: how.get("model", "calcifications"),
)
def test_nothing_changes_farther_than_3_mm_from_the_mask(image: Mammogram, how: dict[str, str]) -> None:
    before = image.pixels.copy()
    made = synthesize(image, at=PLACE, size_mm=9, seed=4, **how)
    far = ndimage.distance_transform_edt(made.mask == 0, sampling=(MM, MM)) > 3
    assert np.array_equal(made.image.pixels[far], image.pixels[far])
    assert np.array_equal(image.pixels, before)
    assert not np.array_equal(made.image.pixels, before)
    if image.values is not None:
        assert np.array_equal(made.image.values[far], image.values[far])
        assert made.image.values.dtype == image.values.dtype
        assert np.array_equal(made.image.pixels, made.image.through(image.windows[0]))
    inside = made.mask > 0
    assert made.image.pixels[inside].mean() > image.pixels[inside].mean()


def test_a_mass_lies_at_its_place_and_has_its_size(phantom: Mammogram) -> None:
    for seed, size in enumerate((5, 9, 20)):
        made = synthesize(phantom, at=PLACE, size_mm=size, label="benign", seed=seed)
        row0, column0, row1, column1 = box_of(made.mask)
        assert max(row1 - row0, column1 - column0) * MM == pytest.approx(size, abs=0.05 * size + 2 * MM)
        middle = (row0 + row1 - 1) / 2, (column0 + column1 - 1) / 2
        assert middle == pytest.approx(PLACE, abs=2 + 0.02 * size / MM)
        assert made.record["size_mm"] == size
        assert made.image.truth[-1].label == "benign"


@pytest.mark.parametrize("label", ["benign", "malignant"])
def test_a_painted_mass_is_brighter_than_what_is_around_it(phantom: Mammogram, label: str) -> None:
    for seed in range(4):
        made = synthesize(phantom, label=label, size_mm=10, seed=seed)
        inside = made.mask > 0
        ring = ndimage.binary_dilation(inside, iterations=15) & ~inside
        rise = [each.pixels[inside].mean() - each.pixels[ring].mean() for each in (phantom, made.image)]
        assert rise[1] > rise[0]


def test_the_images_own_grain_stays_in_the_stored_values(phantom: Mammogram, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, phantom.pixels.shape)
    grainy = replace(phantom, pixels=(phantom.pixels + noise).astype(np.float32))
    image = stored_as(grainy, tmp_path, **FORMS["linear"])
    made = synthesize(image, at=PLACE, size_mm=12, label="benign", seed=1, model="drawn-mass")
    inside = ndimage.binary_erosion(made.mask > 0, iterations=5)
    before, after = (grain_of(each.values)[inside].std() for each in (image, made.image))
    added = made.image.values.astype(float) - image.values
    assert added[inside].mean() > 3 * before
    assert after == pytest.approx(before, rel=0.05)


def grain_of(values: np.ndarray) -> np.ndarray:
    return values - ndimage.gaussian_filter(values.astype(float), 2)


def test_fine_structure_of_a_painted_mass_is_that_of_the_tissue_and_stronger() -> None:
    random = np.random.default_rng(0)
    tissue, noise = (random.standard_normal((128, 128)).astype(np.float32) for _ in range(2))
    soft = softened(np.hypot(*(np.indices((128, 128)) - 63.5)) < 25)
    grainy, even = (with_own_grain((0.5 + noise) * soft, each, soft) for each in (tissue, np.zeros_like(tissue)))
    middle = slice(50, 78), slice(50, 78)
    assert even[middle].std() < 0.2
    stronger = (tissue + grainy - even)[middle].std() / tissue[middle].std()
    assert stronger == pytest.approx(1 + GRAIN, abs=0.02)
    assert not (grainy - even)[soft == 0].any()


def test_the_same_seed_gives_the_same_and_another_one_another(phantom: Mammogram) -> None:
    first, same, other = (synthesize(phantom, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.image.pixels, same.image.pixels)
    assert first.record == same.record
    assert not np.array_equal(first.mask, other.mask)


def test_a_record_is_enough_to_make_the_same_again(phantom: Mammogram) -> None:
    made = synthesize(phantom, label="malignant", size_mm=8, seed=3)
    told = {name: made.record[name] for name in ("kind", "label", "size_mm", "seed")}
    again = synthesize(phantom, **told)
    assert np.array_equal(made.image.pixels, again.image.pixels)


def test_a_chosen_place_is_in_the_breast_and_clear_of_known_lesions(phantom: Mammogram) -> None:
    ill = synthesize(phantom, size_mm=15, seed=1)
    for seed in range(4):
        second = synthesize(ill.image, size_mm=8, seed=seed)
        assert not (second.mask.astype(bool) & ill.mask.astype(bool)).any()
        assert len(second.image.truth) == len(phantom.truth or ()) + 2


@pytest.mark.parametrize("kind", ["mass", "calcifications"])
def test_a_drawn_mask_is_where_the_lesion_lies(phantom: Mammogram, kind: str) -> None:
    mask = np.zeros(phantom.pixels.shape, np.uint8)
    mask[450:530, 200:300] = 1
    mask[450:480, 200:240] = 0
    drawn = mask.copy()
    drawn[490:520, 250:290] = 0  # a person draws around it
    made = synthesize(phantom, kind=kind, mask=drawn, label="malignant", size_mm=3)
    assert made.record["warnings"] == [given_place.NO_SIZE]
    if kind == "mass":
        assert np.array_equal(made.mask > 0, mask > 0)
    else:
        near = ndimage.distance_transform_edt(mask == 0) < 6
        assert made.mask.max() >= 2
        assert near[made.mask > 0].all()


def test_a_cluster_has_numbered_calcifications(phantom: Mammogram) -> None:
    made = synthesize(phantom, kind="calcifications", at=PLACE, size_mm=10, seed=2)
    assert made.record["calcifications"] == made.mask.max() >= 5
    assert made.image.truth[-1].kind == "cluster"


def test_a_synthetic_image_says_that_it_is_one(phantom: Mammogram) -> None:
    made = synthesize(phantom, seed=1)
    assert made.image.properties["synthetic"]
    assert any("Synthetic" in note for note in made.image.notes)
    assert (made.image.path, made.image.sha256) == (None, None)


@pytest.mark.parametrize("kind", ["mass", "calcifications"])
def test_its_size_in_mm_holds_where_pixels_are_no_squares(phantom: Mammogram, kind: str) -> None:
    spacing = 4 * MM, MM
    oblong = replace(phantom, pixels=np.ascontiguousarray(phantom.pixels[::4]), spacing=spacing)
    at = PLACE[0] / 4, PLACE[1]
    made = synthesize(oblong, kind=kind, at=at, label="benign", size_mm=12, seed=3, model="drawn-mass")
    row0, column0, row1, column1 = box_of(made.mask)
    height, width = (row1 - row0) * spacing[0], (column1 - column0) * spacing[1]
    assert max(height, width) == pytest.approx(12, abs=0.5)
    assert min(height, width) > 6


def test_without_a_spacing_one_is_assumed_and_said(phantom: Mammogram) -> None:
    made = synthesize(replace(phantom, spacing=None), seed=1)
    assert "assumed" in made.record["warnings"][0]
    assert made.record["source"]["spacing_mm"] is None
    row0, column0, row1, column1 = made.record["box"]
    assert made.record["size_mm"] is None
    assert size_said(made.record) == f"{max(row1 - row0, column1 - column0)} pixels"


def test_what_is_odd_of_the_image_is_said(phantom: Mammogram) -> None:
    odd = replace(phantom, pixels=1 - phantom.pixels, notes=("its resolution cannot be read",))
    assert synthesize(odd, model="drawn-mass").record["warnings"] == ["its resolution cannot be read", INVERTED]
    with pytest.raises(InputError, match="shows no healthy tissue"):
        synthesize(replace(phantom, pixels=np.zeros_like(phantom.pixels)))


@pytest.mark.parametrize(
    ("view", "at", "said"),
    [
        ("CC", (500, 0), [given_place.CUT]),
        ("CC", (SKIN, 100), [given_place.OUTSIDE]),
        ("MLO", (0, 0), [given_place.CUT, given_place.ON_MUSCLE]),
        ("MLO", PLACE, []),
    ],
)
def test_a_given_place_at_an_edge_is_said(
    phantom: Mammogram, oblique: Mammogram, view: str, at: tuple[float, float], said: list[str]
) -> None:
    image = phantom if view == "CC" else oblique
    at = int(np.flatnonzero(image.pixels[:, 100] > 0.1)[0]) + 20 if at[0] is SKIN else at[0], at[1]
    assert synthesize(image, at=at, size_mm=12, label="benign", model="drawn-mass").record["warnings"] == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"at": (5000, 10)}, "no pixel"),
        ({"at": (float("nan"), 10)}, "no pixel"),
        ({"at": (5, 795)}, "no breast"),
        ({"at": 500}, "is not a place"),
        ({"at": ("500", "260")}, "is not a place"),
        ({"at": PLACE, "mask": np.ones((1000, 800))}, "both say where"),
        ({"mask": np.zeros((1000, 800))}, "empty mask"),
        ({"mask": np.pad(np.ones((20, 20)), ((0, 980), (780, 0)))}, "no breast in the mask"),
        ({"mask": np.ones((10, 10))}, "mask"),
        ({"mask": np.ones((1000, 800))}, "at most 60 mm"),
        ({"mask": np.pad([[1] * 20 + [0] * 20 + [1] * 20] * 20, ((480, 500), (200, 540)))}, "2 separate parts"),
        ({"kind": "cyst"}, "kind"),
        ({"label": "odd"}, "label"),
        ({"size_mm": -1}, "size_mm"),
        ({"size_mm": 59}, "no healthy place"),
        ({"model": "mass-finder"}, "does masses"),
        ({"model": "lesion-painter.safetensors"}, "does not exist"),
    ],
)
def test_what_cannot_be_is_said(phantom: Mammogram, values: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        synthesize(phantom, **values)


def test_a_painted_mass_looks_its_class(phantom: Mammogram) -> None:
    def looks(label: str, seed: int) -> float:
        made = synthesize(phantom, at=PLACE, size_mm=12, label=label, seed=seed)
        assert made.record["classifier"]["name"] == "mass-classifier"
        return float(analyze(made.image, "classify", boxes=[box_of(made.mask)]).findings[0].p_malignant)

    benign, malignant = ([looks(label, seed) for seed in range(3)] for label in ("benign", "malignant"))
    assert sum(malignant) > sum(benign)


def test_what_does_not_count_is_said_and_what_cannot_be_seen_is_refused(phantom: Mammogram) -> None:
    told = synthesize(phantom, kind="calcifications", model="drawn-mass", at=PLACE).record["warnings"]
    assert told == [given_place.NO_MODEL]
    point = np.zeros(phantom.pixels.shape, np.uint8)
    point[500, 260] = 1
    for how in ({"mask": point}, {"at": PLACE, "size_mm": 0.5}):
        with pytest.raises(InputError, match="1 mm or more"):
            synthesize(phantom, **how)


def test_a_mask_of_all_the_picture_is_refused(phantom: Mammogram) -> None:
    crop = replace(phantom, pixels=phantom.pixels[450:530, 200:300])
    with pytest.raises(InputError, match="leaves no tissue around"):
        synthesize(crop, mask=np.ones((80, 100)))


def test_a_stack_is_refused(phantom: Mammogram) -> None:
    with pytest.raises(InputError, match="stack"):
        synthesize(replace(phantom, pixels=np.stack([phantom.pixels] * 2)))


def test_a_trained_cigan_fills_in_a_mass(phantom: Mammogram, tmp_path: Path) -> None:
    path = tmp_path / "cigan.safetensors"
    save_weights(MODELS["cigan"].build(), MODELS["cigan"], path)
    made = synthesize(phantom, model=str(path), at=PLACE, size_mm=12, label="benign")
    far = ndimage.distance_transform_edt(made.mask == 0, sampling=(MM, MM)) > 3
    assert np.array_equal(made.image.pixels[far], phantom.pixels[far])
    assert not np.array_equal(made.image.pixels, phantom.pixels)
    with pytest.raises(InputError, match="cigan"):
        synthesize(phantom, model=str(path), at=PLACE, size_mm=45)
