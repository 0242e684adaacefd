"""The report of an audit: built from the answers, sent, signed by the lead, accepted by the head,
frozen, rendered."""

import datetime
import io
import json
import re

import pypdfium2
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from docx import Document

from audits import lifecycle, rules
from audits.models import Audit, Finding, HalfFile, Item, LaterFact, Nonconformity, SetAside
from audits.report import building, kind, readiness
from audits.report.sheet import sheet
from qms import access
from qms.approvals import lifecycle as approvals
from qms.clock import now
from qms.errors import Refused
from qms.paper import Table
from tests.audits.conftest import agree, plan_actions, sign
from tests.kept import kept

pytestmark = pytest.mark.django_db
WORDS = {"conclusion": "Hệ thống phù hợp.", "strengths": "Một cửa gọn.", "summary": "Đã xem."}


@pytest.fixture
@kept
def written(cast, finding):
    """An audit with a finding whose report is written but not sent."""
    audit = Audit.objects.get(pk=finding.audit_id)
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    return audit


@pytest.fixture
@kept
def report_sent(cast, written):
    return kind.send(written, by=cast.lead)


@pytest.fixture
@kept
def lead_signed(cast, report_sent):
    sign(report_sent, cast.lead)
    return report_sent


@pytest.fixture
@kept
def accepted(cast, lead_signed):
    sign(lead_signed, cast.head)
    return Audit.objects.get()


# -- the course


def test_the_leads_signature_tells_the_findings_and_the_heads_accepts(cast, report_sent):
    assert Finding.objects.get().state == "draft"
    sign(report_sent, cast.lead)
    audit = Audit.objects.get()
    assert (audit.state, audit.conclusion) == ("concluded", WORDS["conclusion"])
    assert Finding.objects.get().state == "told" and Nonconformity.objects.count() == 1
    assert audit.report.accepted_on is None
    sign(report_sent, cast.head)
    audit.report.refresh_from_db()
    assert audit.report.accepted_on is not None


def test_from_the_leads_signature_on_findings_are_frozen(cast, lead_signed):
    finding = Finding.objects.get()
    with pytest.raises(Refused):
        lifecycle.change_finding(finding, by=cast.lead, seen="Khác")
    with pytest.raises(Refused):
        lifecycle.drop_finding(finding, reason="nhầm", by=cast.lead)
    with pytest.raises(Refused):
        lifecycle.raise_finding(
            finding.audit, grade="minor", seen="Thêm", unit=cast.field, clause="7.5", by=cast.lead
        )


def test_the_audit_closes_with_its_last_action_once_the_report_is_accepted(cast, accepted):
    work(cast)
    accepted.refresh_from_db()
    assert accepted.state == Audit.State.CLOSED


def test_an_audit_whose_report_waits_for_the_head_does_not_close(cast, lead_signed):
    work(cast)
    assert Audit.objects.get().state == Audit.State.CONCLUDED
    sign(lead_signed, cast.head)
    assert Audit.objects.get().state == Audit.State.CLOSED


def work(cast):
    case = agree(plan_actions(cast, Nonconformity.objects.get()), cast.head)
    lifecycle.finish_action(case.actions.get(), note="Đã làm", by=cast.clerk)
    lifecycle.judge(case, effective=True, why="Xem mười hồ sơ", by=cast.auditor)


def test_what_the_head_returns_is_changed_and_sent_again(cast, lead_signed):
    access.forget(cast.head)
    approvals.return_to_sender(lead_signed, by=cast.head, reason="Ghi rõ hơn")
    audit = Audit.objects.get()
    lifecycle.edit_report(audit, by=cast.lead, **{**WORDS, "conclusion": "Phù hợp, trừ một điểm."})
    again = kind.send(audit, by=cast.lead)
    assert again.round == 2
    for one in (cast.lead, cast.head):
        sign(again, one)
    audit.refresh_from_db()
    assert audit.report.accepted_on and Nonconformity.objects.count() == 1


def test_the_lead_takes_it_back_before_signing(cast, report_sent):
    approvals.take_back(report_sent, by=cast.lead)
    assert Audit.objects.get().state == "under_way"
    lifecycle.edit_report(Audit.objects.get(), by=cast.auditor, **WORDS)


# -- who


def test_only_the_lead_sends(cast, written):
    for name in ("officer", "head", "auditor", "idle", "clerk", "reader", "stranger", "overseer"):
        with pytest.raises(Refused):
            kind.send(written, by=getattr(cast, name))


def test_only_the_team_writes(cast, under_way):
    for name in ("officer", "head", "idle", "clerk", "stranger", "overseer"):
        with pytest.raises(Refused, match="trưởng đoàn và đánh giá viên"):
            lifecycle.edit_report(under_way, by=getattr(cast, name), **WORDS)


def test_the_head_signs_after_the_lead_and_nobody_else_does(cast, report_sent):
    for name in ("head", "auditor", "officer"):
        with pytest.raises(Refused):
            sign(report_sent, getattr(cast, name))
    sign(report_sent, cast.lead)
    for name in ("auditor", "officer", "lead"):
        with pytest.raises(Refused):
            sign(report_sent, getattr(cast, name))


