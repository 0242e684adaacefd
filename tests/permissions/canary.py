"""A city in which every secret of two agencies contains a unique word, so that a leak can be
detected in any response.

A canary word names the agency, who may read it, and its place: `zzcanarybetadraftcell` is a cell of
a draft of agency Beta. Next to each is a bait, `zzbait`, which searches may query without putting a
canary into their own response. IDs identify the owner of a row: Alpha's begin at 5001, Beta's at
7001 in every table, and those created by requests at 9001."""

import datetime
import io
import json
import re
import uuid
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from taggit.models import Tag
from wagtail.admin.models import EditingSession
from wagtail.models import (
    Collection,
    Comment,
    CommentReply,
    GroupApprovalTask,
    ModelLogEntry,
    TaskState,
    Workflow,
    WorkflowState,
)
from wagtail.users.models import UserProfile

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
    Member,
    Nonconformity,
    PlanRow,
    Programme,
    Question,
    ReviewInput,
    Training,
)
from procedures import lifecycle
from procedures.derived import file_texts
from procedures.models import (
    AmendmentDraft,
    ChangeRequest,
    Confirmation,
    DocumentPage,
    ImportBatch,
    ImportItem,
    ReadingRule,
    Review,
    Version,
)
from procedures.sandbox.plain import plain
from qms import groups
from qms.clock import today
from qms.lifecycle.agencies import create_agency
from qms.models import (
    Agency,
    Appointment,
    Bookmark,
    DueWork,
    Mail,
    Notice,
    StoredFile,
    Unit,
    User,
    Way,
)
from qms.notices import kinds
from qms.proof import store
from qms.roles import CITY_ROLES, Role
from search.models import BestBet, Pending, QueryLog, SavedSearch, Synonym
from search.queue import pending
from tests.issuing import issue as issue_now
from tests.permissions.counters import count_from
from tests.permissions.sent import APPROVED, HEADED, REVIEWED, SENT, make_approvals

ALPHA, BETA = "alpha", "beta"
# Who may read: the officers; the author too; the agency and the overseer; the agency and its administrators; the overseer as well.
DRAFT, OWN, ISSUED, PEOPLE, UNITS = "draft", "own", "issued", "people", "units"
PRIVATE = "private"  # of one person who asks for nothing here: nobody may read it
# Notes of an audit's team; what a concluded audit says to who is in charge; an approved programme, which the agency reads.
NOTES, TOLD, PROGRAMME = "notes", "told", "programme"
REVIEWED_BY = "management"  # a management review: officers and approvers
READERS = "readers"  # who has read what: officers and approvers
ASKED = "asked"  # a request of the agency's reader: the reader and the officers
CLASSES = (
    DRAFT, OWN, ISSUED, PEOPLE, UNITS, PRIVATE, NOTES, TOLD, PROGRAMME, REVIEWED_BY, READERS, ASKED, *SENT
)  # fmt: skip
BAIT = "zzbait"
FILE_BAIT, NAME_BAIT = "zzmoitep", "zzmoinguoi"  # for what stands inside files, and for people
FIRST_ID = {ALPHA: 5000, BETA: 7000}
CITY_IDS, LATER_IDS = 3000, 9000
PASSWORD = "mat-khau-de-thu-2026"
LONG_AGO = datetime.date(2020, 1, 1)


def word(agency: str, kind: str, place: str) -> str:
    return f"zzcanary{agency}{kind}{place}"


def text(agency: str, kind: str, place: str) -> str:
    """A canary with a bait, the canary first, so that it survives truncation."""
    return f"{word(agency, kind, place)} {BAIT} nội dung"


