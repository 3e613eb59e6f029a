"""What a compressed frame says of itself: size and end of JPEG, JPEG-LS, JPEG 2000 (ISO 10918, 14495, 15444).

Decoders in C trust the stream's own size; it is compared with the file's before they are let at it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
_WITHOUT_LENGTH = {0x01, 0xD8, *range(0xD0, 0xD8)}
END = b"\xff\xd9"
_J2K = b"\xff\x4f\xff\x51"


@dataclass(frozen=True, slots=True)
class Stream:
    """Size, bits a sample and number of samples a pixel of a compressed frame."""

    rows: int
    columns: int
    bits: int
    samples: int


def stream_of(frame: bytes) -> Stream | None:
    """What the frame says, None where it is no JPEG, JPEG-LS or JPEG 2000 stream or is broken."""
    try:
        return _jpeg_2000(frame) if _J2K in frame[:512] else _jpeg(frame)
    except (struct.error, IndexError):
        return None


def is_whole(frame: bytes) -> bool:
    """Whether the stream has its end marker; what is cut off has none."""
    return END in frame[-4096:]


def _jpeg(frame: bytes) -> Stream | None:
    if frame[:2] != b"\xff\xd8":
        return None
    place = 2
    while frame[place] == 0xFF:
        marker = frame[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in _WITHOUT_LENGTH:
            place += 2
        elif marker in _START_OF_FRAME:
            bits, rows, columns, samples = struct.unpack_from(">BHHB", frame, place + 4)
            return Stream(rows, columns, bits, samples)
        else:
            place += 2 + struct.unpack_from(">H", frame, place + 2)[0]
    return None


def _jpeg_2000(frame: bytes) -> Stream | None:
    start = frame.index(_J2K) + 2
    right, bottom, left, top = struct.unpack_from(">4I", frame, start + 6)
    (samples,) = struct.unpack_from(">H", frame, start + 38)
    return Stream(bottom - top, right - left, (frame[start + 40] & 0x7F) + 1, samples)
