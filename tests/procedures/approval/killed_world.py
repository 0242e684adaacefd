"""The activity in the small installation whose processes are killed (`killed.py`), and its
invariants."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator

from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from procedures import lifecycle
from procedures.approval import deciding, sending
from procedures.approval.sealing import Terms
from procedures.models import Decision, DocumentPage, Version
from qms.approvals import queries
from qms.clock import today
from qms.desk import bookmarks
from qms.lifecycle.agencies import create_agency, root
from qms.models import (
    Agency,
    Appointment,
    Approval,
    ApprovalItem,
    DueWork,
    Event,
    Mail,
    MailSettings,
    Notice,
    Signature,
    User,
)
from qms.notices import kinds, mailing
from qms.work import background
from qms.work import sending as mails
from search.queue import pending
from tests import kills
from tests.procedures.approval.conftest import steps

State = Approval.State
TOGETHER = 3  # documents of a set under one decision; every third approval is one


# -- the cast


def prepare() -> None:
    """An agency whose people get mails immediately."""
    root()
    agency = create_agency(code="STP", name="Sở Tư pháp", kind="department")
    for role in ("officer", "reviewer", "approver", "reader"):
        address = f"{role}@example.org"
        person = kills.appoint(role, role, agency, email=address, confirmed_email=address)
        ways = {group.name: "now" for group in kinds.groups()}
        MailSettings.objects.create(person=person, ways=ways)
    bookmarks.add(f"agency:{agency.pk}", "followed", by=User.objects.get(username="reader"))


# -- web


class Web:
    """People's actions on the pages, step by step; each continues from the state of
    the database."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {}

    def work(self, say, *, to_the_end: bool = False) -> None:
        """Steps for ever; with `to_the_end` until no work is left."""
        # If the database or the disk failed (a sign-in says UpdateError of it), somebody
        # submits again
        again = () if to_the_end else (*kills.AWAY, UpdateError)

        def steps() -> Iterator[str]:
            if not self.people:
                self.people = {one.username: one for one in User.objects.all()}
                self.agency = Agency.objects.get()
            if done := self.step(begin=not to_the_end):
                yield done

        kills.work(steps, say, until_idle=to_the_end, again_after=again)

    def step(self, *, begin: bool) -> str:
        """One step; returns what was done, empty if nothing is left to do."""
        under_way = Approval.objects.filter(state__in=[State.OPEN, State.APPROVED]).first()
        if under_way is not None:
            return self.go_on(under_way)
        drafts = list(DocumentPage.objects.filter(versions=None).order_by("pk"))
        number = Approval.objects.count()
        wanted = TOGETHER if number % 3 == 2 else 1
        if len(drafts) < wanted and begin:
            return self.draft()
        if not drafts:
            return ""
        return self.send(drafts[:wanted])

    def client(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(self.people[name])
        return client

    def draft(self) -> str:
        number = DocumentPage.objects.count() + 1
        page = lifecycle.create_draft(
            self.agency, kind="procedure", title=f"Quy trình số {number} của ngành",
            code=f"QT-{number:03}", content=steps("1 ngày", "2 ngày"), by=self.people["officer"],
        )  # fmt: skip
        return f"draft {page.pk}"

    def send(self, drafts: list[DocumentPage]) -> str:
        if len(drafts) > 1:
            terms = Terms(1, 0, by_decision=True)
            sent = sending.send(
                [(page.specific, terms) for page in drafts],
                by=self.people["officer"],
                title="Ba quy trình",
            )
            return f"approval {sent.pk}"
        address = f"/admin/tai-lieu/{drafts[0].pk}/trinh-duyet/"
        form = {"issue_number": "1", "revision_number": "0", "effective": "issue"}
        officer = self.client("officer")
        shown = answered(officer.post(address, {**form, "act": "review"}), 200)
        seal = re.search(r'name="seal" value="([^"]+)"', shown.content.decode())[1]
        answered(officer.post(address, {**form, "act": "send", "seal": seal}), 302)
        return f"approval {queries.open_for(f'document:{drafts[0].pk}').pk}"

    def go_on(self, approval: Approval) -> str:
        if approval.state == State.APPROVED:
            deciding.issue_by_decision(
                approval, number=deciding.next_number(approval), symbol="QĐ-STP",
                dated=today(), title="Về việc ban hành", by=self.people["officer"],
            )  # fmt: skip
            return f"decision {approval.pk}"
        name = ("reviewer", "approver")[approval.step]
        held = Appointment.objects.get(person=self.people[name])
        form = {
            "manifest": approval.manifest,
            "way": "password",
            "appointment": held.pk,
            "signing_password": kills.SECRET,
        }
        answered(self.client(name).post(f"{approval.get_absolute_url()}ky/", form), 302)
        signed = Signature.objects.filter(approval=approval, person=self.people[name]).first()
        return f"signature {signed.pk}" if signed else "again"


def answered(response, status: int):
    """The response, if expected; not if the product reports that it can't write."""
    if response.status_code != status:
        raise OSError(f"{response.status_code} of {response.request['PATH_INFO']}")
    return response


# -- background


def serve(say) -> None:
    while True:
        background.run_once()
        say("turn")


def finish_all() -> None:
    """Runs until nothing is pending. The claims of killed senders have expired by then."""
    for _turn in range(60):
        background.run_once()
        later = timezone.now() + 2 * mails.CLAIMED
        mailing.write_digests(timezone.now() + datetime.timedelta(days=8))
        mails.send_waiting(later)
        if not (Mail.objects.filter(sent_at=None).exists() or pending.waiting().exists()):
            return


# -- invariants


def faults() -> list[str]:
    """States that the steps do not allow: each step exists with its event, or neither does."""
    with kills.at_one_moment():
        approvals = list(Approval.objects.all())
        items = Counter(ApprovalItem.objects.values_list("approval", flat=True))
        signed = Counter(Signature.objects.values_list("approval", flat=True))
        issued = Counter(Version.objects.values_list("approval", flat=True))
        decided = set(Decision.objects.values_list("approval", flat=True))
        told = Counter(Event.objects.values_list("subject", "kind"))
    found = []
    for one in approvals:
        done, decision = one.state == State.DONE, one.pk in decided
        expected = {
            "signatures": (signed[one.pk], one.step if one.state == State.OPEN else 2),
            "versions": (issued[one.pk], items[one.pk] if done else 0),
            "sent": (told[f"approval:{one.pk}", "approval_sent"], 1),
            "signed": (told[f"approval:{one.pk}", "approval_signed"], signed[one.pk]),
            "approved": (told[f"approval:{one.pk}", "approval_approved"], int(one.state != State.OPEN)),
            "decided": (told[f"approval:{one.pk}", "decided"], int(decision)),
            "decision": (decision, done and items[one.pk] > 1),
        }  # fmt: skip
        if wrong := kills.differing(expected):
            found.append(f"approval {one.pk} is {one.state} with {wrong}")
    if sum(n for (_subject, kind), n in told.items() if kind == "issued") != sum(issued.values()):
        found.append("versions and their events differ")
    return found


def missing(said: set[str]) -> list[str]:
    """Acts that a process reported and that are missing; and its errors."""
    kinds_of = {
        "draft": DocumentPage.objects.all(),
        "approval": Approval.objects.all(),
        "signature": Signature.objects.all(),
        "decision": Approval.objects.filter(state=State.DONE),
    }
    return kills.missing(said, kinds_of)


def at_the_end() -> list[str]:
    """Faults after all work is finished."""
    found = faults()
    unfinished = Approval.objects.exclude(state=State.DONE).count()
    found += [f"{unfinished} approvals are not finished"] if unfinished else []
    for approval in Approval.objects.all():
        if not queries.complete(approval):
            found.append(f"approval {approval.pk} is not complete")
    for document in DocumentPage.objects.all():
        if document.versions.count() != 1:
            found.append(f"document {document.pk} has {document.versions.count()} versions")
    twice = [key for key, n in Counter(Mail.objects.values_list("key", flat=True)).items() if n > 1]
    found += [f"mail {key} was written twice" for key in twice]
    for rows, what in (
        (Mail.objects.filter(sent_at=None), "mails were not sent"),
        (pending.waiting(), "documents wait for the index"),
        (
            DueWork.objects.filter(done_at=None, due_at__lt=timezone.now()),
            "pieces of due work wait",
        ),
        (Notice.objects.to_mail().filter(mail="now"), "notices were not mailed"),
    ):
        if rows.exists():
            found.append(f"{rows.count()} {what}")
    return found + kills.damage()
