"""The contents of a report, in PDF, Word and English; what is added after signing; its page."""

import datetime
import io
import json
import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from docx import Document

from audits import lifecycle
from audits.models import Audit, Finding, LaterFact, Nonconformity
from audits.report import building, kind
from audits.report.sheet import sheet
from qms.clock import today
from qms.errors import Refused
from qms.paper import Table
from tests.audits.conftest import sign
from tests.audits.report.conftest import WORDS, pdf, set_aside

pytestmark = pytest.mark.django_db


# -- what comes later


def test_later_facts_are_kept_apart_and_never_changed(cast, accepted):
    fact = lifecycle.add_later_fact(accepted, text="Đã tìm thấy sổ", by=cast.auditor)
    assert (fact.by_name, fact.text) == ("Bùi Đánh Giá", "Đã tìm thấy sổ")
    with pytest.raises(DatabaseError), transaction.atomic():
        LaterFact.objects.update(text="Khác")


def test_who_may_add_later_facts_and_when(cast, accepted, under_way):
    for name in ("head", "clerk", "idle", "stranger", "overseer"):
        with pytest.raises(Refused):
            lifecycle.add_later_fact(accepted, text="x", by=getattr(cast, name))
    with pytest.raises(Refused, match="Hãy ghi"):
        lifecycle.add_later_fact(accepted, text="  ", by=cast.officer)


def test_no_facts_are_added_before_the_report_is_signed(cast, written):
    with pytest.raises(Refused, match="tình trạng"):
        lifecycle.add_later_fact(written, text="x", by=cast.lead)


def test_late_entries_of_devices_stand_after_the_report(cast, accepted, client):
    lifecycle.add_later_fact(accepted, text="Đã tìm thấy sổ", by=cast.auditor)
    late = set_aside(cast, accepted, "ended", item=accepted.items.first())
    text = pdf(client, cast.lead, accepted)
    signed, _, beside = text.partition("Thông tin bổ sung sau khi ký")
    assert signed.count("Đã ký điện tử") == 2 and "Đã ký điện tử" not in beside
    assert "Bùi Đánh Giá: Đã tìm thấy sổ" in beside
    assert f"gửi muộn từ máy: “{late.item.text}” – Phù hợp: Đủ sổ" in beside
    lifecycle.decide_aside(late, takes=False, text="Trùng", by=cast.lead)
    assert "gửi muộn từ máy" not in pdf(client, cast.lead, accepted)


def test_the_paper_has_the_day_of_the_last_signature(cast, accepted, client):
    assert f"năm {today():%Y}" in pdf(client, cast.lead, accepted)


# -- what it says


def test_the_facts_are_counted_from_the_answers(cast, written):
    facts = building.facts(written, written.report)
    [unit] = facts["coverage"]
    total = written.items.count()
    assert (unit["unit"], unit["questions"], unit["answered"]) == (cast.field.name, total, 1)
    assert unit["results"] == {"nonconformity": 1}
    assert [one["code"] for one in facts["findings"]] == [Finding.objects.get().code]
    [row] = facts["compared"]
    assert (row["now"], row["before"]) == ({"minor": 1}, {})


def test_findings_are_shown_with_those_of_last_time(cast, accepted, programme):
    again = lifecycle.create_audit(
        cast.agency, body=cast.agency, title="Đợt 2", lead=cast.lead, by=cast.officer,
        starts_on=accepted.starts_on, ends_on=accepted.ends_on,
    )  # fmt: skip
    Audit.objects.filter(pk=again.pk).update(state="under_way")
    again.refresh_from_db()
    lifecycle.raise_finding(
        again, grade="major", seen="Lại thiếu", unit=cast.field, clause="8.5.1", by=cast.lead
    )
    facts = building.facts(again, kind.Report(audit=again))
    [row] = facts["compared"]
    assert (row["clause"], row["now"], row["before"]) == ("8.5.1", {"major": 1}, {"minor": 1})
    assert [one["code"] for one in facts["open_before"]] == [Nonconformity.objects.get().code]
    Nonconformity.objects.update(opened_on=again.starts_on + datetime.timedelta(days=1))
    assert building.facts(again, kind.Report(audit=again))["open_before"] == []


def test_the_pdf_says_what_was_found_and_who_signed(cast, accepted, client):
    text = pdf(client, cast.officer, accepted)
    finding = Finding.objects.get()
    for said in ("BÁO CÁO", finding.code, "Không phù hợp nhẹ", WORDS["conclusion"], "Lần trước",
                 "TRƯỞNG ĐOÀN ĐÁNH GIÁ", "Vũ Trưởng Đoàn", "Ngô Giám Đốc", "Đã ký điện tử"):  # fmt: skip
        assert said in text, said


def test_the_word_file_says_the_same(cast, accepted, client):
    client.force_login(cast.officer)
    answer = client.get(reverse("audit_report_file", args=[accepted.pk, "docx"]))
    file = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert Finding.objects.get().seen in cells and "Vũ Trưởng Đoàn" in "\n".join(cells)


def test_every_word_of_the_english_report_is_english(cast, written):
    """Only names and texts written by people remain in Vietnamese."""
    facts = json.loads(json.dumps(building.facts(written, written.report)))
    own = sheet(facts, cast.agency, language="vi")
    english = sheet(facts, cast.agency, language="en")
    typed = json.dumps(facts, ensure_ascii=False) + str(cast.agency)
    marks = re.compile(
        "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.I
    )
    left = [
        line
        for text in texts_of(english)
        for line in text.split("\n")
        if marks.search(line) and not any(part in typed for part in (line, line.split(" – ")[0]))
    ]
    assert left == []
    assert texts_of(own) != texts_of(english)


