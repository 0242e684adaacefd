"""One term for one thing, in the texts that no catalogue holds; fields that must be filled in say
when."""

import tomllib
from pathlib import Path

import pytest
from django.urls import reverse
from lxml.html import fromstring

import audits
from audits import lifecycle
from audits.models import Grade, Result
from qms.clock import today
from tests.audits.conftest import days
from tests.words import unfit

HERE = Path(audits.__file__).parent


def texts(value):
    """Every text in parsed TOML."""
    if isinstance(value, str):
        yield value
    else:
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


@pytest.mark.parametrize("name", ["data/questions.toml", "demo/texts.toml"])
def test_questions_and_demonstration_use_the_terms_of_the_glossary(name):
    with (HERE / name).open("rb") as source:
        said = list(texts(tomllib.load(source)))
    assert [text for text in said if unfit(text)] == [] and len(said) > 50


@pytest.mark.parametrize(
    "wrong",
    [
        "Kế hoạch khắc phục KPH-2026-01", "Đã lưu việc khắc phục", "mỗi điểm không phù hợp mở một phiếu khắc phục",
        "Khắc phục chưa hiệu lực", "Bỏ phát hiện", "Lưu ý", "Điểm cần lưu ý", "Quy tắc khắc phục",
    ],
)  # fmt: skip
def test_other_terms_are_noticed(wrong):
    assert unfit(wrong) != []


@pytest.mark.parametrize(
    "right",
    [
        "Kế hoạch hành động khắc phục", "Hành động khắc phục chưa hiệu lực", "Đã lưu việc khắc phục ngay.", "Khắc phục ngay",
        "Rút phát hiện", "Điểm lưu ý", "Xin lưu ý các điểm sau", "Bỏ hành động khắc phục", "Sự không phù hợp",
    ],
)  # fmt: skip
def test_the_terms_themselves_are_fit(right):
    assert unfit(right) == []


def test_the_mildest_answer_and_grade_have_one_name():
    assert str(Result.OBSERVATION.label) == str(Grade.OBSERVATION.label) == "Điểm lưu ý"


# -- fields that may be left empty for now


def said_above(client, user, address, *fields):
    """{field: what its label says besides its name}."""
    client.force_login(user)
    page = fromstring(client.get(address).content)
    marks = {}
    for name in fields:
        label = page.xpath(f"//*[@name='{name}']/ancestor::div[contains(@class,'field')]/label")[0]
        marks[name] = " ".join(one.text for one in label.find_class("optional"))
    return marks


@pytest.mark.django_db
def test_nothing_that_is_needed_to_send_is_called_optional(cast, finding, client):
    report = reverse("audit_report", args=[finding.audit_id])
    assert said_above(client, cast.lead, report, "conclusion", "summary") == {
        "conclusion": "(phải có trước khi trình)", "summary": "(không bắt buộc)",
    }  # fmt: skip
    change = reverse("audit_finding_edit", args=[finding.pk])
    assert said_above(client, cast.auditor, change, "clause", "version", "seen", "step") == {
        "clause": "(phải có một trong hai)", "version": "(phải có một trong hai)", "seen": "", "step": "(không bắt buộc)",
    }  # fmt: skip
    year = reverse("audit_programme_new", args=[cast.agency.pk])
    needed = "(phải có nếu lịch còn thiếu)"
    assert said_above(client, cast.officer, year, "left_out", "clauses_left_out") == {
        "left_out": needed, "clauses_left_out": needed,
    }  # fmt: skip


@pytest.mark.django_db
def test_the_minutes_of_a_review_say_what_is_needed(cast, client):
    review = lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(90), chair=cast.head, by=cast.officer
    )
    edit = reverse("management_review_edit", args=[review.pk])
    said = said_above(client, cast.officer, edit, "minutes", "conclusion", "place")
    needed = "(phải có trước khi trình)"
    assert said == {"minutes": needed, "conclusion": needed, "place": "(không bắt buộc)"}
