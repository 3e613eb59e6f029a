"""Whether synthetic lesions can be told from real ones: frozen features of VGG-16 and a support vector machine.

Crops of 2.2 times the lesion's box on 128 x 128, stretched over their 1st to 99th percentile; mean and deviation of the
maps at relu1_2, relu2_2 and relu3_3, over the crop and over its middle ninth; scores out of fold by woman. The area
under the ROC curve is 0.5 where nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.errors import MissingExtra
from napari_mammoseg.training.lesions.vgg import Vgg

Crop = NDArray[np.float32]


def features(crops: Sequence[Crop], vgg: Vgg) -> NDArray[np.float64]:
    """One row per crop."""
    with torch.inference_mode():
        return np.stack([torch.cat(list(_figures(each, vgg))).double().numpy() for each in crops])


def _figures(crop: Crop, vgg: Vgg) -> Iterator[Tensor]:
    """Means and deviations of each map's channels, over the whole and over the middle."""
    for seen in vgg(torch.from_numpy(crop)[None, None]):
        third = seen.shape[-1] // 3
        for part in (seen[0], seen[0, :, third : 2 * third, third : 2 * third]):
            yield part.mean((1, 2))
            yield part.std((1, 2))


def told_apart(first: NDArray[np.float64], second: NDArray[np.float64], women: Sequence[str], folds: int = 5) -> float:
    """AUC of a support vector machine that tells `first` from `second`; `women`: of all rows, first then second."""
    try:
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import GroupKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC
    except ImportError:
        raise MissingExtra("evaluate synthesis", "train") from None
    rows, is_first = np.concatenate([first, second]), np.repeat([1, 0], [len(first), len(second)])
    machine = make_pipeline(StandardScaler(), SVC(class_weight="balanced"))
    parts = GroupKFold(min(folds, len(set(women))))
    scores = cross_val_predict(machine, rows, is_first, groups=women, cv=parts, method="decision_function")
    return float(roc_auc_score(is_first, scores))
