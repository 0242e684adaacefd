"""The audits of an agency of the canary city, their findings and corrections, and its
management reviews."""

import datetime

from django.utils import timezone

from audits.models import (
    Action,
    Answer,
    Audit,
    AuditorRecord,
    Cause,
    Decision,
    Evidence,
    Extension,
    ExtentQuestion,
    Finding,
    Invitation,
    Item,
    Lesson,
    Loan,
    ManagementReview,
    Meeting,
    Member,
    Nonconformity,
    PlanRow,
    Programme,
    Question,
    ReviewInput,
    Training,
)
from qms.clock import today
from qms.proof import store
from qms.roles import Role
from search.queue import pending
from tests.permissions.canary import (
    LONG_AGO,
    NOTES,
    PEOPLE,
    PROGRAMME,
    REVIEWED_BY,
    TOLD,
    Tenant,
    text,
    word,
)


def make_audits(tenant: Tenant) -> None:
    """An approved programme, and a concluded audit of the first unit with a finding and its
    nonconformity.

    Everybody in charge may read the names of people in it, so its people have names of their own.
    """
    key, agency, unit = tenant.key, tenant.agency, tenant.units[0]
    auditor = tenant.people[Role.AUDITOR]
    programme = Programme.objects.create(
        agency=agency,
        year=2026,
        aims=text(key, PROGRAMME, "aims"),
        scope=text(key, PROGRAMME, "scope"),
        state=Programme.State.APPROVED,
    )
    Programme.objects.create(agency=agency, year=2027, aims="x", scope="x")  # being made
    audit = Audit.objects.create(
        agency=agency,
        body=agency,
        programme=programme,
        title=text(key, TOLD, "audittitle"),
        scope=text(key, TOLD, "auditscope"),
        starts_on=today(),
        ends_on=today(),
        state=Audit.State.CONCLUDED,
        plan_fixed_on=today(),
        conclusion=text(key, TOLD, "conclusion"),
        concluded_on=today(),
    )
    member = Member.objects.create(
        audit=audit, person=auditor, part=Member.Part.LEAD, starts_on=LONG_AGO
    )
    row = PlanRow.objects.create(
        audit=audit,
        unit=unit,
        topic=text(key, TOLD, "topic"),
        starts_at=timezone.now(),
        ends_at=timezone.now() + datetime.timedelta(hours=1),
    )
    row.auditors.set([member])
    Meeting.objects.create(
        audit=audit,
        kind=Meeting.Kind.OPENING,
        place=text(key, TOLD, "meetingplace"),
        starts_at=timezone.now() - datetime.timedelta(hours=1),
        ends_at=timezone.now(),
    )
    answered = make_answers(tenant, audit, row)
    make_register(tenant, audit)
    make_correction(tenant, audit)
    make_review(tenant)
    paper = store.add(text(key, NOTES, "evidencebytes").encode(), "application/pdf")
    Evidence.objects.create(
        audit=audit, subject=f"item:{answered.pk}", file=paper, name=word(key, NOTES, "evidence")
    )
    pending.mark("programme", programme.pk)
    pending.mark("audit", audit.pk)


def make_answers(tenant: Tenant, audit: Audit, row: PlanRow) -> Item:
    """Two answered questions of a line of the plan; returns the second."""
    key = tenant.key
    items = [
        Item.objects.create(audit=audit, row=row, text=text(key, NOTES, f"question{number}"))
        for number in range(2)
    ]
    for item in items:
        Answer.objects.create(
            item=item,
            result="nonconformity",
            note=text(key, NOTES, "note"),
            by=tenant.people[Role.AUDITOR],
            by_name=text(key, NOTES, "answeredby"),
        )
    return items[1]


def make_register(tenant: Tenant, audit: Audit) -> None:
    """An auditor in the register with a course, an invitation, and a request for lending."""
    key, auditor = tenant.key, tenant.people[Role.AUDITOR]
    record = AuditorRecord.objects.create(
        agency=tenant.agency, person=auditor, fields=text(key, REVIEWED_BY, "auditorfields")
    )
    Training.objects.create(
        auditor=record,
        course=text(key, REVIEWED_BY, "course"),
        body=text(key, REVIEWED_BY, "trainer"),
        on_day=LONG_AGO,
    )
    Invitation.objects.create(
        audit=audit,
        person=tenant.people[Role.UNIT_HEAD],
        side=Invitation.Side.AUDITEE,
        uid=f"{key}@example.test",
        summary=text(key, TOLD, "invitedto"),
        reason=text(key, TOLD, "anothertime"),
        starts_at=timezone.now() + datetime.timedelta(days=1),
        ends_at=timezone.now() + datetime.timedelta(days=2),
    )
    Loan.objects.create(
        audit=audit,
        lender=tenant.agency,
        starts_on=today(),
        ends_on=today(),
        reason=text(key, TOLD, "loanreason"),
    )


