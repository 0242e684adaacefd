"""Clauses of the standard in our own words: in the user's language, and updated if
loaded before."""

import pytest
from django.utils import translation

from procedures import standard
from procedures.models import Clause


def clause(**given):
    return Clause(
        **{"edition": "ISO 9001:2015", "number": "9.3", "title": "Xem xét của lãnh đạo"} | given
    )


@pytest.mark.pure
def test_a_clause_is_named_in_the_readers_language():
    with translation.override("vi"):
        assert str(clause()) == "9.3 Xem xét của lãnh đạo"
    with translation.override("en"):
        assert str(clause()) == "9.3 Management review"
        assert str(clause(edition="ISO 9001:2026", title="Khác")) == "9.3 Khác"


@pytest.mark.pure
def test_every_clause_has_both_names():
    vietnamese, english = standard._titles("title"), standard._titles("english")
    assert len(english) > 80
    assert [number for number in vietnamese if not english[number] or not vietnamese[number]] == []


@pytest.mark.django_db
def test_titles_loaded_before_are_corrected_and_others_left_alone():
    standard.load_clauses(Clause)
    Clause.objects.filter(number="4").update(title="Tên cũ")
    other = Clause.objects.create(edition="ISO 9001:2026", number="4", title="Tên khác")
    standard.update_titles(using="default")
    assert Clause.objects.get(edition="ISO 9001:2015", number="4").title == "Bối cảnh của tổ chức"
    other.refresh_from_db()
    assert other.title == "Tên khác"