def test_a_lead_from_outside_concludes_and_the_officer_sends(cast, under_way, appoint):
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    lifecycle.add_member(under_way, guest, "lead", by=None)
    lifecycle.answer(under_way.items.first(), result="conforms", by=cast.auditor)
    lifecycle.edit_report(under_way, by=guest, **WORDS)
    with pytest.raises(Refused):
        kind.send(under_way, by=guest)
    assert rules.may_conclude_here(guest, Audit.objects.get())
    lifecycle.raise_finding(
        under_way, grade="minor", seen="Thiếu", unit=cast.field, clause="7.5", by=guest
    )
    lifecycle.conclude(under_way, conclusion="Tốt", by=guest)
    approval = kind.send(Audit.objects.get(), by=cast.officer)
    assert [step["meaning"] for step in approval.rule] == ["approved"]
    sign(approval, cast.head)
    assert Audit.objects.get().report.accepted_on


# -- what prevents it


def test_each_point_that_is_open_is_named(cast, under_way):
    assert readiness.points(under_way, None) == [
        "Phiếu đánh giá chưa có câu trả lời nào.",
        "Chưa ghi kết luận. Hãy ghi kết luận của cuộc đánh giá.",
    ]
    item = under_way.items.first()
    lifecycle.answer(item, result="nonconformity", note="Thiếu", by=cast.auditor)
    HalfFile.objects.create(
        id="6fa459ea-ee8a-3ca4-894e-db77e160355e", audit=under_way, item=item.pk, by=cast.auditor,
        name="a.jpg", size=5,
    )  # fmt: skip
    set_aside(cast, under_way, "no_item")
    found = readiness.points(under_way, None)
    assert "chưa có phát hiện" in found[0] and item.text[:20] in found[0]
    assert "Máy của Bùi Đánh Giá đang gửi dở 1 tệp" in found[1]
    assert "Còn 1 nội dung từ máy để riêng" in found[2]


def set_aside(cast, audit, reason):
    return SetAside.objects.create(
        audit=audit, entry="7fa459ea-ee8a-3ca4-894e-db77e160355e", reason=reason, result="conforms",
        note="Đủ sổ", by=cast.auditor, by_name=str(cast.auditor), at=now(),
    )  # fmt: skip


def test_answers_in_conflict_are_named(cast, written):
    item = written.items.exclude(finding__isnull=False).first()
    lifecycle.answer(item, result="conforms", by=cast.lead, seen="")
    lifecycle.answer(item, result="not_checked", by=cast.auditor, seen="")
    [point] = readiness.points(written, written.report)
    assert "hai câu trả lời khác nhau" in point and item.text[:20] in point
    with pytest.raises(Refused, match="hai câu trả lời"):
        kind.send(written, by=cast.lead)


def test_an_answer_given_after_sealing_stops_the_leads_signature(cast, report_sent):
    audit = Audit.objects.get()
    item = Item.objects.filter(audit=audit, finding=None).first()
    lifecycle.answer(item, result="conforms", by=cast.auditor)
    with pytest.raises(Refused, match="đã thay đổi sau khi trình"):
        sign(report_sent, cast.lead)
    assert Audit.objects.get().state == "under_way" and not report_sent.signatures.exists()


def test_an_older_correction_that_opens_or_closes_meanwhile_stops_nothing(cast, report_sent):
    """The list of open corrections dates from the day of sending; the lead signs that."""
    case = lifecycle.report(
        cast.agency, unit=cast.field, description="Trả chậm", source="daily_work", by=cast.officer
    )
    audit = Audit.objects.get()
    assert building.facts(audit, audit.report)["open_before"][0]["code"] == case.code
    sign(report_sent, cast.lead)
    audit.refresh_from_db()
    assert audit.state == "concluded"
    assert kind.sealed_facts(audit.report)["open_before"] == []


@pytest.mark.parametrize("moment", ["sent", "accepted"])
def test_a_report_on_its_way_or_accepted_is_not_changed(request, cast, moment):
    request.getfixturevalue("report_sent" if moment == "sent" else "accepted")
    with pytest.raises(Refused, match="trình|chấp nhận"):
        lifecycle.edit_report(Audit.objects.get(), by=cast.lead, **WORDS)


# -- what comes later


def test_later_facts_are_kept_beside_and_never_changed(cast, accepted):
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
    set_aside(cast, accepted, "ended")
    text = pdf(client, cast.lead, accepted)
    assert "Thông tin bổ sung sau khi ký" in text
    assert "Bùi Đánh Giá: Đã tìm thấy sổ" in text
    assert "gửi muộn từ máy: Phù hợp: Đủ sổ" in text


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


def test_findings_stand_beside_those_of_last_time(cast, accepted, programme):
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


def pdf(client, user, audit, lang="vi"):
    client.force_login(user)
    data = client.get(
        reverse("audit_report_file", args=[audit.pk, "pdf"]) + f"?lang={lang}"
    ).content
    pages = pypdfium2.PdfDocument(data)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.replace("\ufffe", "").split())


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