def texts_of(paper):
    found = [paper.kind, *paper.recipients]
    for block in paper.blocks:
        if isinstance(block, Table):
            found += [column.label for column in block.columns]
            found += [cell for row in block.rows for cell in row]
        else:
            found += [getattr(block, "text", ""), getattr(block, "lead", "")]
            found += list(getattr(block, "texts", ()))
    return found


# -- its page


@pytest.mark.parametrize(
    "name,status",
    [("lead", 200), ("auditor", 200), ("officer", 404), ("head", 404), ("clerk", 404), ("stranger", 404), ("overseer", 404)],
)  # fmt: skip
def test_until_the_lead_signs_the_report_is_the_teams(cast, written, client, name, status):
    client.force_login(getattr(cast, name))
    for address in (reverse("audit_report", args=[written.pk]), reverse("audit_report_file", args=[written.pk, "pdf"])):  # fmt: skip
        assert client.get(address).status_code == status


def test_the_overseer_reads_an_accepted_report_without_names(cast, accepted, client):
    text = pdf(client, cast.overseer, accepted)
    assert Finding.objects.get().code in text and "Bùi Đánh Giá" not in text
    page = client.get(reverse("audit_report", args=[accepted.pk])).content.decode()
    assert "Bùi Đánh Giá" not in page and WORDS["conclusion"] in page


def test_the_lead_writes_sends_and_opens_the_approval(cast, written, client):
    client.force_login(cast.lead)
    page = reverse("audit_report", args=[written.pk])
    answer = client.post(page, {**WORDS, "conclusion": "Phù hợp cả."}, follow=True)
    assert "Phù hợp cả." in answer.content.decode()
    answer = client.post(reverse("audit_report_send", args=[written.pk]), follow=True)
    assert answer.status_code == 200 and "Lần này" in answer.content.decode()


def test_an_unknown_kind_of_file_is_not_there(cast, written, client):
    client.force_login(cast.lead)
    assert client.get(reverse("audit_report_file", args=[written.pk, "exe"])).status_code == 404


def test_the_page_asks_the_same_however_much_was_found(
    cast, accepted, client, django_assert_max_num_queries
):
    client.force_login(cast.lead)
    client.get(reverse("audit_report", args=[accepted.pk]))
    with django_assert_max_num_queries(60):
        client.get(reverse("audit_report", args=[accepted.pk]))


def test_the_page_says_that_an_audit_was_concluded_without_a_report_on_its_way(cast, case, client):
    client.force_login(cast.lead)
    page = client.get(reverse("audit_report", args=[case.finding.audit_id])).content.decode()
    assert "Đã kết luận" in page and "Đang viết" not in page


# -- observations


@pytest.fixture
def observed(cast, written):
    """An observation of which no finding was made, on a question with a clause."""
    item = written.items.filter(finding=None).first()
    lifecycle.answer(item, result="observation", note="Tủ hồ sơ chưa khóa", by=cast.auditor)
    return item


def test_what_was_observed_without_a_finding_is_in_the_report(cast, observed, written, client):
    client.force_login(cast.lead)
    page = client.get(reverse("audit_report", args=[written.pk])).content.decode()
    answer = client.get(reverse("audit_report_file", args=[written.pk, "docx"]))
    tables = Document(io.BytesIO(answer.content)).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert "Tủ hồ sơ chưa khóa" in page and observed.text in page
    assert "Tủ hồ sơ chưa khóa" in cells and observed.text in cells
    assert "Tủ hồ sơ chưa khóa" in pdf(client, cast.lead, written)
    assert "Observations noted in the checklist" in pdf(client, cast.lead, written, "en")


def test_what_a_finding_says_is_not_said_twice(cast, observed, written):
    facts = building.facts(written, written.report)
    assert [(one["unit"], one["seen"]) for one in facts["noted"]] == [(cast.field.name, "Tủ hồ sơ chưa khóa")]  # fmt: skip
    found = lifecycle.raise_from_answer(observed, result="observation", note="Tủ hồ sơ chưa khóa", by=cast.auditor)  # fmt: skip
    facts = building.facts(written, written.report)
    assert facts["noted"] == []
    assert [one["seen"] for one in facts["findings"]].count("Tủ hồ sơ chưa khóa") == 1
    lifecycle.drop_finding(found, reason="không đủ căn cứ", by=cast.lead)
    [noted] = building.facts(written, written.report)["noted"]  # the answer still counts
    assert noted["seen"] == "Tủ hồ sơ chưa khóa"


def test_only_the_answer_that_counts_is_reported(cast, observed, written):
    lifecycle.answer(observed, result="conforms", note="Đã khóa", by=cast.auditor)
    assert building.facts(written, written.report)["noted"] == []


def test_a_note_changed_after_sending_is_noticed_by_the_signature(cast, observed, written):
    approval = kind.send(written, by=cast.lead)
    lifecycle.answer(observed, result="observation", note="Tủ đã khóa", by=cast.auditor)
    ticks = [one.name for one in kind.effect(approval).ticks]
    beside = [name for name in ticks if name.startswith("beside-")]
    with pytest.raises(Refused, match="đến sau khi trình báo cáo"):
        sign(approval, cast.lead, confirmed=set(ticks) - set(beside))


def test_a_report_sealed_before_observations_were_part_of_it_is_signed(cast, observed, written, monkeypatch):  # fmt: skip
    whole = building.facts
    with monkeypatch.context() as before:
        before.setattr(building, "facts", lambda *a: {k: v for k, v in whole(*a).items() if k != "noted"})  # fmt: skip
        approval = kind.send(written, by=cast.lead)
    sign(approval, cast.lead)
    assert Audit.objects.get(pk=written.pk).state == "concluded"
