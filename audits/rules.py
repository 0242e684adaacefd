"""Permissions on audits; each button and each step uses the same function. Denied by default.

No rule assumes that an agency audits itself: planning belongs to the auditing body (`audit.body`),
answering to the audited agency (`audit.agency`), and conducting to the audit's members."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits import doers
from audits.models import (
    Action,
    Audit,
    AuditQuerySet,
    Evidence,
    Extension,
    ExtentQuestion,
    Finding,
    Member,
    Nonconformity,
    PlanRow,
    Programme,
)
from qms import access
from qms.access import Person
from qms.clock import today
from qms.models import Agency, Appointment, Meaning, Signature
from qms.roles import Role

TEAM = frozenset({Member.Part.LEAD, Member.Part.AUDITOR, Member.Part.OBSERVER})
AUDITING = frozenset({Member.Part.LEAD, Member.Part.AUDITOR})
IN_CHARGE = (Role.OFFICER, Role.APPROVER)  # of an agency's audits
HANDED_IN_WITHIN = datetime.timedelta(days=31)
TOLD = (Audit.State.CONCLUDED, Audit.State.CLOSED)

# --- the programme --------------------------------------------------------------------------------


def may_plan_programme(user: Person, agency: Agency | int) -> bool:
    return access.has_role(user, agency, Role.OFFICER)


def may_approve_programme(user: Person, programme: Programme) -> bool:
    return access.has_role(user, programme.agency_id, Role.APPROVER)


def programmes_of(user: Person) -> "QuerySet[Programme]":
    """Officers and approvers see their agency's programmes; its people and the overseer see
    approved ones."""
    every = Programme.objects.select_related("agency")
    approved = Q(state=Programme.State.APPROVED)
    own = {a.pk for a in access.home_agencies(user)}
    seen = Q(agency__in=access.agencies_with(user, *IN_CHARGE)) | (approved & Q(agency__in=own))
    return every.filter(seen | approved if access.is_overseer(user) else seen)


def may_see_audits_of(user: Person, agency: Agency) -> bool:
    """The agency's page of audits: its own people, and the overseer."""
    return access.is_overseer(user) or bool(access.roles_in(user, agency))


def may_see_coverage(user: Person, agency: Agency) -> bool:
    """See which unit was audited against which clause: officers, approvers, the overseer."""
    return access.is_overseer(user) or access.has_role(user, agency, *IN_CHARGE)


def may_see_names(user: Person, agency: Agency | int, audit: Audit | None = None) -> bool:
    """See who works where: the agency's people and the audit's members, not the overseer."""
    return bool(access.roles_in(user, agency)) or (
        audit is not None and bool(parts_of(user, audit))
    )


# --- the audit ------------------------------------------------------------------------------------


def may_set_up(user: Person, *, agency: int, body: int | None) -> bool:
    """Set up an audit of the agency by the body. No agency may audit others without a
    city order."""
    return agency == body and access.has_role(user, agency, Role.OFFICER)


def _plans_for(user: Person, body: int | None) -> bool:
    return body is not None and access.has_role(user, body, Role.OFFICER)


def parts_of(user: Person, audit: Audit) -> set[str]:
    """The user's parts in the audit today; cached on the audit for the request."""
    kept: dict[int, set[str]] | None = getattr(audit, "_parts", None)
    if kept is None:
        kept = {}
        for person, part in (
            Member.objects.current().filter(audit=audit).values_list("person_id", "part")
        ):
            kept.setdefault(person, set()).add(part)
        audit._parts = kept  # type: ignore[attr-defined]  # no field: a cache for this request
    return next((kept.get(pk, set()) for pk in _with_a_post(user)), set())


def is_lead(user: Person, audit: Audit) -> bool:
    return Member.Part.LEAD in parts_of(user, audit)


def may_plan(user: Person, audit: Audit) -> bool:
    """Change the plan and the team: the body's officers, and the lead."""
    return _plans_for(user, audit.body_id) or is_lead(user, audit)


def may_fix_plan(user: Person, audit: Audit) -> bool:
    return is_lead(user, audit)


