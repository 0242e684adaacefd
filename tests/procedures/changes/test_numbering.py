"""The proposed numbers: a new issue for a full rewrite, else a revision."""

import pytest

from procedures import lifecycle
from procedures.approval import sending
from procedures.changes import numbering
from procedures.models import DocumentPage
from tests.conftest import content
from tests.issuing import issue as issue_now

WORDS = [f"chữ{number}" for number in range(100)]


@pytest.mark.parametrize(
    ("new", "rewrite"),
    [
        (WORDS, False),
        (WORDS[:50] + ["mới"] * 50, False),
        (WORDS[:49] + ["mới"] * 51, True),
        (WORDS + ["mới"] * 100, False),
        (WORDS + ["mới"] * 101, True),
        (WORDS[:50], False),
        (WORDS[:49], True),
        ([], True),
    ],
)
def test_more_than_half_of_the_words(new, rewrite):
    assert numbering.is_rewrite(" ".join(WORDS), " ".join(new)) is rewrite


def test_texts_without_words_are_no_rewrite():
    assert not numbering.is_rewrite("", " ")


def test_long_texts_are_only_counted(monkeypatch):
    monkeypatch.setattr(numbering, "MOST_PAIRS", 10)
    assert numbering.kept_words(WORDS, list(reversed(WORDS))) == 100


@pytest.fixture
def page(make_document, agency, officer):
    body = content(" ".join(WORDS))
    return make_document(
        agency, officer, body=body, issue_number=2, revision_number=3, issued="2026-01-05"
    )


@pytest.mark.parametrize(
    ("words", "numbers"),
    [(WORDS[:90] + ["mới"] * 10, (2, 4)), (WORDS[:10] + ["mới"] * 90, (3, 0))],
)
def test_what_is_proposed_for_a_draft(page, officer, words, numbers):
    page = lifecycle.revise_draft(page, content=content(" ".join(words)), by=officer)
    terms = sending.proposed(page)
    assert (terms.issue_number, terms.revision_number) == numbers


def test_numbers_that_somebody_wrote_stay(page, officer):
    page = lifecycle.revise_draft(page, content=content("Khác hẳn"), revision_number=9, by=officer)
    assert numbering.proposed(page) == (2, 9)


def test_a_document_without_a_version_keeps_its_own(make_document, agency, officer):
    page = make_document(agency, officer, issue_number=1, revision_number=0)
    assert numbering.proposed(page) == (1, 0)


def test_the_pages_say_why_and_the_officer_decides(page, officer, client):
    lifecycle.revise_draft(page, content=content("Viết lại từ đầu"), by=officer)
    client.force_login(officer)
    for name in ("trinh-duyet", "ghi-nhan"):
        shown = client.get(f"/admin/tai-lieu/{page.pk}/{name}/")
        assert "Hơn một nửa số chữ" in shown.content.decode()
        assert shown.context["form"].initial["issue_number"] == 3
    fresh = DocumentPage.objects.get(pk=page.pk).specific
    lifecycle.revise_draft(fresh, issue_number=2, revision_number=4, by=officer)
    shown = client.get(f"/admin/tai-lieu/{page.pk}/trinh-duyet/").context["form"]
    assert (shown.initial["issue_number"], shown.initial["revision_number"]) == (2, 4)


def test_a_struck_out_version_does_not_count_when_numbering(page, officer):
    page = lifecycle.revise_draft(page, content=content("Nhầm"), issue_number=3, by=officer)
    wrong = issue_now(page, issued_on=page.issued_on, by=officer)
    lifecycle.strike_out(wrong, reason="Nhầm", by=officer)
    page = DocumentPage.objects.get(pk=page.pk).specific
    page = lifecycle.revise_draft(page, content=content(" ".join(WORDS)), by=officer)
    assert not numbering.rewritten(page)
