"""The standard's words (CID 6014) for what is found."""

from __future__ import annotations

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from napari_mammoseg.findings import Kind


def kind_code(kind: Kind) -> Code:
    """The code of a kind of finding."""
    table: dict[Kind, Code] = {
        "calcification": codes.SCT.IndividualCalcification,
        "cluster": codes.SCT.CalcificationCluster,
        "mass": codes.SCT.MammographicBreastMass,
        "region": codes.DCM.SelectedRegion,
    }
    return table[kind]
