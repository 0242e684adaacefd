"""Opens uploaded ZIP files, with a limit on the table of contents before anything reads it. Pure.

Python builds an object of half a kilobyte for each entry, 46 bytes of the file, as soon as a file
is opened; 250 MB could fill gigabytes."""

import zipfile
import zlib
from typing import BinaryIO

MOST_ENTRIES = 20_000  # as the file itself says; readers of one kind of file allow fewer
MOST_DIRECTORY = 3 * 2**20  # bytes that list the entries; 5,000 with names of 250 bytes fit

# zipfile raises NotImplementedError for an unknown compression, RuntimeError for a password,
# EOFError for a truncated file.
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


class TooManyEntries(zipfile.BadZipFile):
    """The table of contents is too long to be read."""


def open_checked(file: BinaryIO) -> zipfile.ZipFile:
    """The archive, opened for reading. Raises TooManyEntries, or another of FAULTS."""
    check(file)
    return zipfile.ZipFile(file)


def check(file: BinaryIO) -> None:
    """Raises TooManyEntries, having read only the record at the end of the file. One that lies about
    the number gains nothing: zipfile reads as many bytes as the record says, which are limited
    too."""
    # zipfile's own function: a record found in another way could be one that it doesn't follow
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end is None:
        return
    told, size = end[zipfile._ECD_ENTRIES_TOTAL], end[zipfile._ECD_SIZE]  # type: ignore[attr-defined]
    if told > MOST_ENTRIES or size > MOST_DIRECTORY:
        raise TooManyEntries
