"""Limits on the number of parts of a photo, checked before anything decodes it: some parts are
cheap to send and expensive to read. A further scan of a progressive JPEG takes 141 bytes and 0.1 s
for 80 million pixels; each empty part is an object in memory."""

import re

MOST_SCANS = 50  # of a JPEG; cameras and programs write up to 14
MOST_SEGMENTS = 1_000  # of a JPEG, 64 kB each
MOST_CHUNKS = 20_000  # of a PNG; programs write the pixels in pieces of 4 kB and more
# Up to the next marker, which ends a scan's data as well; possessive, so that it reads a byte once
_MARKER = re.compile(
    rb"(?:[^\xff]++|\xff++[\x00\xd0-\xd7])*+\xff++([^\x00\xff\xd0-\xd7])", re.DOTALL
)
_BEGIN, _END, _SCAN = 0xD8, 0xD9, 0xDA


class TooMany(ValueError):
    """The photo has more parts than any camera or program writes."""


def check(data: bytes, form: str) -> None:
    """Raises TooMany. `form`: the name of a format in Pillow; one without a limit passes."""
    if form == "JPEG":
        _check_segments(data)
    elif form == "PNG":
        _check_chunks(data)


def _check_segments(data: bytes) -> None:
    place = scans = 0
    for _segment in range(MOST_SEGMENTS):
        marker = _MARKER.match(data, place)
        if marker is None or marker[1][0] == _END:  # what follows is not part of the picture
            return
        kind, place = marker[1][0], marker.end()
        if kind != _BEGIN:  # all others have a length
            place += int.from_bytes(data[place : place + 2])
        scans += kind == _SCAN
        if scans > MOST_SCANS:
            break
    raise TooMany


def _check_chunks(data: bytes) -> None:
    place = 8  # behind the signature
    for _chunk in range(MOST_CHUNKS):
        place += 12 + int.from_bytes(data[place : place + 4])  # length, name, data, checksum
        if place >= len(data):
            return
    raise TooMany
