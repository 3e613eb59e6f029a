"""The standard's codes (CID 6014) for what is found."""

from __future__ import annotations

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from napari_mammoseg.kinds import KINDS, Kind


def kind_code(kind: Kind) -> Code:
    """The code of a kind of finding."""
    scheme, _, keyword = KINDS[kind].code.partition(".")
    return getattr(getattr(codes, scheme), keyword)
