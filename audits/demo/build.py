"""Builds the audits of one agency of the demonstration city: last year's, finished, and this year's
in every state.

Each step is done by the person responsible, on its day in the demonstration's story."""

import datetime
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone

from audits import lifecycle
from audits.audit_plan import kind as plans
from audits.demo import auditors, reviews, shared
from audits.models import Audit, Cause, Finding, Invitation, Member, Nonconformity, Programme
from audits.report import kind as reports
from procedures.demo.load import City
from qms import access
from qms.approvals import lifecycle as approvals
from qms.approvals import subjects
from qms.clock import on_day
from qms.models import Agency, Approval, Unit, User

AGENCY = "SKHCN"
TEXTS = Path(__file__).resolve().parent / "texts.toml"


def build(city: City) -> None:
    """For `procedures.demo.further`."""
    with TEXTS.open("rb") as source:
        Audits(city, tomllib.load(source)).build()


class Audits:
    """The audits while they are being built."""

    def __init__(self, city: City, texts: dict[str, Any]) -> None:
        self.city, self.texts, self.day = city, texts, city.day
        self.agency: Agency = city.agencies[AGENCY]
        self.officer, self.head, self.lead, self.auditor = (
            city.people[key] for key in ("hanh", "thuy", "bao", "khue")
        )
        self.other_auditor = city.people["kiet"]
        self.doers = {"VP": "dung", "TĐC": "van", "QLKH": "tuan", "CNBX": "son", "CĐS": "kiet"}

    def build(self) -> None:
        auditors.register(self)
        shared.questions(self)
        year = self.day.year
        last = self.programme(year - 1, datetime.date(year - 1, 4, 1), ("VP", "TĐC"))
        units = ("QLKH", "CNBX", "CĐS", "TĐC", "KHTC")
        this = self.programme(year, datetime.date(year, 1, 20), units)
        self.last_year(last)
        reviews.last_year(self)
        self.two_rounds(this)
        shared.lesson(self)
        self.cancelled()
        self.concluded(this)
        self.under_way(this)
        self.planned(this)
        self.planning()
        with self.on(self.ago(12)):
            self.daily_work()
        reviews.this_year(self)

    # --- days and people --------------------------------------------------------------------------

    def ago(self, days: int) -> datetime.date:
        return self.day - datetime.timedelta(days=days)

    @contextmanager
    def on(self, day: datetime.date) -> Iterator[None]:
        with on_day(min(day, self.day)):
            yield

    def unit(self, code: str) -> Unit:
        return self.city.units[AGENCY, code]

    def doer(self, code: str) -> User:
        return self.city.people[self.doers[code]]

    # --- the course of an audit -------------------------------------------------------------------

    def programme(self, year: int, day: datetime.date, units: tuple[str, ...]) -> Programme:
        rows = [
            {"unit": self.unit(code).pk, "month": month, "lead": self.lead.pk}
            for code, month in zip(units, (3, 6, 6, 9, 11), strict=False)
        ]
        with self.on(day):
            made = lifecycle.create_programme(
                self.agency, year=year, rows=rows, by=self.officer, **self.texts["programme"]
            )
            return lifecycle.approve_programme(made, by=self.head)

    def set_up(
        self, name: str, first: datetime.date, days: int = 1, programme: Programme | None = None
    ) -> Audit:
        audit = lifecycle.create_audit(
            self.agency,
            body=self.agency,
            title=self.texts[name]["title"],
            starts_on=first,
            ends_on=first + datetime.timedelta(days=days - 1),
            lead=self.lead,
            by=self.officer,
            programme=programme,
        )
        lifecycle.add_member(audit, self.auditor, Member.Part.AUDITOR, by=self.officer)
        return audit

    def row(
        self,
        audit: Audit,
        code: str,
        hour: int,
        *,
        who: User | None = None,
        clauses: tuple[str, ...] = ("7.5", "8.5.1"),
        documents: tuple[str, ...] = (),
    ) -> None:
        def at(of_day: int) -> datetime.datetime:
            return timezone.make_aware(
                datetime.datetime.combine(audit.starts_on, datetime.time(of_day))
            )

        lifecycle.save_row(
            audit,
            unit=self.unit(code),
            starts_at=at(hour),
            ends_at=at(hour + 2),
            auditors=[audit.members.get(person=who or self.lead)],
            documents=[self.city.pages[AGENCY, document].pk for document in documents],
            clauses=clauses,
            by=self.officer,
        )

    def start(self, audit: Audit) -> Audit:
        shared.meetings(self, audit)
        return self.begin(lifecycle.fix_plan(audit, by=self.lead))

    def begin(self, audit: Audit) -> Audit:
        for row in audit.rows.all():
            lifecycle.make_checklist(row, by=self.lead)
        with self.on(audit.starts_on):
            return lifecycle.start(audit, by=self.lead)

    def answer_all(self, audit: Audit) -> None:
        for item in audit.items.all():
            lifecycle.answer(item, result="conforms", by=self.lead)

    def found(
        self, audit: Audit, grade: str, code: str, said: str, *, clause: str = "7.5.3.2"
    ) -> Finding:
        item = audit.items.filter(row__unit=self.unit(code), finding=None)[0]
        result = {"major": "nonconformity", "minor": "nonconformity"}.get(grade, "observation")
        lifecycle.answer(item, result=result, note=said, by=self.lead)
        return lifecycle.raise_finding(
            audit,
            item=item,
            grade=grade,
            seen=said,
            unit=self.unit(code),
            clause=clause,
            by=self.lead,
        )

    # --- corrections ------------------------------------------------------------------------------

    def case_of(self, finding: Finding) -> Nonconformity:
        return Nonconformity.objects.filter(finding=finding).latest("pk")

    def plan(
        self, case: Nonconformity, *dues: datetime.date, judge_on: datetime.date
    ) -> Nonconformity:
        work, doer = self.texts["work"], self.doer(case.unit.code)
        case = lifecycle.correct(case, correction=work["correction"], by=doer)
        causes = list(Cause.objects.filter(name__in=work["causes"]))
        case = lifecycle.find_cause(
            case, cause=work["cause"], whys=work["whys"], causes=causes, by=doer
        )
        case = lifecycle.judge_extent(case, extent=work["extent"], by=doer)
        case = lifecycle.assess_system(
            case, risks=work["risks"], objectives=work["objectives"], by=doer
        )
        for what, due in zip((work["action"], work["training"]), dues, strict=False):
            lifecycle.add_action(case, what=what, person=doer, due=due, by=doer)
        return lifecycle.send_plan(case, measure=work["measure"], judge_on=judge_on, by=doer)

    def agree(self, case: Nonconformity) -> Nonconformity:
        """Sends the plan and has it signed by the head of the agency."""
        assert case.approval is not None
        self.sign(case.approval, self.head)
        case.refresh_from_db()
        return case

    def sign(self, approval: Approval, who: User) -> None:
        access.forget(who)
        approval.refresh_from_db()
        secrets = {one["username"]: one["password"] for one in self.city.accounts}
        approvals.sign(
            approval,
            by=who,
            appointment=None,
            secret=secrets[who.username],
            way="password",
            manifest=approval.manifest,
            confirmed=[one.name for one in subjects.get(approval.kind).effect(approval).ticks],
        )

    def work(self, case: Nonconformity) -> None:
        for action in case.actions.all():
            lifecycle.finish_action(action, note=self.texts["work"]["done"], by=action.person)

    def correct(
        self, case: Nonconformity, first: datetime.date, *, effective: bool = True, why: str = ""
    ) -> None:
        """A complete round, from its plan to its judgement three weeks later."""
        week = datetime.timedelta(days=7)
        with self.on(first):
            case = self.plan(case, first + week, judge_on=first + 3 * week)
            case = self.agree(case)
        with self.on(first + week):
            self.work(case)
        with self.on(first + 3 * week):
            why = why or self.texts["work"]["effective"]
            lifecycle.judge(case, effective=effective, why=why, by=self.lead)

    # --- the audits -------------------------------------------------------------------------------

    def last_year(self, programme: Programme) -> None:
        said = self.texts["last_year"]
        first = datetime.date(self.day.year - 1, 9, 15)
        with self.on(first - datetime.timedelta(days=7)):
            audit = self.set_up("last_year", first, programme=programme)
            self.row(audit, "VP", 8, documents=("QT-01/VP",))
            self.row(audit, "TĐC", 13, who=self.auditor, clauses=("8.2", "8.5.1"))
            audit = self.start(audit)
        with self.on(first):
            self.answer_all(audit)
            minor = self.found(audit, "minor", "VP", said["minor"])
            self.found(audit, "observation", "TĐC", said["observation"], clause="8.2.1")
            self.found(audit, "strength", "TĐC", said["strength"], clause="7.5.1")
            lifecycle.edit_report(
                audit, conclusion=said["conclusion"], strengths=said["strengths"], by=self.lead
            )
            report = reports.send(audit, by=self.lead)
            self.sign(report, self.lead)
            self.sign(report, self.head)
            lifecycle.reply(minor, accepts=True, by=self.city.people["dung"])
        self.correct(self.case_of(minor), first + datetime.timedelta(days=5))

    def two_rounds(self, programme: Programme) -> None:
        """The first correction did not work; the second did."""
        said, first = self.texts["rounds"], self.ago(200)
        with self.on(first - datetime.timedelta(days=7)):
            audit = self.set_up("rounds", first, programme=programme)
            self.row(audit, "QLKH", 8, documents=("QT-02/QLKH",))
            audit = self.start(audit)
        with self.on(first):
            self.answer_all(audit)
            minor = self.found(audit, "minor", "QLKH", said["minor"], clause="8.5.2")
            lifecycle.conclude(audit, conclusion=said["conclusion"], by=self.lead)
        week = datetime.timedelta(days=7)
        case = self.case_of(minor)
        self.correct(case, first + week, effective=False, why=said["first_why"])
        self.correct(self.case_of(minor), first + 5 * week, why=said["second_why"])

    def cancelled(self) -> None:
        with self.on(self.ago(90)):
            audit = self.set_up("cancelled", self.ago(80))
            lifecycle.cancel(audit, reason=self.texts["cancelled"]["reason"], by=self.officer)

    def concluded(self, programme: Programme) -> None:
        """Findings with corrections in every state."""
        said, first = self.texts["concluded"], self.ago(45)
        with self.on(first - datetime.timedelta(days=7)):
            audit = self.set_up("concluded", first, programme=programme)
            self.row(audit, "CNBX", 8, documents=("QT-01/CNBX",))
            self.row(audit, "CĐS", 13, who=self.auditor, clauses=("7.1", "7.5"))
            audit = self.start(audit)
        with self.on(first):
            self.answer_all(audit)
            found = {
                name: self.found(audit, grade, code, said[name], clause=clause)
                for name, grade, code, clause in (
                    ("open", "minor", "CĐS", "7.1.3"),
                    ("planned", "minor", "CNBX", "8.7.1"),
                    ("agreed", "minor", "CNBX", "8.5.3"),
                    ("verifying", "minor", "CNBX", "7.5.3.1"),
                    ("observation", "observation", "CNBX", "8.6"),
                    ("opportunity", "opportunity", "CĐS", "8.1"),
                )
            }
            lifecycle.conclude(
                audit, conclusion=said["conclusion"], strengths=said["strengths"], by=self.lead
            )
        with self.on(self.ago(40)):
            son = self.city.people["son"]
            for name in ("planned", "agreed", "verifying"):
                lifecycle.reply(found[name], accepts=True, by=son)
            agreed, verifying = (self.case_of(found[n]) for n in ("agreed", "verifying"))
            late, later = self.ago(6), self.day + datetime.timedelta(days=20)
            agreed = self.plan(agreed, late, later, judge_on=later + datetime.timedelta(days=14))
            self.agree(agreed)
            verifying = self.plan(verifying, self.ago(20), judge_on=self.ago(2))
            self.agree(verifying)
        with self.on(self.ago(22)):
            self.work(verifying)
        with self.on(self.ago(3)):
            due = self.day + datetime.timedelta(days=30)
            self.plan(self.case_of(found["planned"]), due, judge_on=due)

    def under_way(self, programme: Programme) -> None:
        said, first = self.texts["under_way"], self.ago(1)
        with self.on(self.ago(10)):
            audit = self.set_up("under_way", first, 3, programme)
            self.row(audit, "TĐC", 8, clauses=("7.5", "8.6"), documents=("QT-01/TĐC",))
            self.row(audit, "VP", 13, clauses=("5.3", "7.2"), who=self.auditor)
            shared.meetings(self, audit)
            audit = lifecycle.fix_plan(audit, by=self.lead)
            for asked in audit.invitations.filter(side=Invitation.Side.AUDITEE):
                lifecycle.accept_invitation(asked, by=asked.person)
            audit = self.begin(audit)
        with self.on(first):
            for item, note in zip(audit.items.all(), said["notes"], strict=False):
                lifecycle.answer(item, result="conforms", note=note, by=self.lead)
            item = audit.items.filter(row__unit=self.unit("TĐC"), answers=None)[0]
            lifecycle.answer(item, result="nonconformity", note=said["seen"], by=self.lead)
            lifecycle.raise_finding(
                audit,
                item=item,
                grade="minor",
                seen=said["seen"],
                unit=self.unit("TĐC"),
                by=self.lead,
            )

    def planned(self, programme: Programme) -> None:
        """A plan signed through the chain; the head of one unit has asked for another time, the
        other has not answered."""
        with self.on(self.ago(4)):
            first = self.day + datetime.timedelta(days=14)
            audit = self.set_up("planned", first, programme=programme)
            self.row(audit, "KHTC", 8, who=self.auditor, clauses=("7.1", "8.4"))
            self.row(audit, "VP", 13, clauses=("7.1.4", "7.5.3"))
            shared.meetings(self, audit)
            plan = plans.send(audit, by=self.lead)
            self.sign(plan, self.lead)
            self.sign(plan, self.head)
            audit.refresh_from_db()
            for row in audit.rows.all():
                lifecycle.make_checklist(row, by=self.lead)
        with self.on(self.ago(3)):
            asked = audit.invitations.get(person=self.doer("VP"), meeting=None)
            lifecycle.ask_another_time(asked, reason=self.texts["planned"]["another_time"], by=asked.person)  # fmt: skip

    def planning(self) -> None:
        audit = self.set_up("planning", self.day + datetime.timedelta(days=40))
        lifecycle.add_member(audit, self.other_auditor, Member.Part.AUDITOR, by=self.officer)
        self.row(audit, "VP", 8, clauses=("7.5.3",))
        auditors.asked_for(self, audit)

    def daily_work(self) -> None:
        """A late result: what was done for the citizen is recorded, and another unit is asked
        whether it happens there."""
        said, doer = self.texts["late"], self.doer("QLKH")
        case = lifecycle.report(
            self.agency,
            unit=self.unit("QLKH"),
            description=self.texts["work"]["daily"],
            source=Nonconformity.Source.WRONG_RESULT,
            by=self.officer,
        )
        done = {name: said[name] for name in ("result_corrected", "informed", "accepted_by")}
        case = lifecycle.correct(case, correction=said["correction"], by=doer, **done)
        causes = list(Cause.objects.filter(name__in=said["causes"]))
        case = lifecycle.find_cause(
            case, cause=said["cause"], whys=said["whys"], causes=causes, by=doer
        )
        lifecycle.ask_extent(case, unit=self.unit("CNBX"), question=said["question"], by=doer)