# What must never be seen: role -> the classes of the own agency, the classes of the other.
HIDDEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Role.OFFICER: ((PRIVATE, NOTES), CLASSES),
    Role.AUTHOR: ((DRAFT, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, ASKED, *SENT), CLASSES),
    Role.READER: ((DRAFT, OWN, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, *SENT), CLASSES),
    Role.REVIEWER: (
        (DRAFT, OWN, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, ASKED, HEADED, APPROVED),
        CLASSES,
    ),
    Role.APPROVER: ((DRAFT, OWN, PRIVATE, NOTES, ASKED), CLASSES),
    Role.AUDITOR: ((DRAFT, OWN, PRIVATE, REVIEWED_BY, READERS, ASKED, *SENT), CLASSES),
    Role.UNIT_HEAD: (
        (DRAFT, OWN, PRIVATE, NOTES, REVIEWED_BY, READERS, ASKED, REVIEWED, APPROVED),
        CLASSES,
    ),
    Role.AGENCY_ADMIN: (
        (DRAFT, OWN, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, ASKED, *SENT),
        CLASSES,
    ),
    Role.OVERSEER: (
        (DRAFT, OWN, PEOPLE, PRIVATE, NOTES, REVIEWED_BY, READERS, ASKED, *SENT),
        (DRAFT, OWN, PEOPLE, PRIVATE, NOTES, REVIEWED_BY, READERS, ASKED, *SENT),
    ),
    Role.SYSTEM_ADMIN: (
        (DRAFT, OWN, ISSUED, PRIVATE, NOTES, TOLD, PROGRAMME, REVIEWED_BY, READERS, ASKED, *SENT),
        (DRAFT, OWN, ISSUED, PRIVATE, NOTES, TOLD, PROGRAMME, REVIEWED_BY, READERS, ASKED, *SENT),
    ),
    "nobody": (CLASSES, CLASSES),
    "stray": (CLASSES, CLASSES),  # an account that holds no post
    "deactivated": (CLASSES, CLASSES),  # was Beta's officer
    "ended": (CLASSES, CLASSES),  # was Beta's officer until yesterday
    "beginning": (CLASSES, CLASSES),  # becomes Beta's officer the day after tomorrow
}


def hidden_words(role: str) -> re.Pattern[str]:
    """Words that a response to this role of agency Alpha must not contain."""
    own, other = HIDDEN[role]
    return re.compile(
        f"zzcanary(?:{ALPHA}(?:{'|'.join(own) or 'nothing'})|{BETA}(?:{'|'.join(other)}))[a-z0-9]*",
        re.IGNORECASE,
    )


@dataclass
class Tenant:
    """One agency with all its objects."""

    key: str
    agency: Agency
    people: dict[str, User] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    pages: list[DocumentPage] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)

    @property
    def ids(self) -> range:
        return range(FIRST_ID[self.key] + 1, FIRST_ID[self.key] + 1000)


@dataclass
class City:
    alpha: Tenant
    beta: Tenant
    others: dict[str, User]

    def person(self, role: str) -> User | None:
        """The account with this role: Alpha's, or the city's; None is anonymous."""
        if role == "nobody":
            return None
        return self.others.get(role) or self.alpha.people[role]


# --- what the agencies have --------------------------------------------------------------------------------------------------


def picture(key: str, kind: str) -> StoredFile:
    """A PNG of one point with a canary in its bytes."""
    point = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00038601805a34a8f90000000049454e44ae426082"
    )
    return store.add(point + text(key, kind, "picturebytes").encode(), "image/png")


