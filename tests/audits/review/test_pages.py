"""The pages of a management review, and its paper in Word and PDF."""

import datetime
import io

import pypdfium2
import pytest
from django.urls import reverse
from docx import Document

from audits import lifecycle
from audits.models import ManagementReview
from audits.review import inputs, kind
from audits.review.agenda import Topic
from qms.clock import today
from qms.work import due
from tests.audits.conftest import days, sign
from tests.audits.review.conftest import MINUTES, OTHERS

pytestmark = pytest.mark.django_db


def test_who_sees_what(cast, client, signed):
    address = signed.get_absolute_url()
    listed = reverse("agency_management_reviews", args=[cast.agency.pk])
    seen = {}
    for name in ("officer", "head", "clerk", *OTHERS):
        client.force_login(getattr(cast, name))
        page = client.get(address)
        text = page.content.decode()
        seen[name] = (
            page.status_code,
            MINUTES["minutes"] in text,
            "Sửa quy trình cấp phiếu" in text,
            "Mua máy quét" in text,
        )
        file = client.get(reverse("management_review_file", args=[signed.pk, "docx"]))
        assert (file.status_code == 200) == (name in {"officer", "head"})
        assert client.get(listed).status_code == (404 if name in {"stranger", "overseer"} else 200)
    whole, nothing = (200, True, True, True), (404, False, False, False)
    assert seen.pop("officer") == seen.pop("head") == whole
    assert seen.pop("clerk") == (200, False, True, False)
    assert set(seen.values()) == {nothing}


def test_before_it_is_signed_only_who_is_in_charge_sees_it(cast, client, written):
    for name in ("clerk", "reader", "lead"):
        client.force_login(getattr(cast, name))
        assert client.get(written.get_absolute_url()).status_code == 404


def test_an_officer_goes_through_the_pages(cast, client):
    client.force_login(cast.officer)
    facts = {"held_on": today(), "since": today() - days(30), "place": "P1", "chair": cast.head.pk}
    client.post(reverse("management_review_new", args=[cast.agency.pk]), facts)
    review = ManagementReview.objects.get()
    page = client.get(review.get_absolute_url()).content.decode()
    assert "Đang thu thập số liệu" in page and "progress.js" in page
    state = client.get(reverse("review_progress", args=[review.pk])).json()
    assert state == {"waiting": len(inputs.sources()), "total": len(inputs.sources())}
    due.run_due()
    page = client.get(review.get_absolute_url()).content.decode()
    assert "Số liệu thu thập lúc" in page and "progress.js" not in page
    after = client.post(
        reverse("review_topic", args=[review.pk, "earlier"]), {"said": "Xong", "next": 1}
    )
    assert after.url.endswith("/noi-dung/changes/")
    answer = client.post(
        reverse("management_review_edit", args=[review.pk]),
        {
            **facts,
            "people": [cast.head.pk],
            "guests": "Khách, Sở",
            "minutes": "M",
            "conclusion": "K",
        },
    )
    assert answer.status_code == 302
    review.refresh_from_db()
    assert [(one["name"], one["post"]) for one in review.present][-1] == ("Khách", "Sở")
    added = {"kind": "system", "what": "Sửa", "person": cast.clerk.pk, "due": today()}
    client.post(reverse("review_decision_add", args=[review.pk]), added)
    refused = client.post(reverse("management_review_send", args=[review.pk]), follow=True)
    assert "nội dung chưa có gì" in refused.content.decode()
    for topic in Topic:
        lifecycle.write_input(review, topic, said="Không có", by=cast.officer)
    sent = client.post(reverse("management_review_send", args=[review.pk]), follow=True)
    assert "Không có" in sent.content.decode()
    sign(kind.queries.open_for(kind.subject(review.pk)), cast.head)
    decision = review.decisions.get()
    client.force_login(cast.clerk)
    address = reverse("review_decision_finish", args=[review.pk, decision.pk])
    assert client.post(address, {"note": "Đã sửa"}).status_code == 302
    decision.refresh_from_db()
    assert decision.done_note == "Đã sửa"


def test_a_new_review_begins_after_the_last_signed_one(cast, client, review):
    """One that is still being prepared covers nothing yet."""

    def offered():
        page = client.get(reverse("management_review_new", args=[cast.agency.pk]))
        return page.context["form"].initial["since"]

    client.force_login(cast.officer)
    assert offered() == datetime.date(today().year, 1, 1)
    met = today() - days(50)
    ManagementReview.objects.create(
        agency=cast.agency, year=met.year, number=90, held_on=met, since=met - days(300),
        chair=cast.head, state="signed",
    )  # fmt: skip
    assert offered() == met + days(1)


def test_the_paper_in_word_and_pdf(cast, client, signed):
    client.force_login(cast.officer)
    texts = {}
    for language in ("vi", "en"):
        address = reverse("management_review_file", args=[signed.pk, "docx"])
        word = Document(io.BytesIO(client.get(f"{address}?lang={language}").content))
        cells = (c.text for t in word.tables for row in t.rows for c in row.cells)
        texts[language] = "\n".join([*(p.text for p in word.paragraphs), *cells])
        address = reverse("management_review_file", args=[signed.pk, "pdf"])
        pdf = pypdfium2.PdfDocument(client.get(f"{address}?lang={language}").content)
        assert "Mua máy quét" in " ".join(
            " ".join(page.get_textpage().get_text_bounded().split()) for page in pdf
        )
    for said in (
        "Hồ Khách – Sở Khoa học",
        "thu thập lúc",
        "Mua máy quét",
        "Chưa đóng",
        "Ngô Giám Đốc",
    ):
        assert said in texts["vi"]
    assert "collected at" in texts["en"] and "thu thập" not in texts["en"]
