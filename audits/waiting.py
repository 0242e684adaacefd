"""A person's tasks in audits: actions to finish or hand over, findings to answer, nonconformities
to analyse, questions about extent, auditors to lend, requests for more time, effectiveness to
judge, decisions of management reviews. Plans to sign are shown by their approvals, the audits
of a team by `duties`."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audits import reminders, rules
from audits import unfinished as incomplete
from audits.models import (
    Action,
    Audit,
    Decision,
    Extension,
    ExtentQuestion,
    Finding,
    Invitation,
    Loan,
    Member,
    Nonconformity,
)
from qms import access
from qms.access import Person
from qms.clock import now, today, written
from qms.frame import Task
from qms.models import Appointment, Meaning, Role, Signature

MOST, EVERY = 20, 1000
State = Nonconformity.State
GOING_ON = ("planned", "under_way")  # audits whose plan has been signed


def tasks(user: Person) -> list[Task]:
    """The person's tasks, earliest due date first. One query per kind."""
    found = (
        tasks(user)
        for tasks in (
            actions,
            decisions,
            replies,
            disputes,
            unfinished,
            analyses,
            invitations,
            times,
            questions,
            loans,
            longer,
            orphans,
            judgements,
        )
    )
    return [task for some in found for task in some][:MOST]


# -- pending rows; none for users without an appointment


def actions_of(user: Person) -> "QuerySet[Action] | None":
    if not access.appointments(user):
        return None
    return Action.objects.filter(
        person=user.pk, done_on=None, nonconformity__state=State.AGREED
    ).select_related("nonconformity")


def decisions_of(user: Person) -> "QuerySet[Decision] | None":
    own = access.home_agencies(user)
    if not own:
        return None
    rows = Decision.objects.filter(
        person=user.pk, done_on=None, review__state="signed", review__agency__in=own
    )
    return rows.select_related("review")


def replies_of(user: Person) -> "QuerySet[Finding] | None":
    """Findings without a reply from the unit; none once the audit is closed."""
    if not access.appointments(user):
        return None
    rows = Finding.objects.filter(unit__in=rules.units_of(user), state=Finding.State.TOLD)
    return rows.filter(audit__state=Audit.State.CONCLUDED).select_related("audit")


def analyses_of(user: Person) -> "QuerySet[Nonconformity] | None":
    if not access.appointments(user):
        return None
    rows = Nonconformity.objects.filter(unit__in=rules.units_of(user), state=State.OPEN)
    return rows.select_related("unit")


def questions_of(user: Person) -> "QuerySet[ExtentQuestion] | None":
    if not access.appointments(user):
        return None
    officer = Q(unit__isnull=True, agency__in=access.agencies_with(user, Role.OFFICER))
    rows = ExtentQuestion.objects.filter(Q(unit__in=rules.units_of(user)) | officer)
    return rows.filter(exists=None, nonconformity__state=State.OPEN).select_related(
        "nonconformity__agency"
    )


def disputes_of(user: Person) -> "QuerySet[Finding] | None":
    """Findings that a unit disputes, for the lead; none of a closed audit once its agency is closed
    too."""
    if not access.appointments(user):
        return None
    leads = rules.memberships(user).filter(part=Member.Part.LEAD).values("audit")
    rows = Finding.objects.filter(audit__in=leads, state=Finding.State.DISPUTED)
    over = Q(audit__state=Audit.State.CLOSED, audit__agency__active_to__lt=today())
    return rows.exclude(over).select_related("audit")


def unfinished_of(user: Person) -> "QuerySet[Finding] | None":
    """Findings that the user began with one tap and has not looked at since."""
    return incomplete.waiting_for(user) if access.appointments(user) else None


def invitations_of(user: Person) -> "QuerySet[Invitation] | None":
    """Unanswered invitations of an auditee, for lines that have not begun."""
    if not access.appointments(user):
        return None
    rows = Invitation.objects.filter(
        person=user.pk, side=Invitation.Side.AUDITEE, state=Invitation.State.ASKED
    )
    rows = rows.filter(starts_at__gt=now(), audit__state__in=GOING_ON)
    return rows.select_related("audit", "meeting")


