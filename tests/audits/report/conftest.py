"""The report of an audit at each of its stages."""

import pypdfium2
import pytest
from django.urls import reverse

from audits import lifecycle
from audits.models import Audit, SetAside
from audits.report import kind
from qms.clock import now
from tests.audits.conftest import sign
from tests.kept import kept

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


def set_aside(cast, audit, reason, item=None):
    return SetAside.objects.create(
        audit=audit, entry="7fa459ea-ee8a-3ca4-894e-db77e160355e", reason=reason, item=item, result="conforms",
        note="Đủ sổ", by=cast.auditor, by_name=str(cast.auditor), at=now(),
    )  # fmt: skip


def pdf(client, user, audit, lang="vi"):
    client.force_login(user)
    data = client.get(
        reverse("audit_report_file", args=[audit.pk, "pdf"]) + f"?lang={lang}"
    ).content
    pages = pypdfium2.PdfDocument(data)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.replace("\ufffe", "").split())
