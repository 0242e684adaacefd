"""The plan and the decision to set up the team as papers."""

import pytest
from django.urls import reverse

from audits import plan_papers
from audits.models import Audit
from qms.paper import Items, Table

pytestmark = pytest.mark.django_db


def cells(paper):
    return [text for b in paper.blocks if isinstance(b, Table) for row in b.rows for text in row]


def test_the_plan_says_when_who_and_what(cast, planned):
    paper = plan_papers.plan(planned, language="vi", names=True)
    hours = "\n".join(cells(paper))
    for said in ("08:00 – 10:00", cast.field.name, "7.5", "QT-05 Cấp phiếu", "Bùi Đánh Giá"):
        assert said in hours, said
    assert paper.signatures[0].lines == ("TRƯỞNG ĐOÀN ĐÁNH GIÁ",)
    assert any("không soạn, không ký" in getattr(block, "text", "") for block in paper.blocks)


def test_an_auditor_no_longer_independent_is_named_in_the_plan(cast, planned, appoint):
    appoint("auditor", "reader", cast.agency, name="Bùi Đánh Giá", unit=cast.field)
    paper = plan_papers.plan(planned, language="vi", names=True)
    lines = [line for b in paper.blocks if isinstance(b, Items) for line in b.texts]
    assert any("Bùi Đánh Giá không còn độc lập" in line for line in lines)


def test_the_decision_names_the_team_and_its_days(cast, planned):
    paper = plan_papers.decision(planned, language="vi")
    assert "Vũ Trưởng Đoàn" in cells(paper) and "Trưởng đoàn đánh giá" in cells(paper)
    assert "Chương trình đánh giá nội bộ năm" in paper.bases[0]
    assert [b.lead for b in paper.blocks if getattr(b, "lead", "").startswith("Điều")] == [
        "Điều 1.", "Điều 2.", "Điều 3.",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["audit_plan_file", "audit_decision_file"])
def test_who_sees_the_audit_takes_its_papers(cast, planned, client, name):
    for who, status in (("lead", 200), ("officer", 200), ("head", 200), ("clerk", 404), ("stranger", 404), ("overseer", 404)):  # fmt: skip
        client.force_login(getattr(cast, who))
        address = reverse(name, args=[planned.pk, "docx"])
        assert client.get(address).status_code == status, who


def test_the_overseer_takes_a_concluded_audits_plan_without_names(cast, case, client):
    audit = Audit.objects.get()
    client.force_login(cast.overseer)
    assert client.get(reverse("audit_plan_file", args=[audit.pk, "pdf"])).status_code == 200
    assert client.get(reverse("audit_decision_file", args=[audit.pk, "pdf"])).status_code == 404
    paper = plan_papers.plan(audit, language="vi", names=False)
    assert "Bùi" not in "\n".join(cells(paper)) and "Đánh giá viên" in "\n".join(cells(paper))