def xlsx(words: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append([words])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def content(key: str, kind: str) -> dict[str, Any]:
    """Neutral content with a canary in each place that holds text."""

    def t(place: str) -> str:
        return text(key, kind, place)

    picture_block = {
        "type": "picture", "sha256": picture(key, kind).pk, "name": t("picturename")[:80], "description": t("picturedescription"),
        "caption": t("picturecaption"), "described_by": "author",
    }  # fmt: skip
    grid = {
        "type": "grid",
        "subject": "steps",
        "columns": [
            {"role": "number", "label": "TT"},
            {"role": "action", "label": t("columnlabel")},
            {"role": "responsible", "label": "Trách nhiệm"},
        ],
        "rows": [
            {"kind": "row", "cells": ["1", t("cell"), t("responsible")]},
            {"kind": "phase", "cells": ["", t("phase"), ""]},
        ],
    }
    records = {
        "type": "grid",
        "subject": "records",
        "columns": [{"role": "name", "label": "Tên"}, {"role": "place", "label": "Nơi lưu"}],
        "rows": [{"kind": "row", "cells": [t("record"), t("recordplace")]}],
    }
    blocks = [
        {"type": "text", "html": f"<p>{t('body')}</p>"},
        {"type": "heading", "number": "1.1.", "title": t("heading"), "level": 2},
        {"type": "table", "html": f"<table><tbody><tr><td>{t('table')}</td></tr></tbody></table>"},
        grid,
        records,
        picture_block,
    ]
    return {
        "sections": [
            {
                "kind": "content",
                "place": "body",
                "number": "1.",
                "title": t("section"),
                "blocks": blocks,
            }
        ]
    }


def plain_content() -> dict[str, Any]:
    blocks = [{"type": "text", "html": "<p>Nội dung ai cũng đọc được.</p>"}]
    return {
        "sections": [
            {
                "kind": "content",
                "place": "body",
                "number": "1.",
                "title": "NỘI DUNG",
                "blocks": blocks,
            }
        ]
    }


def secret_fields(key: str, kind: str, mark: str = "") -> dict[str, Any]:
    """Secret fields of a page; `mark` keeps codes unique."""

    def t(place: str) -> str:
        return text(key, kind, place)

    source = store.add(t("sourcebytes").encode() + mark.encode(), "application/octet-stream")
    return {
        "code": word(key, kind, "code") + (f"-{mark}" if mark else ""),
        "owner_post": t("ownerpost"),
        "legal_basis": [word(key, kind, "legalbasis")],
        "signers": [{"role": "approved", "name": t("signername"), "post": t("signerpost")}],
        "change_summary": t("changesummary"),
        "flags": [
            {"code": "unknown_section", "message": t("flagmessage"), "values": [t("flagvalue")]}
        ],
        "source": source,
        "source_name": word(key, kind, "sourcename") + ".docx",
    }


def make_people(tenant: Tenant) -> None:
    key = tenant.key
    for role in Role.values:
        if role in CITY_ROLES:
            continue
        user = User.objects.create_user(
            word(key, PEOPLE, f"username{role}".replace("_", "")),
            email=word(key, PEOPLE, f"mail{role}".replace("_", "")) + "@example.test",
            password=PASSWORD,
            first_name=f"{text(key, PEOPLE, f'name{role}'.replace('_', ''))} {NAME_BAIT}",
        )
        Appointment.objects.create(
            person=user,
            role=role,
            agency=tenant.agency,
            unit=tenant.units[0] if role == Role.UNIT_HEAD else None,
            post=text(key, PEOPLE, "post"),
            starts_on=LONG_AGO,
        )
        UserProfile.get_for_user(user)
        tenant.people[role] = user
        pending.mark("person", user.pk)


def make_private(tenant: Tenant) -> None:
    """A further reader with a saved search, the mail about it, a notice and a bookmark. The account
    itself is no secret inside the agency."""
    key, agency = tenant.key, tenant.agency
    user = User.objects.create_user(
        f"account-{key}-private", email=f"{key}@example.test", first_name="Người đọc khác"
    )
    Appointment.objects.create(person=user, role=Role.READER, agency=agency, starts_on=LONG_AGO)
    saved = SavedSearch.objects.create(
        person=user,
        name=text(key, PRIVATE, "searchname"),
        query=urlencode({"q": text(key, PRIVATE, "searchwords"), "kind": "form"}),
        mails=True,
    )
    saved.name += " 2"
    saved.save()
    kinds.kind("canary", "%(what)s", "canary")
    Notice.objects.create(
        person=user, key=key, kind="canary", facts={"what": text(key, PRIVATE, "notice")}, url=f"/{word(key, PRIVATE, 'noticeurl')}/",
        mail=Way.NONE,
    )  # fmt: skip
    Bookmark.objects.create(person=user, kind="followed", subject=f"agency:{agency.pk}")
    Mail.objects.create(
        to=user.email,
        subject=text(key, PRIVATE, "mailsubject"),
        body=text(key, PRIVATE, "mailbody"),
        person=user,
        private=True,
        error="thử",
    )


def make_documents(tenant: Tenant) -> None:
    key, agency, officer = tenant.key, tenant.agency, tenant.people[Role.OFFICER]

    def page(kind: str, secrecy: str, mark: str, by: User = officer, **fields: Any) -> DocumentPage:
        made = lifecycle.create_draft(
            agency,
            kind=kind,
            title=text(key, secrecy, "title"),
            content=content(key, secrecy),
            by=by,
            **{**secret_fields(key, secrecy, mark), **fields},
        )
        tenant.pages.append(made)
        return made

    def issue(page: DocumentPage, **days: datetime.date) -> Version:
        return issue_now(page, by=officer, **{"issued_on": LONG_AGO, **days})

    def redraft(page: DocumentPage, mark: str) -> None:
        page.refresh_from_db()
        fields = {**secret_fields(key, DRAFT, mark), "title": text(key, DRAFT, "title")}
        lifecycle.revise_draft(page.specific, content=content(key, DRAFT), by=officer, **fields)

    page(
        "procedure",
        DRAFT,
        "1",
        unit=tenant.units[1],
        field=text(key, DRAFT, "field"),
        local_tail=word(key, DRAFT, "tail")[:40],
    )
    file = store.add(xlsx(f"{text(key, DRAFT, 'formbytes')} {FILE_BAIT}"))
    page(
        "form",
        DRAFT,
        "2",
        file=file,
        file_name=word(key, DRAFT, "formname") + ".xlsx",
        procedure=tenant.pages[0],
    )
    agency_only = page("procedure", ISSUED, "3", unit=tenant.units[0], visibility="agency")
    first = issue(agency_only)
    lifecycle.withdraw(first, reason=text(key, ISSUED, "withdrawalreason"), by=officer)
    lifecycle.reinstate(first, reason=text(key, ISSUED, "reinstatementreason"), by=officer)
    attachment = store.add(xlsx(f"{text(key, ISSUED, 'attachedbytes')} {FILE_BAIT}"))
    lifecycle.add_file(
        first,
        attachment,
        name=word(key, ISSUED, "attachedname") + ".xlsx",
        role="attachment",
        by=officer,
    )
    scan = store.add(text(key, ISSUED, "scanbytes").encode(), "application/pdf")
    lifecycle.add_file(
        first, scan, name=word(key, ISSUED, "scanname") + ".pdf", role="signed", by=officer
    )
    redraft(agency_only, "3")
    struck = page("regulation", ISSUED, "4", visibility="city")
    lifecycle.strike_out(issue(struck), reason=text(key, ISSUED, "strikingreason"), by=officer)
    plain = {
        "owner_post": "",
        "signers": [],
        "change_summary": "",
        "flags": [],
        "legal_basis": [],
        "source": None,
        "source_name": "",
    }
    for number, visibility in enumerate(
        ("public", "city"), 1
    ):  # what all may read, with a secret draft behind it
        made = lifecycle.create_draft(
            agency,
            kind="policy",
            title=f"Chính sách {number} của {agency.name}",
            content=plain_content(),
            by=officer,
            code=f"CS-{key}-{number}",
            visibility=visibility,
            **plain,
        )
        tenant.pages.append(made)
        issue(made)
        redraft(made, f"5{number}")
    page("instruction", OWN, "6", by=tenant.people[Role.AUTHOR])
    waiting = page("objectives", ISSUED, "7", visibility="agency")
    issue(waiting, effective_on=today() + datetime.timedelta(days=30))


def make_import(tenant: Tenant) -> None:
    """A batch with a file in each state."""
    key = tenant.key
    batch = ImportBatch.objects.create(agency=tenant.agency, by=tenant.people[Role.OFFICER])
    for number, state in enumerate(
        ("read", "refused", "accepted", "waiting", "reading", "unchanged", "skipped")
    ):
        file = store.add(
            text(key, DRAFT, "importbytes").encode() + state.encode(), "application/octet-stream"
        )
        name = word(key, DRAFT, "importname") + f"{number}.docx"
        known = state in {"read", "accepted", "skipped"}
        facts = read_facts(key, name, file.pk) if known else {}
        facts.pop("content", None)
        shown = picture(key, DRAFT)
        ImportItem.objects.create(
            batch=batch,
            name=name,
            file=file,
            sha256=file.pk,
            state=state,
            reading={"facts": facts} if known else {},
            heavy={
                "content": content(key, DRAFT),
                "pictures": {
                    shown.pk: {
                        "sha256": shown.pk,
                        "name": word(key, DRAFT, "importpicture"),
                        "mime": "image/png",
                    }
                },
                "original": text(key, DRAFT, "importoriginal"),
            }
            if known
            else {},
            corrections={"code": word(key, DRAFT, "correction")} if state == "read" else {},
            error=text(key, DRAFT, "importerror") if state == "refused" else "",
            document=tenant.pages[0] if state == "accepted" else None,
        )


def read_facts(key: str, name: str, sha256: str) -> dict[str, Any]:
    """The Word reader's results for a file, every text of it secret; in the form stored in import
    items."""

    def t(place: str) -> str:
        return text(key, DRAFT, place)

    facts = {
        "name": name, "sha256": sha256, "format": "docx", "kind": "procedure", "code": word(key, DRAFT, "readingcode"), "title": t("readingtitle"),
        "issue_number": 1, "revision_number": 0, "issued_on": "2026-01-05", "effective_on": "2026-01-05", "agency_name": t("readingagency"),
        "signers": [{"role": "approved", "name": t("readingsigner"), "post": t("readingpost")}],
        "legal_basis": [word(key, DRAFT, "readinglegal")], "images": 1, "source_characters": 10, "kept_characters": 10,
        "warnings": [{"code": "unknown_section", "message": t("readingwarning"), "values": []}],
    }  # fmt: skip
    return plain(SimpleNamespace(**facts))


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
    items = [
        Item.objects.create(audit=audit, row=row, text=text(key, NOTES, f"question{number}"))
        for number in range(2)
    ]
    for item in items:
        Answer.objects.create(
            item=item,
            result="nonconformity",
            note=text(key, NOTES, "note"),
            by=auditor,
            by_name=text(key, NOTES, "answeredby"),
        )
    make_register(tenant, audit)
    make_correction(tenant, audit)
    make_review(tenant)
    paper = store.add(text(key, NOTES, "evidencebytes").encode(), "application/pdf")
    Evidence.objects.create(
        audit=audit, subject=f"item:{items[1].pk}", file=paper, name=word(key, NOTES, "evidence")
    )
    pending.mark("programme", programme.pk)
    pending.mark("audit", audit.pk)


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
    """A withdrawn lesson, so that only officers may read it; and a question of the agency's bank."""
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


def make_readership(tenant: Tenant) -> None:
    """Rules to read the agency's own procedure and a code, a confirmation, and the verdict of a
    review."""
    key, agency = tenant.key, tenant.agency
    version = Version.objects.get(document=tenant.pages[2].pk)
    rule = ReadingRule.objects.create(
        agency=agency, what={"document": tenant.pages[2].pk}, audience={"everyone": True}
    )
    ReadingRule.objects.create(
        agency=agency,
        what={"codes": [word(key, READERS, "rulecode")]},
        audience={"units": [tenant.units[0].pk]},
    )
    Confirmation.objects.create(
        version=version,
        person=tenant.people[Role.READER],
        person_name=text(key, READERS, "confirmed"),
        post=text(key, READERS, "post"),
        unit_name=text(key, READERS, "unit"),
        rule=rule,
        sentence=text(key, READERS, "sentence"),
        on_day=today(),
    )
    Review.objects.create(
        version=version,
        agency=agency,
        verdict="keep",
        reason=text(key, ISSUED, "reviewreason"),
        next_on=today() + datetime.timedelta(days=20),
        on_day=today(),
        by_name=text(key, PEOPLE, "reviewer"),
        by_post=text(key, PEOPLE, "reviewerpost"),
    )


def make_changes(tenant: Tenant) -> None:
    """An accepted request of the agency's reader, with a file, and the line of the draft that
    resulted."""
    key, page = tenant.key, tenant.pages[2]
    paper = store.add(text(key, ASKED, "askedbytes").encode(), "application/pdf")
    ChangeRequest.objects.create(
        document=page,
        agency=tenant.agency,
        version=Version.objects.get(document=page.pk),
        title=text(key, ISSUED, "askedtitle"),
        place=text(key, ASKED, "place"),
        what=text(key, ASKED, "what"),
        why=text(key, ASKED, "why"),
        proposed=text(key, ASKED, "proposed"),
        file=paper,
        file_name=word(key, ASKED, "file"),
        by=tenant.people[Role.READER],
        by_name=text(key, ASKED, "askedby"),
        state=ChangeRequest.State.ACCEPTED,
        answer=text(key, ASKED, "answer"),
        answered_by_name=text(key, ASKED, "answeredby"),
        answered_at=timezone.now(),
    )
    AmendmentDraft.objects.create(
        document=page,
        after=1,
        place=text(key, DRAFT, "amendmentplace"),
        summary=text(key, DRAFT, "amendment"),
    )


def make_wagtail_rows(tenant: Tenant) -> None:
    """Wagtail's rows besides pages: comments, locks, tasks, logs, sessions, tags, collections."""
    key, officer, page = tenant.key, tenant.people[Role.OFFICER], tenant.pages[0]
    comment = Comment.objects.create(
        page=page, user=officer, text=text(key, DRAFT, "comment"), contentpath="title"
    )
    CommentReply.objects.create(
        comment=comment, user=officer, text=text(key, DRAFT, "commentreply")
    )
    for other in tenant.pages[1:4]:
        DocumentPage.objects.filter(pk=other.pk).update(
            locked=True, locked_by=officer, locked_at=timezone.now()
        )
    workflow = Workflow.objects.create(name=text(key, DRAFT, "workflow"))
    task = GroupApprovalTask.objects.create(name=text(key, DRAFT, "task"))
    task.groups.add(Group.objects.get(name=groups.group_name(tenant.agency.pk, Role.OFFICER)))
    workflow.workflow_tasks.create(task=task, sort_order=0)
    kind = ContentType.objects.get_for_model(page.specific_class)
    base = ContentType.objects.get_for_model(apps.get_model("wagtailcore", "Page"))
    state = WorkflowState.objects.create(
        workflow=workflow,
        requested_by=officer,
        status="in_progress",
        content_type=kind,
        base_content_type=base,
        object_id=str(page.pk),
    )
    TaskState.objects.create(
        workflow_state=state,
        task=task,
        revision=page.latest_revision,
        status="in_progress",
        comment=text(key, DRAFT, "taskcomment"),
    )
    for subject, editing in ((page, True), (tenant.pages[1], False)):
        EditingSession.objects.create(
            user=officer, content_type=ContentType.objects.get_for_model(subject.specific_class), object_id=str(subject.pk),
            last_seen_at=timezone.now() + datetime.timedelta(days=1), is_editing=editing,  # Wagtail takes away those of an hour ago
        )  # fmt: skip
    unit = tenant.units[1]
    ModelLogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Unit), object_id=str(unit.pk), label=text(key, PEOPLE, "loglabel"), action="wagtail.edit",
        user=officer, timestamp=timezone.now(), data={"note": text(key, PEOPLE, "logdata")}, uuid=uuid.uuid4(),
    )  # fmt: skip
    Tag.objects.create(name=text(key, DRAFT, "tag")[:100], slug=word(key, DRAFT, "tagslug"))
    root = Collection.get_first_root_node()
    if root is not None:
        root.add_child(name=text(key, DRAFT, "collection"))