def may_answer(user: Person, audit: Audit) -> bool:
    """Answer the checklist and raise findings."""
    return bool(parts_of(user, audit) & AUDITING)


def may_hand_in(user: Person, audit: Audit) -> bool:
    """Submit device entries as a team member, up to a month after one's part has ended."""
    parts = Member.objects.filter(audit=audit, person__in=_self(user), part__in=AUDITING)
    since = today() - HANDED_IN_WITHIN
    return parts.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=since)).exists()


def may_settle(user: Person, audit: Audit) -> bool:
    """Resolve conflicting answers, and decide on entries that were set aside."""
    return is_lead(user, audit)


def may_conclude(user: Person, audit: Audit) -> bool:
    return is_lead(user, audit)


def may_see_checklist(user: Person, audit: Audit) -> bool:
    """The team only: auditees and their heads never see notes or drafts."""
    return bool(parts_of(user, audit) & TEAM)


def may_see_findings(user: Person, audit: Audit) -> bool:
    """The team at any time; everybody else who may see the audit, once it is concluded."""
    return may_see_checklist(user, audit) or audit.is_told


def may_see_repeats(user: Person, finding: Finding) -> bool:
    """See similar earlier findings of all agencies: the team, those in charge, the overseer."""
    return not reads_as_auditee(user, finding.audit)


def _self(user: Person) -> list[int]:
    """The user's ID as a list; empty for anonymous users and deactivated accounts."""
    return [user.pk] if user.is_authenticated and user.is_active else []


def _with_a_post(user: Person) -> list[int]:
    """The same, also empty for people without an appointment today, who have no part in anything."""
    return _self(user) if access.appointments(user) else []


def memberships(user: Person) -> "QuerySet[Member]":
    """The user's parts in audits that are valid today."""
    return Member.objects.current().filter(person__in=_with_a_post(user))


def audits_of(user: Person) -> AuditQuerySet:
    """Members during their parts; those in charge of either agency; heads of units in a signed
    plan; the overseer once concluded; system administrators, once the agency is closed."""
    in_charge = access.agencies_with(user, *IN_CHARGE)
    seen = (
        Exists(memberships(user).filter(audit=OuterRef("pk")))
        | Q(agency__in=in_charge)
        | Q(body__in=in_charge)
    )
    if headed := headed_units(user):
        seen |= _signed_plan_of(headed)
    if access.is_system_admin(user):
        seen |= Q(agency__active_to__lt=today())
    every = Audit.objects.with_names()
    return every.filter(seen | Q(state__in=TOLD) if access.is_overseer(user) else seen)


def _signed_plan_of(units: set[int]) -> Q:
    """Audits with a line in one of these units, from the signature of the plan on."""
    lines = PlanRow.objects.filter(audit=OuterRef("pk"), unit__in=units)
    return Q(Exists(lines), plan_fixed_on__isnull=False)


def audits_of_own_units(user: Person) -> AuditQuerySet:
    """Audits that the user reads as the audited side: as head of a unit, or representative."""
    represents = memberships(user).filter(part=Member.Part.AUDITEE, audit=OuterRef("pk"))
    own = Q(Exists(represents)) | _signed_plan_of(headed_units(user))
    return Audit.objects.with_names().filter(own)


def reads_as_auditee(user: Person, audit: Audit) -> bool:
    """Whether the user sees the audit as the audited side alone."""
    bodies = [pk for pk in (audit.agency_id, audit.body_id) if pk is not None]
    in_charge = any(access.has_role(user, pk, *IN_CHARGE) for pk in bodies)
    return not (in_charge or access.is_overseer(user) or may_see_checklist(user, audit))


# --- findings -------------------------------------------------------------------------------------


