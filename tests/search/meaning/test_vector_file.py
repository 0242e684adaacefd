"""The file of vectors: torn rows, replaced rows, damage."""

import numpy as np
import pytest

from search.meaning.vector_file import Row, VectorFile


def test_a_row_cut_off_by_a_kill_is_written_again(tmp_path):
    file = VectorFile(tmp_path, "m", 4)
    file.append([Row("a:1", 1, b"x", np.array([1, 0, 0, 0], np.float32))])
    with file.path.open("ab") as torn:
        torn.write(b"half a row")
    assert file.table().keys == ["a:1"]
    file.append([Row("a:2", 1, b"y", np.array([0, 1, 0, 0], np.float32))])
    again = VectorFile(tmp_path, "m", 4).table()
    assert again.keys == ["a:1", "a:2"]
    assert again.vector("a:2") == pytest.approx([0, 1, 0, 0])


def test_a_later_row_takes_the_place_of_an_earlier_one(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    for vector in ([1, 0], [0, 1]):
        file.append([Row("a:1", 1, b"x", np.array(vector, np.float32))])
    assert file.table().similarities(np.array([0, 1], np.float32)) == pytest.approx([1])


def test_a_damaged_file_is_begun_again(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    file.path.write_bytes(b"\xff" * 5_000)
    assert file.table().keys == []
    file.append([Row("a:1", 1, b"x", np.array([1, 0], np.float32))])
    assert file.table().keys == ["a:1"]


def test_a_file_of_replaced_rows_is_tidied(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    rows = [Row("a:1", n, b"x", np.array([1, 0], np.float32)) for n in range(1_200)]
    file.append(rows)
    large = file.path.stat().st_size
    file.tidy({"a:1": 1_199})
    assert file.path.stat().st_size < large / 100
    assert file.table().listing("a:1") == 1_199
