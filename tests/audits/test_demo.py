"""The demonstration's agency has last year's finished audit and this year's in every state."""

import datetime
from collections import Counter

import pytest

from audits import lifecycle
from audits.models import (
    Audit,
    AuditorRecord,
    Decision,
    Finding,
    Grade,
    Lesson,
    Loan,
    ManagementReview,
    Nonconformity,
    Programme,
    Question,
    Report,
)
from audits.review import collecting
from procedures.demo import load
from procedures.models import Version, VersionAct
from procedures.standing import of_documents
from qms.clock import today
from qms.models import Agency, Appointment, Approval, Unit
from qms.proof import journal

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def city(layers):
    with layers.hold("demonstration", load.load):
        collect_anew()
        yield


def collect_anew():
    """The demonstration continues after its audits were built, and figures date from their
    collection."""
    review = ManagementReview.objects.get(state="preparing")
    lifecycle.collect_again(review, by=None)
    review.refresh_from_db()
    collecting.all_now(review)


@pytest.fixture
def loaded(city, db):
    return Agency.objects.get(code="SKHCN")


def test_there_is_something_in_every_state(loaded):
    assert set(Audit.objects.values_list("state", flat=True)) == set(Audit.State.values)
    cases = Counter(Nonconformity.objects.values_list("state", flat=True))
    assert set(cases) == set(Nonconformity.State.values) - {"dropped"}
    assert set(Finding.objects.values_list("grade", flat=True)) >= {
        "minor",
        "observation",
        "strength",
    }
    years = list(Programme.objects.order_by("year").values_list("year", flat=True))
    assert years == [today().year - 1, today().year]


def test_auditors_stand_in_the_register_and_one_is_asked_for(loaded):
    own = AuditorRecord.objects.filter(agency=loaded)
    assert (
        own.count() == 3
        and own.filter(valid_until__lt=today() + datetime.timedelta(days=90)).count() == 1
    )
    assert not own.filter(trainings=None).exists()
    loan = Loan.objects.get()
    assert (loan.state, loan.audit.agency) == ("asked", loaded) and loan.lender != loaded


def test_a_plan_went_through_the_chain_and_its_invitations_were_answered(loaded):
    planned, under_way = (Audit.objects.get(agency=loaded, state=one) for one in ("planned", "under_way"))  # fmt: skip
    plan = Approval.objects.get(items__subject=lifecycle.plan_subject(planned))
    assert plan.state == "done" and plan.signatures.count() == 2
    assert [one.reason != "" for one in planned.invitations.filter(state="another_time")] == [True]
    assert not under_way.invitations.filter(side="auditee").exclude(state="accepted").exists()
    assert planned.items.count() > 0


def test_last_years_audit_is_told_in_its_own_year(loaded):
    audit = Audit.objects.get(programme__year=today().year - 1)
    assert (audit.state, audit.starts_on.year, audit.concluded_on.year) == (
        "closed",
        today().year - 1,
        today().year - 1,
    )


def test_it_has_questions_of_its_own_and_a_lesson(loaded):
    assert Question.objects.filter(agency=loaded).count() == 2
    lesson = Lesson.objects.get()
    assert (lesson.agency, lesson.withdrawn_on) == (loaded, None)
    assert lesson.nonconformity.state == "closed"


def test_the_journal_is_whole(loaded):
    assert journal.broken_links(loaded) == []


# -- figures of the review, counted again by hand


@pytest.fixture
def figures(loaded):
    review = ManagementReview.objects.get(agency=loaded, state="preparing")
    return {
        one["source"]: one for point in review.inputs.all() for one in point.figures
    }, review.since


def test_there_are_a_signed_report_and_two_reviews(loaded):
    assert Report.objects.get(accepted_on__isnull=False).audit.programme.year == today().year - 1
    signed, preparing = ManagementReview.objects.filter(agency=loaded).order_by("held_on")
    assert signed.is_signed and signed.held_on.year == today().year - 1
    assert preparing.collected_at is not None and not preparing.is_signed
    assert Decision.objects.filter(review=signed, done_on=None).count() == 1