def findings_of(user: Person) -> "QuerySet[Finding]":
    """The team's at any time; once the agency was told of them, also the user's unit's; all for
    those in charge. A draft that was dropped stays the team's."""
    every = Finding.objects.select_related("agency", "unit", "audit")
    own = memberships(user)
    ours = Q(audit__in=own.filter(part__in=TEAM).values("audit"))
    told = Audit.objects.filter(state__in=TOLD).order_by()
    told_of_row = Q(Exists(told.filter(pk=OuterRef("audit")))) & Q(told_on__isnull=False)
    if access.is_overseer(user):
        return every.filter(ours | told_of_row)
    in_charge = access.agencies_with(user, *IN_CHARGE)
    whole = Q(agency__in=in_charge) | Q(body__in=in_charge) | Q(pk__in=own.values("audit"))
    return every.filter(  # by sets of audits, which are evaluated once, not joined to each finding
        ours
        | Q(audit__in=told.filter(whole).values("pk"), told_on__isnull=False)
        | (Q(unit__in=units_of(user)) & told_of_row)
    )


def units_of(user: Person) -> set[int]:
    """The units in which the user works today."""
    return {a.unit_id for a in access.appointments(user) if a.unit_id is not None}


def may_reply(user: Person, finding: Finding) -> bool:
    """Accept or dispute a finding: the unit's people, and the auditee named in the audit."""
    auditee = Member.Part.AUDITEE in parts_of(user, finding.audit)
    return auditee or finding.unit_id in units_of(user)


def may_decide(user: Person, finding: Finding) -> bool:
    """Uphold or drop a finding disputed by the unit."""
    return is_lead(user, finding.audit)


# --- corrections ----------------------------------------------------------------------------------


def nonconformities_of(user: Person) -> "QuerySet[Nonconformity]":
    """Of the user's units and audits; all of the agency for those in charge; all for
    the overseer."""
    audited = Finding.objects.filter(audit__in=memberships(user).values("audit"))
    does = Action.objects.filter(person__in=_self(user), nonconformity=OuterRef("pk"))
    home = [agency.pk for agency in access.home_agencies(user)]
    seen = (  # the index of actions is asked first: it spares reading the row
        Q(agency__in=access.agencies_with(user, *IN_CHARGE))
        | (Q(Exists(does)) & Q(agency__in=home))
        | Q(unit__in=units_of(user))
        | Q(finding__in=audited.order_by().values("pk"))
    )
    if in_charge := access.agencies_with(user, *IN_CHARGE):  # taken over from a closed agency
        later = Nonconformity.objects.filter(follows=OuterRef("pk"), agency__in=in_charge)
        seen |= Q(Exists(later))
    if access.is_system_admin(user):
        seen |= Q(agency__active_to__lt=today())
    every = Nonconformity.objects.select_related("agency", "unit", "finding__audit")
    return every if access.is_overseer(user) else every.filter(seen)


def nonconformities_in(user: Person, agency: Agency) -> "QuerySet[Nonconformity]":
    """Those of one agency. Whoever sees all of them is spared the conditions on each row."""
    if access.is_overseer(user) or access.has_role(user, agency, *IN_CHARGE):
        every = Nonconformity.objects.select_related("agency", "unit", "finding__audit")
        return every.filter(agency=agency)
    return nonconformities_of(user).filter(agency=agency)


def may_report(user: Person, agency: Agency | int) -> bool:
    """Register a nonconformity found outside an audit."""
    return access.has_role(user, agency, Role.OFFICER)


def may_analyse(user: Person, case: Nonconformity) -> bool:
    """Correct, find the cause, plan: the unit's people, and the agency's officers."""
    return case.unit_id in units_of(user) or access.has_role(user, case.agency_id, Role.OFFICER)


def extent_questions_of(user: Person) -> "QuerySet[ExtentQuestion]":
    """Those addressed to the user's unit or agency, and those of visible nonconformities."""
    asked = Q(unit__in=units_of(user)) | Q(
        unit__isnull=True, agency__in=access.agencies_with(user, Role.OFFICER)
    )
    own = Q(nonconformity__in=nonconformities_of(user).order_by().values("pk"))
    rows = ExtentQuestion.objects.filter(asked | own)
    return rows.select_related("agency", "unit", "nonconformity__agency")


def may_answer_extent(user: Person, row: ExtentQuestion) -> bool:
    """An addressed unit: its people and the agency's officers; an agency: its officers."""
    if row.unit_id is not None and row.unit_id in units_of(user):
        return True
    return access.has_role(user, row.agency_id, Role.OFFICER)