def make_tenant(key: str, code: str, name: str) -> Tenant:
    """An agency with people, units, documents, imports, mails and everything else that can hold a
    secret."""
    count_from(FIRST_ID[key])
    agency = create_agency(code=code, name=name)
    agency.code_templates = {"procedure": word(key, PEOPLE, "codetemplate") + "-{seq:02}"}
    agency.save()
    tenant = Tenant(key, agency)
    for number in range(2):
        tenant.units.append(
            Unit.objects.create(
                agency=agency,
                code=word(key, UNITS, f"code{number}")[:30],
                name=text(key, UNITS, f"name{number}"),
            )
        )
        pending.mark("unit", tenant.units[-1].pk)
    make_people(tenant)
    for user in tenant.people.values():
        groups.sync(user)
    make_documents(tenant)
    make_import(tenant)
    make_audits(tenant)
    make_readership(tenant)
    make_changes(tenant)
    make_approvals(
        tenant,
        {
            secrecy: {
                **secret_fields(key, secrecy, secrecy),
                "title": text(key, secrecy, "title"),
                "content": content(key, secrecy),
            }
            for secrecy in SENT
        },
    )
    make_wagtail_rows(tenant)
    make_private(tenant)
    for user in list(tenant.people.values())[:2]:
        Mail.objects.create(
            to=user.email,
            subject=text(key, PEOPLE, "mailsubject"),
            body=text(key, PEOPLE, "mailbody"),
            person=user,
            agency=agency,
            error="thử",
        )
    DueWork.objects.create(
        key=word(key, PEOPLE, "duekey"),
        kind="none",
        data={"text": text(key, PEOPLE, "duedata")},
        due_at=timezone.now() + datetime.timedelta(days=999),
    )
    for number in range(3):
        QueryLog.objects.create(
            agency=agency,
            text=text(key, PEOPLE, "question"),
            words=word(key, PEOPLE, "question"),
            total=1 + number,
        )
    Synonym.objects.create(
        agency=agency, short=word(key, PEOPLE, "synonym"), long=text(key, PEOPLE, "synonymlong")
    )
    BestBet.objects.create(
        agency=agency,
        text=word(key, PEOPLE, "bestbet"),
        words=BAIT,
        origin=f"draft:{tenant.pages[0].pk}",
    )
    Pending.objects.create(
        source="draft",
        object_id=tenant.pages[0].pk,
        set_aside=True,
        tries=6,
        error=f"ValueError: {text(key, DRAFT, 'indexerror')}",
    )
    file_texts.read_waiting(stop=lambda: False)
    pending.flush()
    digests = re.compile(r'"([0-9a-f]{64})"')
    tenant.hashes = sorted(
        {p.source_id for p in tenant.pages if p.source_id}
        | {
            h
            for v in Version.objects.filter(agency=agency)
            for h in digests.findall(json.dumps(v.files))
        }
    )
    tenant.hashes += list(
        ImportItem.objects.filter(batch__agency=agency).values_list("sha256", flat=True)[:1]
    )
    return tenant