def times_of(user: Person) -> "QuerySet[Invitation] | None":
    """Requests for another time, for the lead."""
    if not access.appointments(user):
        return None
    leads = rules.memberships(user).filter(part=Member.Part.LEAD).values("audit")
    rows = Invitation.objects.filter(audit__in=leads, state=Invitation.State.ANOTHER_TIME)
    return rows.filter(starts_at__gt=now(), audit__state__in=GOING_ON).select_related("person")


def loans_of(user: Person) -> "QuerySet[Loan] | None":
    """Requests for an auditor of the user's agency, for its officers."""
    lenders = access.agencies_with(user, Role.OFFICER)
    if not lenders:
        return None
    rows = Loan.objects.filter(lender__in=lenders, state=Loan.State.ASKED)
    return rows.select_related("audit__agency", "person")


def longer_of(user: Person) -> "QuerySet[Extension] | None":
    """Requests for more time on which the user decides (`rules.granters`)."""
    approver = access.agencies_with(user, Role.APPROVER)
    officer = access.agencies_with(user, Role.OFFICER)
    if not (approver or officer):
        return None
    others = Appointment.objects.current().filter(role=Role.APPROVER, person__is_active=True)
    of_agency = others.filter(agency=OuterRef("action__nonconformity__agency"))
    of_signer = others.filter(
        agency=OuterRef(OuterRef("action__nonconformity__agency")), person=OuterRef("person")
    )
    signed = Signature.objects.filter(
        approval=OuterRef("action__nonconformity__approval"), meaning=Meaning.APPROVED
    ).exclude(person=OuterRef("by"))
    as_approver = Exists(signed.filter(person=user.pk)) | ~Exists(signed.filter(Exists(of_signer)))
    nobody_else = ~Exists(of_agency.exclude(person=OuterRef("by")))
    rows = Extension.objects.filter(
        (Q(action__nonconformity__agency__in=approver) & as_approver)
        | (Q(action__nonconformity__agency__in=officer) & nobody_else),
        state=Extension.State.ASKED,
    )
    return rows.exclude(by=user.pk).select_related("action__nonconformity")


def orphans_of(user: Person) -> "QuerySet[Action] | None":
    """Actions whose doer has left, for the head of the unit and the officers."""
    units = rules.headed_units(user)
    officer = access.agencies_with(user, Role.OFFICER)
    if not (units or officer):
        return None
    own = Q(nonconformity__unit__in=units) | Q(nonconformity__agency__in=officer)
    left = reminders.of_people_left(access.home_agencies(user)).values("pk")
    return reminders.orphaned().filter(own, pk__in=left).select_related("nonconformity")


def judgements_of(user: Person) -> "QuerySet[Nonconformity] | None":
    """Those of the user's audits, and for officers all of the agency, without what they did
    themselves."""
    if not access.appointments(user):
        return None
    team = rules.memberships(user).filter(part__in=rules.AUDITING).values("audit")
    officer = access.agencies_with(user, Role.OFFICER)
    rows = Nonconformity.objects.filter(
        Q(finding__audit__in=team) | Q(agency__in=officer),
        state=State.VERIFYING,
        judge_on__lte=today(),
    )
    did = Q(actions__done_by=user.pk) | Q(actions__person=user.pk)
    return rows.exclude(did).exclude(actions=None, planned_by=user.pk).select_related("unit")


# -- as tasks


