"""The city's question bank: enough questions, for every clause, none asked twice in other words."""

import itertools
import math
import re
import tomllib
from collections import Counter

import pytest

from audits.bank import starter
from audits.models import Question
from procedures.models import Clause
from qms.text.folding import fold

# Words that occur in many questions ("ai", "thế nào", "ở đâu") count little. Of the pairs in the bank
# as it was first written, each at or above 0.38 asked the same thing twice; the nearest pair left asks
# about two things ("what happened when equipment last broke", "... when papers were last lost") at 0.35.
TOO_NEAR = 0.38


def listed():
    with starter.QUESTIONS.open("rb") as source:
        return tomllib.load(source)["questions"]


def near(texts):
    """[(nearness, one, other)]: the weight of the words that both have, as a share of all words of
    the two; a word weighs more the fewer texts have it."""
    words = [set(re.findall(r"\w+", fold(text))) for text in texts]
    having = Counter(word for one in words for word in one)
    weight = {word: math.log(len(texts) / number) + 0.1 for word, number in having.items()}

    def sum_of(some):
        return sum(weight[word] for word in some)

    return [
        (sum_of(one & other) / sum_of(one | other), texts[m], texts[n])
        for (m, one), (n, other) in itertools.combinations(enumerate(words), 2)
    ]


@pytest.mark.parametrize("language", ["text", "en"])
def test_no_two_questions_are_nearly_the_same(language):
    every = near([one[language] for one in listed()])
    assert [pair for pair in every if pair[0] >= TOO_NEAR] == []


def test_questions_that_were_asked_twice_are_noticed():
    with starter.REWORDED.open("rb") as source:
        pairs = [(one["was"], one["text"]) for one in tomllib.load(source)["reworded"]]
    was = [was for was, now in pairs if was != now]
    before = near([*(one["text"] for one in listed()), *was])
    found = {other for nearness, _one, other in before if nearness >= TOO_NEAR}
    assert len(found) >= 10 and found <= set(was)


def test_there_are_at_least_150_and_each_is_complete():
    every = listed()
    assert len(every) >= 150
    for one in every:
        assert all(value.strip() for value in one.values()) and len(one) == 7, one["text"]


@pytest.mark.django_db
def test_every_clause_from_4_to_10_has_a_question():
    have = {one["clause"] for one in listed()}
    leaves = [
        one.number
        for one in Clause.objects.filter(edition="ISO 9001:2015")
        if int(one.number.split(".")[0]) >= 4
        and not Clause.objects.filter(number__startswith=f"{one.number}.").exists()
    ]
    assert len(leaves) > 50 and [number for number in leaves if number not in have] == []


# -- banks that began with the questions as they were first written


@pytest.fixture
def reworded():
    with starter.REWORDED.open("rb") as source:
        return tomllib.load(source)["reworded"]


@pytest.mark.django_db
def test_a_bank_that_began_before_gets_the_new_wording_once(reworded, agency):
    one, other, third = reworded[:3]
    city = Question.objects.filter(agency=None)
    own = Question.objects.create(agency=agency, clause=one["clause"], order="x", text=one["was"])
    city.filter(text=one["text"]).update(text=one["was"], look_at="cũ")
    city.filter(text=other["text"]).update(text="Câu do quản trị sửa")
    twice = Question.objects.create(clause=third["clause"], order="x", text=third["was"])
    starter.reword(Question)
    now = city.get(text=one["text"])
    assert now.look_at != "cũ" and now.text_en and now.fault
    assert not city.filter(text=one["was"]).exists() and city.filter(text="Câu do quản trị sửa").exists()  # fmt: skip
    own.refresh_from_db()
    twice.refresh_from_db()
    assert own.text == one["was"] and not twice.is_active
    assert city.filter(text=third["text"], is_active=True).count() == 1
    before = list(city.values_list("text", "look_at", "is_active"))
    starter.reword(Question)
    assert list(city.values_list("text", "look_at", "is_active")) == before


@pytest.mark.django_db
def test_a_wording_that_a_later_release_changed_again_stops_no_migration(tmp_path, reworded):
    one = reworded[0]
    path = tmp_path / "reworded.toml"
    path.write_text(f'[[reworded]]\nclause = "{one["clause"]}"\nwas = "Câu cũ?"\ntext = "Câu đã đổi?"\n')  # fmt: skip
    old = Question.objects.create(clause=one["clause"], order="x", text="Câu cũ?")
    assert starter.reword(Question, path) == 0
    old.refresh_from_db()
    assert old.text == "Câu cũ?" and old.is_active
