"""The year's programme in the chain: sent by the officer, approved by the head's
signature, printed."""

import io

import pytest
from django.urls import reverse
from docx import Document

from audits import lifecycle
from audits.models import Programme
from audits.programme import kind
from qms.approvals import lifecycle as approvals
from qms.errors import Refused
from tests.audits.conftest import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(cast):
    row = {"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk}
    return lifecycle.create_programme(
        cast.agency, year=2027, aims="Hiệu lực", scope="Các đơn vị", rows=[row], by=cast.officer,
        left_out="Văn phòng vừa được đánh giá cuối năm trước.",
    )  # fmt: skip


@pytest.fixture
def on_its_way(cast, drafted):
    return kind.send(drafted, by=cast.officer)


def test_the_heads_signature_approves_it(cast, drafted, on_its_way):
    sign(on_its_way, cast.head)
    drafted.refresh_from_db()
    assert (drafted.state, drafted.approved_by_name) == ("approved", "Ngô Giám Đốc")


def test_only_an_officer_sends(cast, drafted):
    for name in ("head", "lead", "auditor", "clerk", "reader", "stranger", "overseer"):
        with pytest.raises(Refused, match="thư ký ISO"):
            kind.send(drafted, by=getattr(cast, name))


def test_only_the_head_signs(cast, on_its_way):
    for name in ("officer", "lead", "clerk", "stranger"):
        with pytest.raises(Refused):
            sign(on_its_way, getattr(cast, name))


@pytest.mark.parametrize(
    "rows,why", [([], "chưa có dòng nào"), ([{"month": 5, "lead": None}], "Chưa phân công")]
)
def test_what_is_not_complete_is_not_sent(cast, drafted, rows, why):
    rows = [{"unit": cast.field.pk, **row} for row in rows]
    lifecycle.change_programme(drafted, rows=rows, by=cast.officer)
    with pytest.raises(Refused, match=why):
        kind.send(drafted, by=cast.officer)


def test_on_its_way_it_is_not_changed(cast, drafted, on_its_way):
    with pytest.raises(Refused, match="đang được trình"):
        lifecycle.change_programme(drafted, aims="Khác", by=cast.officer)
    with pytest.raises(Refused):
        kind.send(drafted, by=cast.officer)


def test_a_draft_changed_after_sealing_is_not_approved(cast, drafted, on_its_way):
    Programme.objects.filter(pk=drafted.pk).update(aims="Khác")
    with pytest.raises(Refused, match="thay đổi sau khi trình"):
        sign(on_its_way, cast.head)


def test_a_later_issue_goes_the_same_way_with_its_reason(cast, drafted, on_its_way):
    sign(on_its_way, cast.head)
    again = lifecycle.revise_programme(drafted, reason="Thêm đơn vị", by=cast.officer)
    approval = kind.send(again, by=cast.officer)
    assert "lần ban hành 02" in approval.title
    sign(approval, cast.head)
    again.refresh_from_db()
    assert (again.issue, again.state, again.reason) == (2, "approved", "Thêm đơn vị")


def test_a_returned_one_is_changed_and_sent_again(cast, drafted, on_its_way):
    approvals.return_to_sender(on_its_way, by=cast.head, reason="Đổi tháng")
    row = {"unit": cast.field.pk, "month": 6, "lead": cast.lead.pk}
    lifecycle.change_programme(drafted, rows=[row], by=cast.officer)
    assert kind.send(drafted, by=cast.officer).round == 2


def test_its_files_name_leads_to_the_agencys_people_alone(cast, drafted, on_its_way, client):
    sign(on_its_way, cast.head)
    for name, named in (("reader", True), ("overseer", False)):
        client.force_login(getattr(cast, name))
        answer = client.get(reverse("audit_programme_file", args=[drafted.pk, "docx"]))
        file = Document(io.BytesIO(answer.content))
        text = "\n".join(c.text for t in file.tables for r in t.rows for c in r.cells)
        assert ("Vũ Trưởng Đoàn" in text, "Tháng 5/2027" in text) == (named, True)
        assert "Ngô Giám Đốc" in text
    client.force_login(cast.stranger)
    for form in ("docx", "pdf"):
        address = reverse("audit_programme_file", args=[drafted.pk, form])
        assert client.get(address).status_code == 404


def test_the_page_sends_and_says_that_it_waits(cast, drafted, client):
    client.force_login(cast.officer)
    answer = client.post(reverse("audit_programme_send", args=[drafted.pk]), follow=True)
    assert "Tháng 5/2027" in answer.content.decode()
    page = client.get(reverse("audit_programme", args=[drafted.pk])).content.decode()
    assert "đang được trình" in page
