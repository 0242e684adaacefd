"""The Word file with tracked changes: accepting all gives the new text, rejecting all the old, and
no word is lost on either side."""

import copy
import datetime
import io
import os
import random
import re
import shutil
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from procedures import word
from procedures.changes import redline, word_file
from procedures.changes.redline import State
from procedures.content import text_of
from tests.conftest import content
from tests.procedures.changes import settling
from tests.procedures.changes.contents import ROLES, STEPS, changed, section, state, steps

pytestmark = pytest.mark.pure
FULL = pytest.mark.skipif(not os.environ.get("QMS_TORTURE"), reason="make torture")
PICTURE = re.compile(r"\[[^\]]*· [0-9a-f]{0,8}\]")  # a picture is named where it stands
AT = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.UTC)


def tracked(old: State, new: State) -> bytes:
    return word_file.tracked(redline.compare(old, new), title="QT-01", author="Sở Tư pháp", at=AT)


def words_of(state: State) -> list[str]:
    """The words of a state in reading order, without characters that XML can't hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text_of(state.content)).split()


def without_pictures(words: list[str]) -> list[str]:
    return PICTURE.sub("", " ".join(words)).split()


def check_by_xml(old: State, new: State) -> bytes:
    data = tracked(old, new)
    for accept, wanted in ((True, new), (False, old)):
        kept = settling.plain_words(settling.settle(data, accept=accept))
        assert without_pictures(kept) == without_pictures(words_of(wanted))
    return data


def check_by_reader(data: bytes, old: State, new: State) -> None:
    """Our reader takes tracked changes as accepted; with all of them rejected first, it reads the
    old text."""
    for file, wanted in ((data, new), (settling.settle(data, accept=False), old)):
        read = sorted(without_pictures(text_of(word.read(file, "a.docx").content).split()))
        assert _letters(read) == _letters(sorted(without_pictures(words_of(wanted))))


def _letters(words: list[str]) -> list[str]:
    """The reader tells numbers and marks of items apart from their words; letters are compared."""
    return sorted("".join(words).replace("-", "").replace("+", ""))


def test_another_cell_is_tracked_and_both_sides_come_back():
    data = check_by_xml(steps(), steps(changed(1, duration="01 ngày")))
    body = docx.Document(io.BytesIO(data)).element.body
    assert [mark.findtext(f".//{qn('w:delText')}") for mark in body.iter(qn("w:del"))] == [
        "02 ngày"
    ]
    assert [mark.findtext(f".//{qn('w:t')}") for mark in body.iter(qn("w:ins"))] == ["01 ngày"]
    (inserted,) = body.iter(qn("w:ins"))
    assert inserted.get(qn("w:author")) == "Sở Tư pháp"
    assert inserted.get(qn("w:date")) in ("2026-03-02T07:58:00Z", "2026-03-02T07:56:00Z")


def test_rows_that_came_and_went_are_tracked_as_rows():
    data = check_by_xml(
        steps(), steps([*STEPS[:1], ("2", "Lấy ý kiến", "Sở", "3 ngày"), *STEPS[2:]])
    )
    body = docx.Document(io.BytesIO(data)).element.body
    marks = [mark.tag for tr in body.iter(qn("w:tr")) for mark in tr.findall(f"{qn('w:trPr')}/*")]
    assert sorted(tag.rpartition("}")[2] for tag in marks) == ["del", "ins", "tblHeader"]


def test_a_column_that_came_replaces_the_table():
    more = [(*row, f"BM-0{n}") for n, row in enumerate(STEPS)]
    check_by_xml(steps(), steps(more, [*ROLES, ("form", "Biểu mẫu")]))


def test_paragraphs_headings_and_sections_that_came_and_went():
    old = state(section({"type": "text", "html": "<p>Một câu ở đây</p><p>Câu thứ hai</p>"}, title="MỘT"), section(title="HAI BA BỐN"))  # fmt: skip
    new = state(section({"type": "heading", "number": "1.1", "title": "Mới"}, {"type": "text", "html": "<ul><li>Câu thứ hai nhé</li></ul>"}, title="MỘT"), section(title="NĂM SÁU BẢY TÁM"))  # fmt: skip
    check_by_reader(check_by_xml(old, new), old, new)


def test_odd_letters_make_a_file_that_opens():
    old, new = State(content("a\x0bb &lt;w:t&gt;")), State(content("c\x1fd \ud83d\ude00 ]]>".encode("utf-16", "surrogatepass").decode("utf-16")))  # fmt: skip
    check_by_xml(old, new)


def test_equal_states_have_no_tracked_change():
    data = tracked(steps(), steps())
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert not re.search(rb"<w:(ins|del)\b", file.read("word/document.xml"))


# -- real procedures, and random edits of them


def sample_states(samples, most: int) -> list[State]:
    found = sorted((samples / "procedures").glob("*.docx"))[:most]
    return [State(word.read(file).content) for file in found]


def edited(content: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The content with some of its words, rows, blocks and sections changed, moved, added
    or dropped."""
    new = copy.deepcopy(content)
    for _turn in range(chance.randint(1, 12)):
        part = chance.choice(new["sections"])
        blocks = part["blocks"]
        act = chance.randrange(7)
        if act == 0 and blocks:
            blocks.pop(chance.randrange(len(blocks)))
        elif act == 1:
            place = chance.randint(0, len(blocks))
            blocks.insert(place, {"type": "text", "html": f"<p>Câu mới số {chance.random()}</p>"})
        elif act == 2:
            chance.shuffle(blocks)
        elif act == 3:
            part["title"] = f"{part.get('title', '')} {chance.randint(1, 99)}"
        elif act == 4 and len(new["sections"]) > 1:
            new["sections"].insert(0, new["sections"].pop(chance.randrange(len(new["sections"]))))
        elif blocks:
            edit_block(chance.choice(blocks), chance)
    return new