def make_correction(tenant: Tenant, audit: Audit) -> None:
    """A finding of which the agency was notified, and its nonconformity with an action."""
    key, agency, unit = tenant.key, tenant.agency, tenant.units[0]
    finding = Finding.objects.create(
        audit=audit,
        agency=agency,
        year=2026,
        number=1,
        unit=unit,
        clause="7.5",
        grade="minor",
        seen=text(key, TOLD, "seen"),
        state=Finding.State.TOLD,
        told_on=today(),
    )
    case = Nonconformity.objects.create(
        agency=agency,
        unit=unit,
        year=2026,
        number=1,
        source=Nonconformity.Source.INTERNAL_AUDIT,
        finding=finding,
        description=text(key, TOLD, "description"),
        cause=text(key, TOLD, "cause"),
    )
    action = Action.objects.create(
        nonconformity=case,
        what=text(key, TOLD, "action"),
        person=tenant.people[Role.OFFICER],
        due=today(),
    )
    ExtentQuestion.objects.create(
        nonconformity=case,
        agency=agency,
        unit=tenant.units[1],
        question=text(key, TOLD, "extentquestion"),
        asked_by_name=text(key, TOLD, "askedextent"),
    )
    Extension.objects.create(
        action=action,
        due_before=today(),
        due=today() + datetime.timedelta(days=9),
        reason=text(key, TOLD, "longer"),
        by=tenant.people[Role.OFFICER],
    )
    group = Cause.objects.filter(parent=None).first()
    Cause.objects.create(agency=agency, parent=group, name=text(key, TOLD, "ownedcause"))
    paper = store.add(text(key, TOLD, "actionbytes").encode(), "application/pdf")
    Evidence.objects.create(
        subject=f"action:{action.pk}", file=paper, name=word(key, TOLD, "actionfile")
    )
    make_lesson(tenant)
    pending.mark("finding", finding.pk)
    pending.mark("nonconformity", case.pk)


def make_lesson(tenant: Tenant) -> None:
    """A withdrawn lesson, so that only officers may read it; and a question of the
    agency's bank."""
    key, agency = tenant.key, tenant.agency
    closed = Nonconformity.objects.create(
        agency=agency, unit=tenant.units[0], year=2025, number=1, source="daily", state="closed", description="x",
    )  # fmt: skip
    told = text(key, PEOPLE, "lesson")
    Lesson.objects.create(
        nonconformity=closed, agency=agency, title=told, happened=told, cause=told, done=told, worked=told, words=told.lower(),
        withdrawn_on=today(),
    )  # fmt: skip
    Question.objects.create(
        agency=agency, clause="7.5", order="07.05", text=text(key, PEOPLE, "bankquestion")
    )


def make_review(tenant: Tenant) -> None:
    """A management review being prepared and a signed one, each with a task for an officer."""
    key, officer = tenant.key, tenant.people[Role.OFFICER]
    for number, state in enumerate(ManagementReview.State.values, 1):
        review = ManagementReview.objects.create(
            agency=tenant.agency,
            year=2026,
            number=number,
            held_on=today(),
            since=LONG_AGO,
            chair=tenant.people[Role.APPROVER],
            present=[{"person": None, "name": text(key, REVIEWED_BY, "guest"), "post": ""}],
            minutes=text(key, REVIEWED_BY, "minutes"),
            conclusion=text(key, REVIEWED_BY, "conclusion"),
            state=state,
        )
        named = [text(key, REVIEWED_BY, "named")]
        figures = {"source": "corrections", "label": "x", "figures": {"open": 1}, "named": named}
        ReviewInput.objects.create(
            review=review,
            topic="corrections",
            figures=[{**figures, "before": None, "failed": False}],
            said=text(key, REVIEWED_BY, "said"),
        )
        Decision.objects.create(
            review=review,
            kind="system",
            what=text(key, REVIEWED_BY, "decided"),
            person=officer,
            due=today(),
        )
        pending.mark("management_review", review.pk)
