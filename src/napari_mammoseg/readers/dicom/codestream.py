"""What a compressed frame says of itself: the size and end of JPEG, JPEG-LS and JPEG 2000 (ISO 10918, 14495, 15444).

Decoders in C trust the size in the stream; it is compared with the file's before they see it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
_HUFFMAN, _START_OF_SCAN, _JPEG_LS = 0xC4, 0xDA, 0xF7
_WITHOUT_LENGTH = {0x01, 0xD8, *range(0xD0, 0xD8)}
END = b"\xff\xd9"
_J2K = b"\xff\x4f\xff\x51"


@dataclass(frozen=True, slots=True)
class Stream:
    """Size, bits per sample and samples per pixel of a compressed frame."""

    rows: int
    columns: int
    bits: int
    samples: int


def stream_of(frame: bytes) -> Stream | None:
    """What the frame says; None if it is not a whole JPEG, JPEG-LS or JPEG 2000 stream."""
    try:
        return _jpeg_2000(frame) if _J2K in frame[:512] else _jpeg(frame)
    except (struct.error, IndexError):
        return None


def is_whole(frame: bytes) -> bool:
    """Whether the stream has its end marker, as it has unless it was cut off."""
    return END in frame[-4096:]


def _jpeg(frame: bytes) -> Stream | None:
    """Walks the segments to the first scan; GDCM ends the process where the scan's Huffman table is missing."""
    stream, tables = None, False
    for marker, place in _segments(frame):
        if marker in _START_OF_FRAME:
            bits, rows, columns, samples = struct.unpack_from(">BHHB", frame, place + 4)
            stream, tables = Stream(rows, columns, bits, samples), tables or marker == _JPEG_LS
        elif marker == _HUFFMAN:
            tables = _tables_are_whole(frame[place + 4 : place + 2 + struct.unpack_from(">H", frame, place + 2)[0]])
        elif marker == _START_OF_SCAN:
            return stream if tables else None
    return None


def _segments(frame: bytes) -> Iterator[tuple[int, int]]:
    """Each marker and its place, up to the first that is missing."""
    place = 2 if frame[:2] == b"\xff\xd8" else len(frame)
    while frame[place : place + 1] == b"\xff":
        marker = frame[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        yield marker, place
        place += 2 if marker in _WITHOUT_LENGTH else 2 + struct.unpack_from(">H", frame, place + 2)[0]


def _tables_are_whole(segment: bytes) -> bool:
    """Whether Huffman tables fill their segment: class and number, sixteen counts, as many symbols."""
    while len(segment) > 17 and any(segment[1:17]):
        segment = segment[17 + sum(segment[1:17]) :] if len(segment) >= 17 + sum(segment[1:17]) else b"\0"
    return not segment


def _jpeg_2000(frame: bytes) -> Stream | None:
    start = frame.index(_J2K) + 2
    right, bottom, left, top = struct.unpack_from(">4I", frame, start + 6)
    (samples,) = struct.unpack_from(">H", frame, start + 38)
    return Stream(bottom - top, right - left, (frame[start + 40] & 0x7F) + 1, samples)