def make_city() -> City:
    """Two agencies, the people of the city, and those who are no longer or not yet in office."""
    count_from(CITY_IDS)
    others: dict[str, User] = {}
    for role in (*sorted(CITY_ROLES), "stray", "deactivated", "ended", "beginning"):
        others[role] = User.objects.create_user(
            f"account-{role}", password=PASSWORD, first_name=f"Người {role}"
        )
        if role in CITY_ROLES:
            Appointment.objects.create(person=others[role], role=role, starts_on=LONG_AGO)
            groups.sync(others[role])
    alpha = make_tenant(ALPHA, "CQA", "Cơ quan Alpha")
    beta = make_tenant(BETA, "CQB", "Cơ quan Beta")
    day = datetime.timedelta(days=1)
    stale = Group.objects.get(name=groups.group_name(beta.agency.pk, Role.OFFICER))
    for role, starts, ends in (
        ("deactivated", LONG_AGO, None),
        ("ended", LONG_AGO, today() - day),
        ("beginning", today() + 2 * day, None),
    ):
        Appointment.objects.create(
            person=others[role],
            role=Role.OFFICER,
            agency=beta.agency,
            starts_on=starts,
            ends_on=ends,
        )
        others[role].groups.add(stale)  # as it stood when they last were in office
    count_from(LATER_IDS)
    return City(alpha, beta, others)