def may_grant(user: Person, case: Nonconformity, asked: Extension) -> bool:
    """Grant more time: see `granters`."""
    return user.pk in granters(case, asked)


def granters(case: Nonconformity, asked: Extension) -> set[int]:
    """IDs of those who decide on more time: signers of the plan who are still approvers; if none is
    left, the agency's approvers; if it has none but the requester, its officers. Never the
    requester. Two queries."""
    posts = Appointment.objects.current().filter(agency=case.agency_id, person__is_active=True)
    held = posts.filter(role__in=IN_CHARGE).exclude(person=asked.by_id)
    by_role: dict[str, set[int]] = {}
    for role, person in held.values_list("role", "person"):
        by_role.setdefault(role, set()).add(person)
    approvers = by_role.get(Role.APPROVER, set())
    signed = Signature.objects.filter(approval=case.approval_id, meaning=Meaning.APPROVED)
    signers = approvers & set(signed.values_list("person", flat=True))
    return signers or approvers or by_role.get(Role.OFFICER, set())


def headed_units(user: Person) -> set[int]:
    """The units headed by the user today."""
    held = access.appointments(user)
    return {a.unit_id for a in held if a.role == Role.UNIT_HEAD and a.unit_id is not None}


def may_hand_over(user: Person, case: Nonconformity) -> bool:
    """Hand an action over to another person: the head of the unit, and the agency's officers."""
    return case.unit_id in headed_units(user) or access.has_role(user, case.agency_id, Role.OFFICER)


def may_keep_rules(user: Person, agency: Agency | int) -> bool:
    """Maintain the agency's causes and its rule of correction: its officers."""
    return access.has_role(user, agency, Role.OFFICER)


def _in_charge_of(user: Person, case: Nonconformity) -> bool:
    if access.has_role(user, case.agency_id, Role.OFFICER):
        return True
    return case.finding is not None and is_lead(user, case.finding.audit)


def may_finish(user: Person, case: Nonconformity, doer: int) -> bool:
    """Finish an action: its doer while they work there, or the agency's officers for an absent
    one."""
    own = user.pk == doer and works_in(user, case.agency_id)
    return own or access.has_role(user, case.agency_id, Role.OFFICER)


def why_not_judge(user: Person, case: Nonconformity) -> str:
    """The reason why the user may not judge effectiveness: "role", "doer", or "" if they may."""
    member = case.finding is not None and bool(parts_of(user, case.finding.audit) & AUDITING)
    if not (member or _in_charge_of(user, case)):
        return "role"
    return "doer" if user.pk in doers.of(case) else ""


def may_judge(user: Person, case: Nonconformity) -> bool:
    """Judge effectiveness: officers, or the audit's lead and auditors, but nobody who did any of
    the work, in this round or an earlier one."""
    return not why_not_judge(user, case)


# --- evidence -------------------------------------------------------------------------------------


def may_see_evidence(user: Person, evidence: Evidence) -> bool:
    """Users who may see what it is evidence for."""
    kind, _, pk = evidence.subject.partition(":")
    if kind == "item":
        audit = evidence.audit
        if audit is not None and may_see_checklist(user, audit):
            return True
        return findings_of(user).filter(item=int(pk)).exists()
    if kind == "finding":
        return findings_of(user).filter(pk=int(pk)).exists()
    return nonconformities_of(user).filter(actions=int(pk)).exists()


# --- who leads, who works where ---------------------------------------------------------------------


def works_in(user: Person, agency: int) -> bool:
    return bool(access.roles_in(user, agency))


def lead_of(audit: Audit) -> Member | None:
    leads = audit.members.filter(part=Member.Part.LEAD, ends_on=None)
    return leads.select_related("person").first()


def leads_from(audit: Audit, agency: int | None) -> bool:
    """Whether the lead holds a post in the agency: the audited or the auditing one."""
    leads = audit.members.filter(part=Member.Part.LEAD, ends_on=None, person__is_active=True)
    held = Appointment.objects.current().filter(agency=agency, person__in=leads.values("person"))
    return held.exists()
