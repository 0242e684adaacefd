"""Who sees which programme, audit, finding, nonconformity and piece of evidence, in the pages'
querysets and in the search."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audits import independence, lifecycle, reminders, rules
from audits.models import Audit, Evidence
from qms import access
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Appointment, Notice
from qms.work import due
from search import api
from search.queue import pending
from tests.audits.conftest import agree, analyse, days, hour, plan_row
from tests.audits.test_who_and_when import EVERYBODY
from tests.issuing import issue as issue_now
from tests.kept import kept

pytestmark = pytest.mark.django_db


def seers(cast, rows_of, pk):
    found = set()
    for name in EVERYBODY:
        access.forget(getattr(cast, name))
        if rows_of(getattr(cast, name)).filter(pk=pk).exists():
            found.add(name)
    return found


AGENCY = EVERYBODY - {"stranger", "overseer"}


def test_a_programme_is_its_makers_until_it_is_approved(cast, programme):
    assert seers(cast, rules.programmes_of, programme.pk) == AGENCY | {"overseer"}
    lifecycle.revise_programme(programme, reason="thêm", by=cast.officer)
    assert seers(cast, rules.programmes_of, programme.pk) == {"officer", "head"}


def test_an_audit_is_seen_by_its_members_and_who_is_in_charge(cast, case):
    team = {"officer", "head", "lead", "auditor"}
    audit = Audit.objects.get()
    assert seers(cast, rules.audits_of, audit.pk) == team | {"overseer"}
    Audit.objects.update(state=Audit.State.UNDER_WAY)
    assert seers(cast, rules.audits_of, audit.pk) == team


def test_drafts_of_findings_are_the_teams_alone(cast, finding):
    assert seers(cast, rules.findings_of, finding.pk) == {"lead", "auditor"}
    lifecycle.conclude(finding.audit, conclusion="x", by=cast.lead)
    told = {"lead", "auditor", "officer", "head", "clerk", "colleague", "overseer"}
    assert seers(cast, rules.findings_of, finding.pk) == told


def test_a_nonconformity_is_its_units_and_who_is_in_charge(cast, case):
    seen = {"lead", "auditor", "officer", "head", "clerk", "colleague", "overseer"}
    assert seers(cast, rules.nonconformities_of, case.pk) == seen


def test_who_has_an_action_to_do_sees_the_nonconformity(cast, case):
    analyse(cast, case)
    lifecycle.add_action(case, what="Sửa mẫu", person=cast.reader, due=today(), by=cast.officer)
    assert "reader" in seers(cast, rules.nonconformities_of, case.pk)


def test_evidence_is_seen_with_what_it_is_for(cast, finding):
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 x")
    lifecycle.answer(finding.item, result="conforms", files=[file], by=cast.auditor)
    of_item = Evidence.objects.get()
    lifecycle.answer(
        finding.audit.items.last(),
        result="conforms",
        files=[SimpleUploadedFile("b.pdf", b"%PDF-1.4 y")],
        by=cast.auditor,
    )
    of_other = Evidence.objects.last()
    lifecycle.conclude(finding.audit, conclusion="x", by=cast.lead)

    def seen(evidence):
        return {n for n in EVERYBODY if rules.may_see_evidence(getattr(cast, n), evidence)}

    told = {"lead", "auditor", "officer", "head", "clerk", "colleague", "overseer"}
    assert (seen(of_item), seen(of_other)) == (told, {"lead", "auditor"})


def test_evidence_of_an_action_is_seen_with_its_nonconformity(cast, agreed):
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 x")
    lifecycle.finish_action(agreed.actions.get(), note="xong", files=[file], by=cast.clerk)
    kept = Evidence.objects.get()
    for name in EVERYBODY:
        who = getattr(cast, name)
        sees = rules.nonconformities_of(who).filter(pk=agreed.pk).exists()
        assert rules.may_see_evidence(who, kept) == sees
    assert not rules.may_see_evidence(cast.stranger, kept)


def found_by(cast, words, source):
    pending.flush()
    found = {name: api.find(words, tokens=tokens_of(cast, name)).hits for name in EVERYBODY}
    return {name for name, hits in found.items() if any(h.key.startswith(source) for h in hits)}


def tokens_of(cast, name):
    access.forget(getattr(cast, name))
    return access.tokens_for(getattr(cast, name))


def test_the_search_finds_for_exactly_those_who_see(cast, finding):
    assert found_by(cast, "Ba trong năm hồ sơ không có giấy tiếp nhận", "finding") == set()
    lifecycle.conclude(finding.audit, conclusion="Phù hợp", by=cast.lead)
    told = {"lead", "auditor", "officer", "head", "clerk", "colleague", "overseer"}
    words = "Ba trong nam ho so khong co giay tiep nhan"
    assert found_by(cast, words, "finding") == told
    assert found_by(cast, words, "nonconformity") == told


def test_the_search_leads_to_the_page_and_leaves_with_the_part(cast, audit):
    pending.flush()
    hits = api.find("noi bo dot 1", tokens=tokens_of(cast, "auditor"), groups=("audit",)).hits
    assert hits[0].url == f"/danh-gia/{audit.pk}/"
    lifecycle.end_member(audit.members.get(person=cast.auditor), by=cast.officer)
    with on_day(today() + days(1)):
        assert found_by(cast, "noi bo dot 1", "audit") == {"officer", "head", "lead"}


# --- independence ---------------------------------------------------------------------------------


def test_nobody_audits_the_unit_they_work_in(cast, audit):
    with pytest.raises(Refused, match="Bùi Đánh Giá.*đang làm việc tại Văn phòng"):
        plan_row(cast, audit, unit=cast.office, documents=[])


def test_nobody_audits_what_they_wrote_or_signed(cast, audit, make_document, appoint):
    appoint("auditor", "author", cast.agency)
    own = make_document(cast.agency, cast.auditor, code="QT-07", title="Tự soạn")
    issue_now(own, issued_on=today(), by=cast.officer)
    with pytest.raises(Refused, match="Bùi Đánh Giá.*đã soạn hoặc ban hành QT-07"):
        plan_row(cast, audit, documents=[own.pk])


@pytest.mark.parametrize(("ended", "tied"), [(None, True), (0, True), (729, True), (731, False)])
def test_a_unit_left_two_years_ago_no_longer_ties(cast, appoint, ended, tied):
    gone = None if ended is None else today() - days(ended)
    appoint("idle", "reader", cast.agency, unit=cast.field, ends_on=gone)
    found = independence.reasons([cast.idle], units=[cast.field.pk])
    assert (cast.idle.pk in found) == tied


@pytest.mark.parametrize(
    ("name", "tied"),
    [("Bùi Đánh Giá", True), ("bùi  đánh giá", True), ("Bùi Đánh Giá B", False)],
)
def test_a_signature_on_a_version_ties(cast, make_document, name, tied):
    signers = [{"role": "reviewed", "name": name, "post": "x"}]
    page = make_document(
        cast.agency, cast.officer, code="QT-08", issued=today().isoformat(), signers=signers
    )
    found = independence.reasons([cast.auditor], units=[cast.field.pk], documents=[page.pk])
    assert (cast.auditor.pk in found) == tied


def test_an_appointment_that_changes_is_noticed_when_the_plan_is_fixed(cast, audit, row, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="đang làm việc tại Phòng Bổ trợ tư pháp"):
        lifecycle.fix_plan(audit, by=cast.lead)


def test_independence_of_many_is_asked_in_few_queries(cast, django_assert_max_num_queries):
    people = [getattr(cast, name) for name in sorted(EVERYBODY)]
    units = [cast.field.pk, cast.office.pk]
    with django_assert_max_num_queries(9):
        independence.reasons(people, units=units, documents=[cast.document.pk])


# --- reminders ------------------------------------------------------------------------------------


@pytest.fixture
@kept
def action(cast, case):
    """An agreed action that is due in forty days."""
    case = analyse(cast, case)
    later = today() + days(40)
    lifecycle.add_action(case, what="Tập huấn", person=cast.clerk, due=later, by=cast.clerk)
    case = lifecycle.send_plan(case, measure="x", judge_on=later, by=cast.clerk)
    return agree(case, cast.head).actions.get()


def told_on(action, after):
    """Who is notified of what at that day's run."""
    before = set(Notice.objects.values_list("pk", flat=True))
    due.run_due(hour(action.due + days(after), 8))
    rows = Notice.objects.exclude(pk__in=before).order_by("pk")
    return [(one.person.username, one.kind) for one in rows]


