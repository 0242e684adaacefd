"""The file of vectors: torn rows, replaced rows, damage."""

import numpy as np
import pytest

from search.meaning.nearness import Similarities
from search.meaning.vector_file import HEADER, Row, VectorFile


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


def test_damage_within_a_row_makes_nothing_near(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    file.append([Row(f"a:{n}", 1, b"x", np.array([1, 0], np.float32)) for n in range(3)])
    content = bytearray(file.path.read_bytes())
    for row, scale in enumerate([np.inf, np.nan]):
        at = HEADER + row * file.kind.itemsize + file.kind.fields["scale"][1]
        content[at : at + 4] = np.float32(scale).tobytes()
    file.path.write_bytes(content)
    similar = Similarities(VectorFile(tmp_path, "m", 2).table(), np.array([1, 0], np.float32))
    assert similar.nearest(3, set) == [("a:2", pytest.approx(1.0))]
    assert similar.of(["a:0", "a:1"]) == {}


def test_a_file_begun_again_leaves_what_others_have_mapped(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    file.append([Row("a:1", 1, b"x", np.array([1, 0], np.float32))])
    mapped = file.table()
    with file.path.open("r+b") as damaged:
        damaged.write(b"\xff" * 20)
    file.append([Row("a:2", 1, b"x", np.array([0, 1], np.float32))])
    assert mapped.vector("a:1") == pytest.approx([1, 0])
    assert file.table().keys == ["a:2"]


def test_a_file_that_shrinks_while_it_is_opened_has_no_rows_for_now(tmp_path, monkeypatch):
    file = VectorFile(tmp_path, "m", 2)
    file.append([Row("a:1", 1, b"x", np.array([1, 0], np.float32))])
    mapped = file._mapped
    monkeypatch.setattr(file, "_mapped", lambda size: mapped(size + 10_000))
    assert file.table().keys == []
    monkeypatch.undo()
    assert file.table().keys == ["a:1"]


def test_a_long_name_of_a_model_keeps_its_file(tmp_path):
    name = "m at https://" + "ố" * 300
    for key in ("a:1", "a:2"):
        VectorFile(tmp_path, name, 2).append([Row(key, 1, b"x", np.array([1, 0], np.float32))])
    assert VectorFile(tmp_path, name, 2).table().keys == ["a:1", "a:2"]
    [known] = VectorFile.in_folder(tmp_path)
    assert known.table().keys == ["a:1", "a:2"]


def test_a_file_whose_head_was_damaged_is_known_again_once_it_is_whole(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    file.append([Row("a:1", 1, b"x", np.array([1, 0], np.float32))])
    whole = file.path.read_bytes()
    file.path.write_bytes(whole.replace(b'"m"', b'"n"'))
    assert VectorFile.in_folder(tmp_path) == []
    file.path.write_bytes(whole)
    [known] = VectorFile.in_folder(tmp_path)
    assert known.table().keys == ["a:1"]


def test_a_table_that_grew_is_the_one_that_is_read_anew(tmp_path):
    file, random = VectorFile(tmp_path, "m", 2), np.random.default_rng(7)
    asked = np.array([1, 0], np.float32)
    for turn in range(6):
        keys = [f"a:{n}" for n in random.integers(0, 9, 4)]
        turned = [np.array([np.cos(at), np.sin(at)], np.float32) for at in random.random(4)]
        file.append([Row(k, turn, b"x", v) for k, v in zip(keys, turned, strict=True)])
        grown, anew = file.table(), VectorFile(tmp_path, "m", 2).table()
        assert (grown.keys, dict(grown.place)) == (anew.keys, dict(anew.place))
        assert grown.listings() == anew.listings()
        assert grown.similarities(asked) == pytest.approx(anew.similarities(asked))


def test_only_the_keys_of_new_rows_are_read_when_a_file_grows(tmp_path, monkeypatch):
    file = VectorFile(tmp_path, "m", 2)
    file.append([Row(f"a:{n}", 1, b"x", np.array([1, 0], np.float32)) for n in range(50)])
    file.table()
    rows = file._mapped(file.path.stat().st_size)
    rows = np.array(rows)
    rows["key"] = b"b:1"  # what was read before is not read again
    monkeypatch.setattr(file, "_mapped", lambda size: np.append(rows, rows[:1]))
    file.append([Row("b:1", 1, b"x", np.array([1, 0], np.float32))])
    assert file.table().keys == [*(f"a:{n}" for n in range(50)), "b:1"]
