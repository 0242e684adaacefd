"""The activity in the small installation whose processes are killed (`killed.py`): the server, the
team's steps up to the signed report, and the invariants."""

import datetime
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler

from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from PIL import Image

from audits import answers, lifecycle, unfinished
from audits.audit_plan import kind as plans
from audits.models import (
    Answer,
    Audit,
    Evidence,
    Finding,
    HalfFile,
    Item,
    Member,
    Nonconformity,
    Piece,
    SetAside,
)
from audits.report import kind as reports
from procedures.lifecycle import create_draft
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle.agencies import create_agency, root, save_unit
from qms.models import Agency, Approval, Event, Signature, Unit, User
from qms.proof import store
from tests import kills
from tests.audits.conftest import STEPS, days, hour, sign
from tests.audits.killed_phones import SIZE, Phone
from tests.issuing import issue

State = Audit.State
ENOUGH = 6  # answers after which the lead sends the report; later ones are set aside


# -- the cast


def prepare(folder: Path) -> None:
    """An agency with an approved programme; its two auditors are signed in on their phones."""
    root()
    agency = create_agency(code="STP", name="Sở Tư pháp", kind="department")
    office, field = (
        save_unit(Unit(agency=agency, code=code, name=name), by=None)
        for code, name in (("VP", "Văn phòng"), ("BTTP", "Phòng Bổ trợ tư pháp"))
    )
    roles = {"officer": "officer", "head": "approver", "lead": "auditor", "auditor": "auditor"}
    people = {name: kills.appoint(name, role, agency, unit=office) for name, role in roles.items()}
    page = create_draft(
        agency, kind="procedure", title="Cấp phiếu", code="QT-05", content=STEPS, unit=field,
        by=people["officer"],
    )  # fmt: skip
    issue(page, issued_on=today(), by=people["officer"])
    programme = lifecycle.create_programme(
        agency, year=today().year, aims="Xem hệ thống có hiệu lực không", scope="Các đơn vị",
        rows=[{"unit": field.pk, "month": 5, "lead": people["lead"].pk}], by=people["officer"],
    )  # fmt: skip
    lifecycle.approve_programme(programme, by=people["head"])
    for name in ("lead", "auditor"):
        Phone(name, folder, 0).sign_in(people[name])


# -- the server


class Quiet(WSGIRequestHandler):
    def log_message(self, *_said: object) -> None:
        """Says nothing."""


def serve(port: int, say) -> None:
    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    say("server")
    server.serve_forever()


# -- the desk


class Desk:
    """The team's steps from the plan to the accepted report, one after the other; each continues
    from the state of the database."""

    def work(self, say, *, to_the_end: bool = False) -> None:
        """Steps for ever; with `to_the_end` until it has to wait for answers."""

        def steps() -> Iterator[str]:
            if done := self.step(begin=not to_the_end):
                yield done

        again = (*kills.AWAY, Refused)  # a phone may have been faster
        kills.work(steps, say, until_idle=to_the_end, again_after=again)

    def step(self, *, begin: bool) -> str:
        """One step; returns what was done, "" if answers have to arrive first."""
        self.people = {one.username: one for one in User.objects.all()}
        audit = Audit.objects.filter(report__accepted_on=None).order_by("pk").first()
        if audit is None:
            return self.create() if begin else ""
        if audit.state == State.PLANNING:
            return self.plan(audit)
        if audit.state == State.PLANNED:
            if not audit.items.exists():
                lifecycle.make_checklist(audit.rows.get(), by=self.people["auditor"])
                return f"checklist {audit.pk}"
            lifecycle.start(audit, by=self.people["lead"])
            return f"started {audit.pk}"
        approval = queries.open_for(reports.subject(audit.pk))
        return self.signed(approval) if approval else self.report(audit)

    def create(self) -> str:
        agency = Agency.objects.get(code="STP")
        audit = lifecycle.create_audit(
            agency, body=agency, title=f"Đợt {Audit.objects.count() + 1}", starts_on=today(),
            ends_on=today() + days(3), lead=self.people["lead"], by=self.people["officer"],
        )  # fmt: skip
        return f"audit {audit.pk}"

    def plan(self, audit: Audit) -> str:
        auditor = audit.members.filter(part=Member.Part.AUDITOR).first()
        if auditor is None:
            lifecycle.add_member(
                audit, self.people["auditor"], Member.Part.AUDITOR, by=self.people["officer"]
            )
            return f"member {audit.pk}"
        if not audit.rows.exists():
            starts = hour(today(), 5) + datetime.timedelta(minutes=10 * audit.pk)
            lifecycle.save_row(
                audit, unit=Unit.objects.get(code="BTTP"), starts_at=starts,
                ends_at=starts + datetime.timedelta(minutes=10), auditors=[auditor],
                documents=list(Agency.objects.get(code="STP").documents.values_list("pk", flat=True)),
                clauses=["7.5"], by=self.people["officer"],
            )  # fmt: skip
            return f"row {audit.pk}"
        approval = queries.open_for(lifecycle.planning.subject(audit))
        if approval is None:
            return f"approval {plans.send(audit, by=self.people['lead']).pk}"
        return self.signed(approval)

    def report(self, audit: Audit) -> str:
        """The next step towards the report being sent; the lead settles what is open."""
        lead = self.people["lead"]
        aside = audit.set_aside.filter(state=SetAside.State.WAITING).first()
        if aside is not None and not audit.is_told:
            lifecycle.decide_aside(aside, takes=False, text="Đến muộn", by=lead)
            return f"aside {aside.pk}"
        for pk in answers.unsettled(audit):
            item = Item.objects.get(pk=pk)
            counting = answers.current(item.answers.order_by("pk"))
            lifecycle.choose(item, counting[-1], seen=[one.pk for one in counting], by=lead)
            return f"chosen {pk}"
        for item in audit.items.filter(finding=None).order_by("pk"):
            counting = answers.current(item.answers.order_by("pk"))
            if counting and counting[-1].result == "nonconformity":
                lifecycle.raise_from_answer(item, result="nonconformity", note="Đã thấy", by=lead)
                return f"finding {item.pk}"
        guessed = unfinished.guessed(audit.findings.all()).first()
        if guessed is not None:
            lifecycle.confirm_finding(guessed, by=lead)
            return f"confirmed {guessed.pk}"
        if (
            Answer.objects.filter(item__audit=audit, settles=False).count() < ENOUGH
            or HalfFile.objects.filter(audit=audit).exists()
        ):
            return ""
        lifecycle.edit_report(audit, summary="Đã xem.", conclusion="Phù hợp.", by=lead)
        return f"approval {reports.send(audit, by=lead).pk}"

    def signed(self, approval: Approval) -> str:
        by = self.people["lead" if approval.step == 0 else "head"]
        try:
            sign(approval, by)
        except Refused:  # an answer arrived after it was sealed
            approvals.take_back(approval, by=self.people["lead"])
            return "taken back"
        return f"signature {Signature.objects.get(approval=approval, person=by).pk}"


