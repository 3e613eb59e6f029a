"""From a file's bytes to a DICOM data set, or to the reason why there is none."""

from __future__ import annotations

import zlib
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.filereader import read_file_meta_info
from pydicom.uid import DeflatedExplicitVRLittleEndian

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.dicom.tags import text

ENVELOPE = bytes.fromhex("06092a864886f70d010703")
"""The object identifier of CMS enveloped data, with which an encrypted file begins (PS3.15 annex E, PS3.10)."""

LARGEST_INFLATED = 2**32
_AGAIN = "copy or export it again"


def has_dicom_head(head: bytes) -> bool:
    """Whether a file that begins so is DICOM: with its preamble, without it, or in an envelope."""
    return head[128:132] == b"DICM" or _starts_with_group(head) or is_encrypted(head)


def is_encrypted(head: bytes) -> bool:
    return head[:1] == b"\x30" and ENVELOPE in head[:32]


def open_file(path: Path) -> Dataset:
    """The data set in the file. Raises InputError where there is none."""
    head = checked_head(path)
    try:
        _check_inflated(path, head)
        data = dcmread(path, force=True)
    except InputError:
        raise
    except Exception as error:
        raise InputError(path, "is damaged or cut short", _AGAIN) from error
    if not len(data):
        raise InputError(path, "is cut short", _AGAIN)
    return data


def checked_head(path: Path) -> bytes:
    """The first 4096 bytes of the file. Raises InputError where they are not those of a DICOM file that can be read."""
    with path.open("rb") as file:
        head = file.read(4096)
    if is_encrypted(head):
        raise InputError(path, "is encrypted (a CMS envelope)", "decrypt it first")
    if not has_dicom_head(head):
        raise InputError(path, "is not a DICOM file, whatever its name says", "give the DICOM file behind it")
    return head


def _starts_with_group(head: bytes) -> bool:
    """Whether the file begins with an element of group 2 or 8, as files without a preamble do."""
    if head[:2] not in (b"\x02\x00", b"\x08\x00") or len(head) < 16:
        return False
    tag_is_low = head[3] == 0 and head[2] <= 0x70
    explicit = head[4:6] in (b"UL", b"UI", b"OB", b"CS", b"SH", b"DA", b"TM", b"LO", b"PN", b"DT", b"ST")
    implicit = int.from_bytes(head[4:8], "little") <= 1024
    return tag_is_low and (explicit or implicit)


def _check_inflated(path: Path, head: bytes) -> None:
    """Refuses a deflated data set that would fill the memory."""
    if DeflatedExplicitVRLittleEndian.encode() not in head:
        return
    meta = read_file_meta_info(path)
    if text(meta, "TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return
    inflater, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    with path.open("rb") as file:
        file.seek(132 + 12 + int(meta.FileMetaInformationGroupLength))
        while chunk := inflater.unconsumed_tail or file.read(2**20):
            size += len(inflater.decompress(chunk, 2**24))
            if size > LARGEST_INFLATED:
                raise InputError(path, "unpacks to more than 4 GiB", "save it uncompressed, and in parts")