def test_each_figure_about_corrections_is_what_one_counts(loaded, figures):
    found, since = figures
    cases = [one for one in Nonconformity.objects.filter(agency=loaded) if one.state != "dropped"]
    inside = [one for one in cases if since <= one.opened_on <= today()]
    ended = [one for one in cases if one.closed_on and since <= one.closed_on <= today()]
    open_ = [one for one in cases if one.state not in ("closed", "ineffective")]
    late = [
        action
        for one in cases
        if one.state == "agreed"
        for action in one.actions.all()
        if action.done_on is None and action.due < today()
    ]
    assert found["corrections"]["figures"] == {
        "opened": len(inside),
        "closed": len([one for one in ended if one.state == "closed"]),
        "ineffective": len([one for one in ended if one.state == "ineffective"]),
        "open": len(open_),
        "overdue": len(late),
    }
    assert late and ended and len(inside) > 5
    of_citizens = [one for one in cases if one.source in ("wrong_result", "citizen_papers")]
    assert found["services"]["figures"] == {
        "wrong_result": len([one for one in of_citizens if one in inside and one.source == "wrong_result"]),
        "citizen_papers": 0,
        "open": len([one for one in of_citizens if one in open_]),
    }  # fmt: skip
    assert found["risks"]["figures"] == {
        "unchanged": 0,
        "assessed": len([one for one in cases if one.agreed_on and one.agreed_on >= since and one.risks]),
        "effective": len([one for one in ended if one.state == "closed" and one.risks]),
        "ineffective": len([one for one in ended if one.state == "ineffective" and one.risks]),
    }  # fmt: skip


def test_each_figure_about_audits_is_what_one_counts(loaded, figures):
    found, since = figures
    told = [one for one in Audit.objects.filter(agency=loaded) if one.is_told]
    findings = [
        one
        for one in Finding.objects.filter(agency=loaded).exclude(state="dropped")
        if one.told_on and since <= one.told_on <= today()
    ]
    grades = Counter(one.grade for one in findings)
    assert found["audits"]["figures"] == {
        "concluded": len([one for one in told if one.concluded_on >= since]),
        **{grade: grades[grade] for grade in Grade.values},
    }
    assert grades["minor"] > 3
    programme = Programme.objects.get(agency=loaded, year=today().year)
    audited = {
        row.unit_id for one in told if one.programme_id == programme.pk for row in one.rows.all()
    }
    going_on = Audit.objects.filter(programme=programme, state="under_way")
    begun = audited | set(going_on.values_list("rows__unit", flat=True))
    assert found["programme"]["figures"] == {
        "planned": len(programme.rows),
        "audited": len([row for row in programme.rows if row["unit"] in audited]),
        "late": len([r for r in programme.rows if r["unit"] not in begun and r["month"] < today().month]),
    }  # fmt: skip
    assert found["opportunities"]["figures"]["opportunities"] == grades["opportunity"]


def test_each_figure_about_documents_and_people_is_what_one_counts(loaded, figures):
    found, since = figures
    versions = list(Version.objects.filter(agency=loaded))
    acts = VersionAct.objects.filter(version__agency=loaded, on_day__gte=since, on_day__lte=today())
    struck = set(VersionAct.objects.filter(kind="struck_out").values_list("version_id", flat=True))
    made = [v for v in versions if since <= v.effective_on <= today() and v.pk not in struck]
    every = VersionAct.objects.filter(version__agency=loaded)
    standings = of_documents(versions, every).values()
    in_force = [one for one in standings if one.state_on(today()) == "in_force"]
    assert found["documents"]["figures"] == {
        "in_force": len(in_force),
        "new": len([v for v in made if v.ordinal == 1]),
        "revised": len([v for v in made if v.ordinal > 1]),
        "withdrawn": len({a.version.document_id for a in acts if a.kind == "withdrawn"}),
    }
    assert len(in_force) > 5
    posts = [
        one
        for one in Appointment.objects.filter(agency=loaded).select_related("person")
        if one.starts_on <= today()
        and (one.ends_on is None or one.ends_on >= today())
        and one.person.is_active
    ]
    units = [u for u in Unit.objects.filter(agency=loaded) if u.active_to is None]
    headed = {one.unit_id for one in posts if one.role == "unit_head"}
    assert found["people"]["figures"] == {
        "people": len({one.person_id for one in posts}),
        "auditors": len({one.person_id for one in posts if one.role == "auditor"}),
        "units": len(units),
        "without_head": len([u for u in units if u.pk not in headed]),
    }
    assert found["earlier"]["figures"] == {"done": 1, "open": 1, "overdue": 0}
    assert found["corrections"]["before"]["open"] == 0
