"""Texts nearly equal to a document in force are reported, on import and before a draft is sent;
merely similar ones are not."""

import pytest

from procedures import lifecycle
from procedures.approval.sealing import Terms
from procedures.near_duplicates import near_duplicate
from procedures.officer import outlook
from qms.text.codes import code_key
from tests.conftest import content

WORDS = [f"chữ{n}" for n in range(1_000)]
TITLE = "Đăng ký nhận cha, mẹ, con"
OTHER = "Đăng ký nhận cha, mẹ, con có yếu tố nước ngoài"


def sharing(share):
    """A text with this share of common words."""
    kept = round(len(WORDS) * share)
    return " ".join(WORDS[:kept] + [f"khác{n}" for n in range(len(WORDS) - kept)])


@pytest.fixture
def known(make_document, agency):
    return make_document(
        agency, code="QT-05", title=TITLE, body=content(" ".join(WORDS)), issued="2026-01-05"
    )


@pytest.mark.parametrize(
    ("title", "share", "found"),
    [
        (OTHER, 0.967, False),  # like the two most similar samples, which are different procedures
        (OTHER, 0.99, True),
        (TITLE, 0.93, True),
        (TITLE, 0.85, False),
        ("Mua sắm tài sản", 1.0, False),
    ],
)
def test_how_near_a_text_must_be(known, agency, title, share, found):
    said = near_duplicate(agency.pk, title, sharing(share))
    assert said == (f"QT-05 {TITLE}" if found else "")


def test_only_other_documents_in_force_of_the_agency_count(known, agency, other_agency, officer):
    said = " ".join(WORDS)
    assert near_duplicate(other_agency.pk, OTHER, said) == ""
    assert near_duplicate(agency.pk, OTHER, said, document=known.pk) == ""
    assert near_duplicate(agency.pk, OTHER, said, code=code_key("QT-05")) == ""
    assert near_duplicate(agency.pk, OTHER, said, code=code_key("QT-06")) != ""
    lifecycle.withdraw(known.versions.get(), reason="Cũ", by=officer)
    assert near_duplicate(agency.pk, OTHER, said) == ""


def test_before_a_draft_is_sent_its_near_duplicate_is_named(known, agency, make_document, officer):
    draft = make_document(agency, code="QT-77", title=OTHER, body=content(" ".join(WORDS)))
    far = make_document(agency, code="QT-78", title=OTHER, body=content("Nội dung riêng. " * 30))

    def warnings(page):
        return outlook.sending(page, Terms(1, 0), officer).warnings

    assert any(f"QT-05 {TITLE}" in line for line in warnings(draft))
    assert not any("QT-05" in line for line in warnings(far))
