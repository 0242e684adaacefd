"""The table of contents of an uploaded ZIP file is limited before Python builds an object for each
entry, whatever the record at the end of the file says."""

import struct
import zipfile

import pytest

from procedures.filetext import State, read
from procedures.importing import sources
from procedures.word import container
from procedures.word.errors import UnreadableFile
from qms.sandbox import sheet_child
from qms.text import zips

ENTRY = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"


def archive(entries, *, told, large=False):
    """The bytes of an archive of empty entries; `told`: their number according to the record at the
    end, which is one of ZIP64 if `large`."""
    directory = ENTRY * entries
    body = b"PK\3\4" + bytes(26) + directory
    if not large:
        return body + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, told, told, len(directory), 30, 0)
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, told, told, len(directory), 30)
    place = struct.pack("<4sLQL", b"PK\6\7", 0, len(body), 1)
    old = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 2**32 - 1, 2**32 - 1, 0)
    return body + end + place + old


HOSTILE = {
    "many": archive(zips.MOST_ENTRIES + 1, told=zips.MOST_ENTRIES + 1),
    "more than told": archive(zips.MOST_DIRECTORY // len(ENTRY) + 1, told=1),
    "ZIP64": archive(zips.MOST_ENTRIES + 1, told=zips.MOST_ENTRIES + 1, large=True),
    "ZIP64, more than told": archive(
        zips.MOST_DIRECTORY // len(ENTRY) + 1, told=1, large=True
    ),
}  # fmt: skip


@pytest.fixture
def built(monkeypatch):
    """The names of the entries for which an object was built."""
    names, info = [], zipfile.ZipInfo

    class Counted(info):
        def __init__(self, name, *more):
            names.append(name)
            super().__init__(name, *more)

    monkeypatch.setattr(zipfile, "ZipInfo", Counted)
    return names


@pytest.fixture(params=HOSTILE)
def data(request):
    return HOSTILE[request.param]


def test_an_archive_for_the_import_is_refused(data, built, tmp_path):
    path = tmp_path / "a"
    path.write_bytes(data)
    (found,) = sources.uploaded(path, "đợt 1.zip", tmp_path)
    assert "chứa quá nhiều tệp" in found.problem and found.path is None
    assert built == []


def test_a_word_file_is_refused(data, built):
    for opens in (container.detect, container.Archive):
        with pytest.raises(UnreadableFile) as refusal:
            opens(data, "a.docx")
        assert refusal.value.code == "bomb"
    assert built == []


def test_a_file_to_search_in_is_refused(data, built):
    assert read(data).state == State.TOO_LARGE
    assert built == []


def test_a_sheet_is_refused(data, built):
    assert sheet_child.table(data, 100, 10, 100) == {"refused": "too_large"}
    assert built == []


@pytest.mark.parametrize("large", [False, True])
def test_an_archive_within_the_limits_is_opened(large, tmp_path, built):
    path = tmp_path / "a.zip"
    path.write_bytes(archive(5_000, told=5_000, large=large))
    with path.open("rb") as file, zips.open_checked(file) as opened:
        assert len(opened.infolist()) == len(built) == 5_000