# -- invariants


def faults() -> list[str]:
    """States that the steps do not allow: each step exists with its event, or neither does."""
    found = []
    with kills.at_one_moment():
        told = Counter(Event.objects.values_list("subject", "kind"))
        signed = Counter(Signature.objects.values_list("approval__items__subject", "person__username"))  # fmt: skip
        for audit in Audit.objects.select_related("report"):
            found += _wrong(audit, told, signed)
        for half in HalfFile.objects.all():
            pieces = [bytes(one.data) for one in Piece.objects.filter(of=half)]
            if sum(map(len, pieces)) != half.arrived:
                found.append(f"file {half.pk}: {half.arrived} bytes, {sum(map(len, pieces))} kept")
    return found


def _wrong(audit: Audit, told: Counter, signed: Counter) -> list[str]:
    done = audit.state in {State.CONCLUDED, State.CLOSED}
    fixed = audit.state != State.PLANNING
    subject, plan = f"audit:{audit.pk}", f"audit_plan:{audit.pk}"
    report = getattr(audit, "report", None)
    accepted = report is not None and report.accepted_on is not None
    findings = Finding.objects.filter(audit=audit)
    cases = Nonconformity.objects.filter(finding__in=findings).count()
    expected = {
        "fixed": (told[subject, "audit_plan_fixed"], int(fixed)),
        "head signed the plan": (signed[plan, "head"], int(fixed)),
        "concluded": (told[subject, "audit_concluded"], int(done)),
        "lead signed the report": (signed[reports.subject(audit.pk), "lead"] > 0, done),
        "accepted": (told[subject, "audit_report_accepted"], int(accepted)),
        "head signed the report": (signed[reports.subject(audit.pk), "head"], int(accepted)),
        "drafts": (findings.filter(state="draft").exists() and done, False),
        "cases": (cases, findings.filter(grade="minor").count() if done else 0),
    }
    wrong = kills.differing(expected)
    return [f"audit {audit.pk} is {audit.state} with {wrong}"] if wrong else []


def missing(said: set[str]) -> list[str]:
    """What a phone was told that the server has, or the desk reported, and that does not exist; and
    errors of processes."""
    kinds = {"signature": Signature.objects.all(), "approval": Approval.objects.all()}
    return kills.missing(said, kinds)


def finish_all(phones: list[Phone]) -> None:
    """Sends all that waits, and signs every report."""
    while True:
        for phone in phones:
            phone.work(lambda _line: None, to_the_end=True)
        Desk().work(lambda _line: None, to_the_end=True)
        if not Audit.objects.filter(report__accepted_on=None).exists():
            break
    for phone in phones:
        phone.work(lambda _line: None, to_the_end=True)


def at_the_end(phones: list[Phone]) -> list[str]:
    """Faults after all work is finished: everything written on a phone is kept once, in order, and
    every photo is whole."""
    found = faults()
    for phone in phones:
        for one in phone.written:
            found += _kept_once(phone, one)
        for item in {one["item"] for one in phone.written}:
            wrote = [one["id"] for one in phone.written if one["item"] == item and "result" in one]
            kept = Answer.objects.filter(item=item, by__username=phone.name, entry__in=wrote)
            order = [wrote.index(str(one.entry)) for one in kept.order_by("pk")]
            if order != sorted(order):
                found.append(f"{phone.name}: question {item} in another order")
    return found + kills.damage()


def _kept_once(phone: Phone, one: dict) -> list[str]:
    if phone.gone[one["id"]] == "refused":
        return [] if "finding" in one else [f"{one['id']} was refused"]
    aside = SetAside.objects.filter(entry=one["id"])
    if "finding" in one:
        kept = aside.count() or Finding.objects.filter(item=one["item"]).count()
    elif "result" in one:
        kept = aside.count() + Answer.objects.filter(entry=one["id"]).count()
    else:
        files = [*aside, *Evidence.objects.filter(entry=one["id"])]
        kept = len(files)
        if any(Image.open(store.open_file(file.file_id)).size != SIZE for file in files):
            return [f"photo {one['id']} is not whole"]
    return [] if kept == 1 else [f"{phone.name} wrote {one['id']}, kept {kept} times"]