def test_reminders_go_out_before_the_day_and_over_it_up_the_line(cast, action):
    assert told_on(action, -31) == []
    for before in (-30, -7, -1):
        assert told_on(action, before) == [("clerk", "action_due")]
        assert told_on(action, before) == []
    late = [("clerk", "action_late"), ("officer", "action_late")]
    assert sorted(told_on(action, 1)) == late
    assert sorted(told_on(action, 7)) == [late[0], ("head", "action_late"), late[1]]
    notice = Notice.objects.order_by("pk").last()
    assert f"/danh-gia/khong-phu-hop/{action.nonconformity_id}/" in notice.url


def test_a_finished_action_brings_no_reminder(cast, action):
    lifecycle.finish_action(action, note="xong", by=cast.clerk)
    assert told_on(action, 5) == []


def test_the_officer_is_reminded_in_place_of_somebody_who_left(cast, action):
    Appointment.objects.filter(person=cast.clerk).delete()
    assert told_on(action, -30) == [("officer", "action_due")]


def test_a_reminder_of_an_action_that_is_gone_does_nothing(db):
    reminders.remind({"action": 999_999, "days": 7})
    assert not Notice.objects.exists()


def test_the_overseer_reads_a_finding_without_the_names_of_those_who_wrote(cast, case, client):
    finding = case.finding
    lifecycle.reply(finding, accepts=False, text="Hồ sơ lưu ở phòng khác", by=cast.clerk)
    shown = {}
    for name in ("overseer", "officer"):
        client.force_login(getattr(cast, name))
        shown[name] = client.get(finding.get_absolute_url()).content.decode()
    written = (str(cast.auditor), str(cast.clerk))
    assert [name in shown["officer"] for name in written] == [True, True]
    assert [name in shown["overseer"] for name in written] == [False, False]
    assert "Hồ sơ lưu ở phòng khác" in shown["overseer"]