def edit_block(block: dict[str, Any], chance: random.Random) -> None:
    if block["type"] == "grid" and block["rows"]:
        rows = block["rows"]
        row = rows[chance.randrange(len(rows))]
        if chance.random() < 0.4:
            rows.insert(chance.randint(0, len(rows)), copy.deepcopy(row))
        elif chance.random() < 0.4:
            rows.remove(row)
        elif row["cells"]:
            row["cells"][chance.randrange(len(row["cells"]))] = (
                f"<p>{chance.randint(1, 30)} ngày</p>"
            )
    elif block.get("html"):
        words = re.split(r"(<[^>]*>| )", block["html"])
        for _word in range(3):
            place = chance.randrange(len(words))
            if words[place] and not words[place].startswith("<"):
                words[place] = chance.choice(["", "năm", "14/09/2025", words[place] * 2])
        block["html"] = "".join(words)


def pairs(states: list[State], number: int) -> list[tuple[State, State]]:
    chance = random.Random(20260302)  # noqa: S311 - the same edits at every run
    found = []
    for _n in range(number):
        one = chance.choice(states)
        found.append((one, State(edited(one.content, chance))))
    return found


def test_no_word_is_lost_over_real_pairs_and_random_edits(samples):
    states = sample_states(samples, 4)
    for old, new in [*zip(states, states[1:], strict=False), *pairs(states, 8)]:
        check_by_xml(old, new)
    check_by_reader(check_by_xml(*states[:2]), *states[:2])


@FULL
@pytest.mark.torture
def test_no_word_is_lost_over_all_pairs_and_200_random_edits(samples):
    states = sample_states(samples, 99)
    every = [(old, new) for old in states for new in states if old is not new]
    for old, new in [*every, *pairs(states, 200)]:
        check_by_reader(check_by_xml(old, new), old, new)


def check_by_libreoffice(found: list[tuple[State, State]], folder) -> None:
    files = [tracked(old, new) for old, new in found]
    settled = settling.by_libreoffice(files, folder)
    for (old, new), sides in zip(found, settled, strict=True):
        for data, wanted in zip(sides, (new, old), strict=True):
            kept = sorted(without_pictures(settling.plain_words(data)))
            assert kept == sorted(without_pictures(words_of(wanted)))


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs soffice")
def test_libreoffice_accepts_and_refuses_to_the_same_texts(samples, tmp_path):
    states = sample_states(samples, 2)
    check_by_libreoffice([(states[0], states[1]), *pairs(states, 3)], tmp_path)


def paragraphs(*texts: str) -> State:
    html = "".join(f"<p>{text}</p>" for text in texts)
    return state(section({"type": "text", "html": html}, title="MỘT"))


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs soffice")
def test_libreoffice_keeps_paragraphs_apart_and_adds_no_letters(tmp_path):
    """It merges adjacent changes of one minute, and marks tracked rows without text by a joiner."""
    before, after = ("(6) Nơi cư trú;", "(7) Bản sao:"), ("(6) Nơi cư trú.", "V. Nơi ở", "(8) Bản sao:")  # fmt: skip
    ends = ("Nộp hồ sơ ở bộ phận một cửa;", "hai bản chính của tờ khai")
    other = ("Nộp hồ sơ ở bộ phận một cửa.", "ba bản chính của tờ khai")
    empty = ("", "", "", "")
    found = [(paragraphs(*before), paragraphs(*after)), (paragraphs(*ends), paragraphs(*other))]
    found.append((steps(), steps([*STEPS, empty])))
    check_by_libreoffice([*found, *[(new, old) for old, new in found]], tmp_path)


@FULL
@pytest.mark.torture
@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs soffice")
def test_libreoffice_over_all_pairs_and_200_random_edits(samples, tmp_path):
    states = sample_states(samples, 99)
    every = [(old, new) for old in states for new in states if old is not new]
    check_by_libreoffice([*every, *pairs(states, 200)], tmp_path)
