"""None of these ways issues a byte that was not signed."""

import hashlib

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction, CopyPagePermissionError
from wagtail.actions.create_alias import CreatePageAliasPermissionError
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page, Task, Workflow

from procedures import lifecycle
from procedures.approval import issuing, sealing
from procedures.approval.sealing import Terms
from procedures.importing import intake
from procedures.importing.rights import take_turn
from procedures.models import DocumentPage, Version
from qms import access
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.approvals.sealing import digests_of, manifest_of
from qms.approvals.steps import Step, Who
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment, Approval, ApprovalItem, ApprovalRule, Meaning, Signature, User
from qms.proof import store
from qms.roles import Role


@pytest.fixture
def page(procedure):
    return procedure()


def signed_bytes(version: Version) -> bytes:
    return queries.bytes_of(version.approval.items.get())


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def nothing_issued() -> bool:
    return not Version.objects.exists()


# -- Wagtail's ways to publish


def test_publishing_a_revision_or_by_schedule_makes_no_version(page, send, officer):
    send(page)
    revision = DocumentPage.objects.get(pk=page.pk).latest_revision
    revision.approved_go_live_at = timezone.now() - timezone.timedelta(days=1)
    revision.save()
    Page.objects.filter(pk=page.pk).update(go_live_at=timezone.now())
    call_command("publish_scheduled")
    assert nothing_issued()


@pytest.mark.parametrize("action", ["publish", "unpublish", "delete", "move"])
def test_bulk_actions_are_closed(page, send, officer, client, action):
    send(page)
    client.force_login(officer)
    answer = client.post(f"/admin/bulk/wagtailcore/page/{action}/?id={page.pk}", {"id": page.pk})
    assert answer.status_code in {302, 404}
    assert nothing_issued() and DocumentPage.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize("name", ["action-publish", "action-submit", "action-workflow-action"])
def test_a_forged_post_to_the_editor_makes_no_version(page, send, officer, client, name):
    approval = send(page)
    client.force_login(officer)
    form = {name: "1", "title": "Giả", "workflow-action-name": "approve"}
    assert client.post(f"/admin/pages/{page.pk}/edit/", form).status_code == 404
    forged = {"overwrite_revision_id": page.latest_revision_id, "title": "Giả"}
    client.post(f"/admin/pages/{page.pk}/edit/", forged)
    assert nothing_issued()
    assert DocumentPage.objects.get(pk=page.pk).title == page.title
    approval.refresh_from_db()
    assert approval.is_open


def test_a_workflow_put_there_by_sql_issues_nothing(page, send, officer):
    workflow = Workflow.objects.create(name="Lén", active=True)
    task = Task.objects.create(name="Lén", active=True)
    workflow.workflow_tasks.create(task=task, sort_order=0)
    send(page)
    with pytest.raises(PublishPagePermissionError):
        workflow.start(DocumentPage.objects.get(pk=page.pk).specific, officer)
    assert nothing_issued()


def test_a_copy_an_alias_or_a_move_issues_nothing(page, send, officer, other_agency):
    approval = send(page)
    fresh = DocumentPage.objects.get(pk=page.pk).specific
    with pytest.raises(CopyPagePermissionError):
        CopyPageAction(fresh, user=officer, to=fresh.get_parent()).execute()
    with pytest.raises(CreatePageAliasPermissionError):
        fresh.create_alias(parent=other_agency.page, user=officer)
    assert nothing_issued()
    item = approval.items.get()
    assert sealing.read(queries.bytes_of(item)).document_id == page.pk


def test_the_document_cannot_be_deleted_from_under_its_approval(page, send, officer, client):
    send(page)
    client.force_login(officer)
    client.post(f"/admin/tai-lieu/{page.pk}/xoa/")
    assert DocumentPage.objects.filter(pk=page.pk).exists()


# -- the draft and the bytes


def test_a_draft_changed_by_sql_after_sending_changes_nothing_that_is_issued(
    page, send, sign, reviewer, approver
):
    approval = send(page)
    sign(approval, reviewer)
    sql("UPDATE wagtailcore_page SET title = 'Lén sửa' WHERE id = %s", page.pk)
    sql("UPDATE procedures_documentpage SET code = 'QT-99', visibility = 'public' WHERE page_ptr_id = %s", page.pk)  # fmt: skip
    sign(approval, approver)
    version = Version.objects.get()
    assert (version.title, version.code) == ("Quy trình QT-01", "QT-01")
    assert version.visibility == "city"
    assert hashlib.sha256(signed_bytes(version)).hexdigest() == approval.items.get().digest


def test_another_digest_written_into_the_approval_is_not_issued(
    page, procedure, send, sign, reviewer, approver
):
    approval = send(page)
    sign(approval, reviewer)
    other = procedure("QT-02")
    terms = Terms(1, 0)
    fresh = DocumentPage.objects.get(pk=other.pk).specific
    data = sealing.seal(fresh, sealing.compose(fresh, terms), terms)
    ApprovalItem.objects.filter(approval=approval).update(digest=store.add(data).pk)
    with pytest.raises(Refused):
        sign(approval, approver)
    approval.refresh_from_db()
    Approval.objects.filter(pk=approval.pk).update(
        manifest=manifest_of(approval, queries.items_of(approval))
    )
    with pytest.raises(Refused):
        sign(approval, approver)
        issuing.issue_all(approval, issued_on=today(), by=None)
    assert nothing_issued()


