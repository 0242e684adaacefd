"""The demonstration city is loaded completely, once, into an empty database only."""

import datetime
import json
import stat
from collections import Counter

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.timezone import localdate

from procedures.approval import closing, sending, withdrawing
from procedures.content import text_of
from procedures.demo import accounts, load, parse
from procedures.lifecycle import taking_in
from procedures.models import (
    ChangeRequest,
    Clause,
    Confirmation,
    DocumentPage,
    FormPage,
    ReadingRule,
    Review,
    Version,
    VersionAct,
)
from procedures.reader.city_templates import offered
from procedures.readership.reading.duties import Duties
from procedures.readership.reviews import due as review_due
from qms import access, groups
from qms.approvals import rules as approval_rules
from qms.clock import today
from qms.errors import Refused
from qms.models import (
    Absence,
    Agency,
    Appointment,
    Approval,
    ApprovalItem,
    Event,
    Remark,
    Signature,
    User,
)
from qms.proof import journal
from qms.roles import Role


@pytest.fixture(scope="module")
def city(layers):
    """The city, loaded once for all tests; each of them leaves it as it was."""
    with layers.hold("demonstration", load.load) as counts:
        yield counts, django_settings.QMS_DATA


@pytest.fixture
def kept(city):
    return city[1]


@pytest.fixture
def loaded(city, db, settings, kept):
    settings.QMS_DATA = kept
    return city[0]


def test_it_says_what_it_made(loaded):
    documents = parse.read_documents(today())
    issued = sum(v["issued_on"] is not None for d in documents for v in d["versions"]) + 4
    assert loaded == {
        "agencies": 62,
        "people": User.objects.count(),
        "documents": len(documents),
        "versions": issued,
    }
    assert (Agency.objects.count(), DocumentPage.objects.count(), Version.objects.count()) == (
        62,
        len(documents),
        issued,
    )


def test_versions_hold_what_the_data_says(loaded):
    for document in parse.read_documents(today()):
        page = DocumentPage.objects.get(agency__code=document["agency"], code=document["code"])
        versions = list(page.versions.filter(approval=None).order_by("ordinal"))
        issued = [v for v in document["versions"] if v["issued_on"]]
        assert [v.content for v in versions] == [v["content"] for v in issued]
        assert [(v.issued_on, v.effective_on) for v in versions] == [
            (v["issued_on"], v["effective_on"]) for v in issued
        ]
        assert all(
            set(v.clauses) == set(document["clauses"]) and v.digest == v.compute_digest()
            for v in versions
        )
        on_its_way = ApprovalItem.objects.filter(
            subject=f"document:{page.pk}", approval__state=Approval.State.OPEN
        )
        drafted = document["versions"][-1]["issued_on"] is None
        assert page.specific.has_open_draft == (drafted or on_its_way.exists())


def test_one_version_of_each_document_is_in_force_unless_withdrawn_or_never_issued(loaded):
    in_force = Counter(Version.objects.in_force().values_list("document", flat=True))
    assert set(in_force.values()) == {1}
    without = DocumentPage.objects.exclude(pk__in=in_force)
    assert sorted(without.values_list("code", flat=True)) == [
        "BM.HT.03.03",
        "QT-02/BTTP",
        "QT-02/CĐS",
        "QT-02/XDKT",
        "QT-04/VP",
        "QT.VP.04",
        "QT.XH.02",
    ]
    assert sorted(Version.objects.waiting().values_list("code", flat=True)) == [
        "QT-01/CNBX",
        "QT.TP.05",
    ]


def test_legal_basis_is_read_from_the_body_alone(loaded):
    version = Version.objects.in_force().get(code="QT-02/QLKH")
    assert (
        "61/2018/NĐ-CP" not in version.legal_basis
    )  # the amendment log names it as the replaced one
    assert {"93/2025/QH15", "118/2025/NĐ-CP"} <= set(version.legal_basis)


def test_merged_agencies_name_their_successors(loaded):
    closed = Agency.objects.filter(active_to__isnull=False)
    assert {(a.code, a.successor.code) for a in closed} == {
        ("STTTT", "SKHCN"),
        ("UBND-VN", "UBND-TH"),
        ("UBND-DB", "UBND-PX"),
    }


def test_forms_belong_to_their_procedures(loaded):
    assert FormPage.objects.get(code="BM-QLKH-02-01").procedure.code == "QT-02/QLKH"
    assert not FormPage.objects.filter(procedure__isnull=True).exists()