def actions(user: Person, most: int = MOST) -> list[Task]:
    rows = actions_of(user)
    return [
        Task(
            one.what,
            f"{one.nonconformity.get_absolute_url()}#hanh-dong-{one.pk}",
            _("%(code)s, hạn %(day)s") % {"code": one.nonconformity.code, "day": written(one.due)},
            one.is_overdue,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def decisions(user: Person, most: int = MOST) -> list[Task]:
    rows = decisions_of(user)
    return [
        Task(
            one.what,
            f"{one.review.get_absolute_url()}#viec",
            _("%(code)s, hạn %(day)s") % {"code": one.review.code, "day": written(one.due)},
            one.is_overdue,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def replies(user: Person, most: int = MOST) -> list[Task]:
    rows = replies_of(user)
    return [
        Task(
            _("Trả lời phát hiện %(code)s") % {"code": one.code},
            f"{one.get_absolute_url()}#y-kien-don-vi",
            one.audit.title,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def disputes(user: Person, most: int = MOST) -> list[Task]:
    rows = disputes_of(user)
    return [
        Task(
            _("Quyết định về phát hiện %(code)s mà đơn vị chưa thống nhất") % {"code": one.code},
            one.get_absolute_url(),
            one.audit.title,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def unfinished(user: Person, most: int = MOST) -> list[Task]:
    rows = unfinished_of(user)
    return [
        Task(
            _("Hoàn thiện phát hiện %(code)s: yêu cầu, bằng chứng, mức") % {"code": one.code},
            one.get_absolute_url(),
            one.audit.title,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def analyses(user: Person, most: int = MOST) -> list[Task]:
    rows = analyses_of(user)
    return [
        Task(
            _("Phân tích và lập kế hoạch hành động khắc phục %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            one.unit.name,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def questions(user: Person, most: int = MOST) -> list[Task]:
    rows = questions_of(user)
    return [
        Task(
            _("Trả lời câu hỏi về phạm vi của một sự không phù hợp"),
            one.get_absolute_url(),
            one.nonconformity.agency.name,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def invitations(user: Person, most: int = MOST) -> list[Task]:
    rows = invitations_of(user)
    return [
        Task(
            one.what,
            one.get_absolute_url(),
            _("%(when)s; nhận lời hoặc đề nghị giờ khác") % {"when": _when(one)},
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def times(user: Person, most: int = MOST) -> list[Task]:
    rows = times_of(user)
    return [
        Task(
            _("%(name)s đề nghị đổi giờ") % {"name": one.person},
            one.get_absolute_url(),
            _when(one),
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def _when(one: Invitation) -> str:
    starts = timezone.localtime(one.starts_at)
    return f"{starts:%H:%M}, {written(starts.date())}"


def loans(user: Person, most: int = MOST) -> list[Task]:
    rows = loans_of(user)
    return [
        Task(
            _("Trả lời đề nghị mượn %(name)s") % {"name": one.person}
            if one.person
            else _("Trả lời đề nghị cử đánh giá viên"),
            one.get_absolute_url(),
            _("%(agency)s, từ %(day)s")
            % {"agency": one.audit.agency.name, "day": written(one.starts_on)},
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def longer(user: Person, most: int = MOST) -> list[Task]:
    rows = longer_of(user)
    return [
        Task(
            _("Trả lời đề nghị lùi hạn của %(code)s") % {"code": one.action.nonconformity.code},
            f"{one.action.nonconformity.get_absolute_url()}#hanh-dong-{one.action_id}",
            _("đến %(day)s") % {"day": written(one.due)},
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def orphans(user: Person, most: int = MOST) -> list[Task]:
    rows = orphans_of(user)
    return [
        Task(
            _("Giao lại hành động khắc phục của %(code)s") % {"code": one.nonconformity.code},
            f"{one.nonconformity.get_absolute_url()}#hanh-dong-{one.pk}",
            _("người được giao không còn làm việc, hạn %(day)s") % {"day": written(one.due)},
            one.is_overdue,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def judgements(user: Person, most: int = MOST) -> list[Task]:
    rows = judgements_of(user)
    return [
        Task(
            _("Đánh giá hiệu lực %(code)s") % {"code": one.code},
            f"{one.get_absolute_url()}#hieu-luc",
            one.unit.name,
        )
        for one in (rows[:most] if rows is not None else ())
    ]