def test_sealed_bytes_changed_in_the_store_are_not_issued(page, send, sign, reviewer, approver):
    approval = send(page)
    sign(approval, reviewer)
    path = store.path_of(approval.items.get().digest)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"QT-01", b"QT-66"))
    with pytest.raises((Refused, store.Damaged)):
        sign(approval, approver)
    assert nothing_issued()


# -- who signs


def test_issuing_without_signatures_is_refused_whoever_asks(
    page, send, sign, reviewer, approver, officer
):
    approval = send(page)
    for by in (None, officer, User.objects.create_superuser("root", password="x")):
        with pytest.raises(Refused, match="chữ ký"):
            issuing.issue_all(approval, issued_on=today(), by=by)
    sign(approval, reviewer)
    Approval.objects.filter(pk=approval.pk).update(state=Approval.State.APPROVED, step=2)
    approval.refresh_from_db()
    with pytest.raises(Refused, match="chữ ký"):
        issuing.issue_all(approval, issued_on=today(), by=None)
    with pytest.raises(Refused):
        approvals.finish(approval, by=None)
    assert nothing_issued()


def test_a_signature_that_does_not_cover_the_bytes_issues_nothing(
    page, send, sign, reviewer, approver
):
    """The bytes copied into the version are verified once more, whatever the number
    of signatures."""
    approval = send(page)
    sign(approval, reviewer)
    item = queries.items_of(approval)[0]
    signed = queries.signatures_over(approval)
    others = [Signature(meaning=Meaning.APPROVED, covers=["0" * 64])]
    for signatures in (signed, others, [*signed, *others]):
        with pytest.raises(Refused, match="không đúng với nội dung đã ký"):
            issuing._signed_draft(item, signatures)


def test_the_command_line_records_paper_and_can_issue_nothing(page, send):
    send(page)
    assert not hasattr(lifecycle, "issue")
    with pytest.raises(Refused, match="trình duyệt"):
        lifecycle.record(DocumentPage.objects.get(pk=page.pk), issued_on=today(), by=None)
    assert nothing_issued()


def test_a_superuser_is_nobody_in_particular(page, send, sign):
    approval = send(page)
    root = User.objects.create_superuser("root", password="mat-khau-de-thu-2026")
    with pytest.raises(Refused):
        sign(approval, root)
    with pytest.raises(Refused):
        send(page, by=root)
    assert nothing_issued()


def test_a_rule_changed_on_the_way_changes_nothing_under_way(
    page, send, sign, agency, reviewer, approver
):
    approval = send(page)
    weaker = [Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER).as_json()]
    ApprovalRule.objects.create(agency=agency, kind="document:procedure", steps=weaker)
    with pytest.raises(Refused):
        sign(approval, approver)
    Approval.objects.filter(pk=approval.pk).update(rule=weaker)
    approval.refresh_from_db()
    with pytest.raises(Refused):
        sign(approval, approver)
    assert nothing_issued()


def test_who_is_appointed_no_longer_signs_nothing(page, send, sign, reviewer, approver):
    approval = send(page)
    sign(approval, reviewer)
    Appointment.objects.filter(person=approver).update(ends_on=today() - timezone.timedelta(days=1))
    with pytest.raises(Refused):
        sign(approval, approver)
    assert nothing_issued()


def test_who_is_made_approver_after_drafting_still_signs_nothing(
    page, send, sign, appoint, agency, author, reviewer
):
    approval = send(page)
    sign(approval, reviewer)
    appoint("author", "approver", agency)
    with pytest.raises(Refused):
        sign(approval, author)
    assert nothing_issued()


def test_a_signature_written_by_sql_over_other_bytes_does_not_count(
    page, send, sign, reviewer, approver
):
    approval = send(page)
    sign(approval, reviewer)
    genuine = Signature.objects.get()
    genuine.pk, genuine.person, genuine.step = None, approver, 1
    genuine.meaning, genuine.manifest, genuine.covers = Meaning.APPROVED, "0" * 64, ["1" * 64]
    genuine.save(force_insert=True)
    assert not queries.complete(approval)
    with pytest.raises(Refused, match="chữ ký"):
        issuing.issue_all(approval, issued_on=today(), by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(pk=genuine.pk).update(covers=digests_of(approval.items.all()))
    assert nothing_issued()


# -- an import of the same document


def test_an_import_of_the_same_document_waits(page, send, officer, agency):
    send(page)
    access.forget(officer)
    facts = intake.with_defaults(
        {
            "name": "QT-01.docx", "sha256": "", "kind": "procedure", "code": "QT-01", "title": "Quy trình QT-01", "issue_number": 2,
            "revision_number": 0, "issued_on": "2026-01-05", "effective_on": None, "signers": [], "legal_basis": [], "amendments": [],
            "national_code": "", "local_tail": "", "content": {"sections": []}, "warnings": [], "unit": None,
        }
    )  # fmt: skip
    for as_issued in (False, True):
        with pytest.raises(Refused, match="trình duyệt"):
            intake.put(
                take_turn(agency, officer), facts, original=store.add(b"docx"), as_issued=as_issued, document=page.pk
            )  # fmt: skip
    after = DocumentPage.objects.get(pk=page.pk)
    assert (after.issue_number, after.flags) == (page.issue_number, page.flags)
    assert nothing_issued()