def test_the_city_offers_templates_to_an_agency_that_begins(loaded):
    officer = User.objects.get(username="thuanhoa.thukyiso")
    found = [(one.version.code, bool(one.template.note)) for one in offered(officer)]
    assert sorted(found) == [("QT-HT-01", True), ("QT-HT-05", True), ("QT.VP.01", True)]


def test_every_listed_account_signs_in_and_holds_its_role(loaded):
    listed = accounts.listed()
    assert len(listed) == len({a["password"] for a in listed}) == 18
    for account in listed[::5] + listed[-2:]:
        user = User.objects.get(username=account["username"])
        assert user.check_password(account["password"])
        held = (
            access.roles_in(user, Agency.objects.get(code=account["agency"]))
            if account["agency"]
            else access.roles_held(user)
        )
        assert set(held) == {account["role"]}
    others = User.objects.exclude(username__in=[a["username"] for a in listed])
    assert others and not any(u.has_usable_password() for u in others)
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_list_is_for_the_servers_own_user_alone(loaded, kept):
    assert stat.S_IMODE((kept / "demo-accounts.json").stat().st_mode) == 0o600


def test_the_command_prints_the_accounts_as_json(loaded, capsys):
    call_command("demo_accounts", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed == accounts.listed()
    assert {frozenset(a) for a in printed} == {
        frozenset({"username", "password", "role", "agency"})
    }
    roles = Counter((a["agency"], a["role"]) for a in printed)
    assert all(
        roles[agency, role] == 1
        for agency in ("SKHCN", "UBND-TH")
        for role in set(Role.values) - {"overseer", "system_admin"}
    )


def test_a_past_appointment_is_kept_as_past(loaded):
    former = Appointment.objects.get(person__username="skhcn.phuc")
    assert former.ends_on < today() and not access.appointments(former.person)


def test_groups_fit_and_journals_are_whole(loaded):
    assert groups.differences() == []
    assert not any(journal.broken_links(agency) for agency in [*Agency.objects.all(), None])


def test_a_second_load_changes_nothing(loaded, capsys):
    before = Version.objects.count()
    call_command("load_demo")
    assert "đã được nạp từ trước" in capsys.readouterr().out
    assert Version.objects.count() == before


def test_the_command_leaves_an_index_in_which_the_city_is_found(loaded, capsys):
    call_command("load_demo")
    capsys.readouterr()
    call_command("find", "dang ky khai sinh")
    said = capsys.readouterr()
    assert "QT.TP.01" in said.out.splitlines()[1]
    assert "đang được dựng lại" not in said.out + said.err


def test_clauses_are_loaded_in_the_order_of_the_standard(loaded):
    numbers = list(Clause.objects.values_list("number", flat=True))
    assert numbers.index("9.3") < numbers.index("10.1") and numbers[0] == "4"


def test_it_is_refused_where_other_data_exists(loaded):
    with pytest.raises(Refused, match="đã có dữ liệu khác"):
        load.load()
    assert Agency.objects.count() == 62


def test_it_is_refused_in_production(db, monkeypatch):
    monkeypatch.setenv("QMS_ENV", "production")
    with pytest.raises(Refused, match="chạy thật"):
        load.load()


def test_accounts_are_refused_where_nothing_was_loaded(db):
    with pytest.raises(CommandError, match="Chưa có tài khoản dùng thử"):
        call_command("demo_accounts")


def test_reading_and_reviews_are_there_in_every_state(loaded):
    agency = Agency.objects.get(code="SKHCN")
    rules = ReadingRule.objects.filter(agency=agency)
    assert set(rules.values_list("ended_on", flat=True)) > {None}
    duties = Duties(agency)
    tallies = [duties.tally(one) for one in duties.readings]
    assert any(one.late for one in tallies)
    assert any(one.open - one.late for one in tallies)
    assert any(one.done and not one.open for one in tallies)
    of_old = Confirmation.objects.exclude(version__in=[one.version for one in duties.readings])
    assert of_old.exists()
    verdicts = set(Review.objects.filter(agency=agency).values_list("verdict", flat=True))
    assert verdicts == set(Review.Verdict.values)
    assert {one.state(today()) for one in review_due.of_agencies([agency])} == {
        "late", "soon", "later",
    }  # fmt: skip
    assert journal.broken_links(agency) == []


def test_change_requests_are_there_in_every_state(loaded):
    states = set(ChangeRequest.objects.values_list("state", flat=True))
    assert states == set(ChangeRequest.State.values)
    done = ChangeRequest.objects.filter(state=ChangeRequest.State.DONE)
    assert {one.done_in.code for one in done} == {"QT-03/VP"}


def test_a_document_went_through_the_whole_chain(loaded):
    version = Version.objects.in_force().get(code="QT-03/VP")
    first, again = Approval.objects.filter(items__title__startswith="QT-03/VP").order_by("round")
    assert (first.state, again.state) == (Approval.State.RETURNED, Approval.State.DONE)
    must = first.items.get().remarks.filter(answers=None)
    assert {one.weight for one in must} == set(Remark.Weight.values)
    assert Remark.objects.filter(answers__in=must).count() == must.count()
    assert version.approval == again
    assert [one.meaning for one in again.signatures.order_by("step")] == ["reviewed", "approved"]
    assert 0 < version.confirmations.count() < 14
    assert version.digest == version.compute_digest()


def test_nobody_signs_a_document_on_a_weekend_and_the_log_in_it_ends_with_its_own_line(loaded):
    signed = Signature.objects.filter(
        approval__kind__in=[one.KIND for one in (sending, withdrawing, closing)]
    )
    assert signed and all(timezone.localtime(one.at).weekday() < 5 for one in signed)
    version = Version.objects.in_force().get(code="QT-03/VP")
    text = text_of({"sections": version.content["sections"][:1]})
    assert f"{version.issued_on:%d/%m/%Y}" in text and version.change_summary in text


def test_the_journal_says_for_which_day_it_tells_an_act(loaded):
    given = Confirmation.objects.filter(version__agency__code="SKHCN").order_by("pk").first()
    told = Event.objects.filter(
        agency=given.version.agency, by=given.person, data__told_day=given.on_day.isoformat()
    )
    assert told.exists() and all(localdate(one.at) == today() for one in told)


def test_versions_were_withdrawn_reinstated_struck_out_and_narrowed_and_one_request_waits(loaded):
    acts = VersionAct.objects.exclude(approval=None).values_list("version__code", "kind")
    assert sorted(acts) == [
        ("BM.HT.03.03", "withdrawn"),
        ("BM.HT.06.01", "struck_out"),
        ("HD.VP.01", "reinstated"),
        ("HD.VP.01", "withdrawn"),
    ]
    assert Version.objects.in_force().get(code="BM.HT.06.01").ordinal == 1
    narrowed = VersionAct.objects.get(kind="narrowed").version
    assert narrowed.shown(narrowed.acts.all()).visibility == "agency"
    waits = Approval.objects.get(kind="withdrawal", state="open")
    assert (waits.step, waits.agency.code) == (0, "UBND-TH")


def test_taking_in_is_open_closed_and_opened_again(loaded):
    now = {
        code: taking_in.of(Agency.objects.get(code=code)) for code in ("SKHCN", "UBND-TH", "STP")
    }
    assert [one.is_open for one in now.values()] == [False, True, True]
    assert now["SKHCN"].last.approval.signatures.get().meaning == "approved"
    assert now["UBND-TH"].until > today() and now["STP"].last is None


def test_a_set_was_issued_by_one_decision_and_another_waits_for_the_head(loaded):
    (decision,) = (
        Version.objects.exclude(decision=None).values_list("decision", flat=True).distinct()
    )
    assert Version.objects.filter(decision=decision).count() == 3
    waits = Approval.objects.get(agency__code="SKHCN", state="open", step=1)
    assert waits.items.count() == 3
    away = Absence.objects.get()
    assert away.starts_on < today() < away.ends_on
    for person in (away.person, away.substitute):
        access.forget(person)
        assert approval_rules.seat_of(person, waits) is not None


def test_papers_of_an_agency_are_numbered_by_date_from_one_each_year():
    numbers = load.paper_numbers(parse.read_documents(datetime.date(2026, 11, 30)))
    for agency in {agency for agency, _code, _day in numbers}:
        by_date = sorted(
            (day, number) for (of, _code, day), number in numbers.items() if of == agency
        )
        for year in {day.year for day, _number in by_date}:
            found = [number for day, number in by_date if day.year == year]
            assert found == list(range(1, len(found) + 1))
