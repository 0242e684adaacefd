"""What readers and signers see: the sealed document with its files, a version's signers, and the
origin of paper versions."""

import datetime

from django.urls import reverse

from procedures import lifecycle
from procedures.models import Version
from qms.approvals.sealing import in_fours
from qms.clock import today
from qms.proof import store


def test_the_documents_page_says_who_drafted_reviewed_and_approved_over_which_digest(
    procedure, send, sign, author, reviewer, approver, reader, client
):
    page = procedure()
    approval = send(page)
    digest = in_fours(approval.items.get().digest)
    sign(approval, reviewer, approver)
    client.force_login(reader)
    html = client.get(f"/d/{page.pk}/").content.decode()
    for said in (str(author), str(reviewer), str(approver), "Giám đốc", digest):
        assert said in html, said


def test_what_was_recorded_from_paper_says_so_on_page_and_register(
    make_document, agency, officer, reader, client
):
    page = make_document(agency, officer)
    lifecycle.record(
        page,
        issued_on=today(),
        by=officer,
        paper={"number": "15/QĐ-STP", "dated": datetime.date(2026, 2, 5).isoformat()},
    )
    client.force_login(reader)
    html = client.get(f"/d/{page.pk}/").content.decode()
    assert "Ghi nhận từ bản giấy số 15/QĐ-STP ngày 05/02/2026" in html and str(officer) in html
    register = client.get(f"/a/{agency.pk}/danh-muc/").content.decode()
    assert "Ghi nhận từ bản giấy" in register and str(officer) in register


def test_a_signer_reads_the_sealed_text_with_what_changed_and_opens_its_files(
    make_form, make_document, send, sign, agency, officer, reviewer, approver, stranger, client
):
    page = make_form("Họ và tên")
    sign(send(page), reviewer, approver)
    file = store.add(b"mau moi")
    lifecycle.revise_draft(
        page, file=file, file_name="mau-moi.bin", owner_post="Văn thư", by=officer
    )
    approval = send(page, issue_number=2, change_summary="Thay mẫu")
    client.force_login(reviewer)
    html = client.get(approval.get_absolute_url()).content.decode()
    assert "Thay đổi so với phiên bản 1" in html and "Văn thư" in html and "Thay mẫu" in html
    address = reverse("approval_file", args=[approval.items.get().pk, file.pk, "mau-moi.bin"])
    assert address in html
    assert b"".join(client.get(address)) == b"mau moi"
    other = reverse("approval_file", args=[approval.items.get().pk, "0" * 64, "x"])
    assert client.get(other).status_code == 404
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code in {302, 404}
    assert Version.objects.count() == 1
