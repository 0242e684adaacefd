"""The documents of an agency of the canary city: drafts, versions in every state, files, requests
for changes, readers."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from procedures import lifecycle
from procedures.models import (
    AmendmentDraft,
    ChangeRequest,
    CityTemplate,
    Confirmation,
    DocumentPage,
    ReadingRule,
    Review,
    Version,
)
from qms.clock import today
from qms.models import User
from qms.proof import journal, store
from qms.roles import Role
from tests.issuing import issue as issue_now
from tests.permissions.canary import (
    ASKED,
    DRAFT,
    FILE_BAIT,
    ISSUED,
    LONG_AGO,
    OFFERED,
    OWN,
    PEOPLE,
    READERS,
    Tenant,
    text,
    word,
)
from tests.permissions.making.contents import content, plain_content, secret_fields, xlsx


@dataclass
class Desk:
    """The officer's acts on documents of one agency."""

    tenant: Tenant

    @property
    def officer(self) -> User:
        return self.tenant.people[Role.OFFICER]

    def page(
        self, kind: str, secrecy: str, mark: str, by: User | None = None, **fields: Any
    ) -> DocumentPage:
        """A draft whose text and facts are all secret."""
        key = self.tenant.key
        made: DocumentPage = lifecycle.create_draft(
            self.tenant.agency,
            kind=kind,
            title=text(key, secrecy, "title"),
            content=content(key, secrecy),
            by=by or self.officer,
            **{**secret_fields(key, secrecy, mark), **fields},
        )
        self.tenant.pages.append(made)
        return made

    def issue(self, page: DocumentPage, **days: datetime.date) -> Version:
        return issue_now(page, by=self.officer, **{"issued_on": LONG_AGO, **days})

    def redraft(self, page: DocumentPage, mark: str) -> None:
        key = self.tenant.key
        page.refresh_from_db()
        fields = {**secret_fields(key, DRAFT, mark), "title": text(key, DRAFT, "title")}
        lifecycle.revise_draft(
            page.specific, content=content(key, DRAFT), by=self.officer, **fields
        )


def make_documents(tenant: Tenant) -> None:
    """Eight documents; tests know them by their order."""
    key, desk = tenant.key, Desk(tenant)
    _make_drafts(desk)
    _make_for_the_agency(desk)
    struck = desk.issue(desk.page("regulation", ISSUED, "4", visibility="city"))
    lifecycle.strike_out(struck, reason=text(key, ISSUED, "strikingreason"), by=desk.officer)
    _make_for_all(desk)
    desk.page("instruction", OWN, "6", by=tenant.people[Role.AUTHOR])
    waiting = desk.page("objectives", ISSUED, "7", visibility="agency")
    desk.issue(waiting, effective_on=today() + datetime.timedelta(days=30))


def _make_drafts(desk: Desk) -> None:
    """A procedure that was never issued, and its form."""
    tenant, key = desk.tenant, desk.tenant.key
    procedure = desk.page(
        "procedure",
        DRAFT,
        "1",
        unit=tenant.units[1],
        field=text(key, DRAFT, "field"),
        local_tail=word(key, DRAFT, "tail")[:40],
    )
    desk.page(
        "form",
        DRAFT,
        "2",
        file=store.add(xlsx(f"{text(key, DRAFT, 'formbytes')} {FILE_BAIT}")),
        file_name=word(key, DRAFT, "formname") + ".xlsx",
        procedure=procedure,
    )


def _make_for_the_agency(desk: Desk) -> None:
    """A procedure for the agency alone: withdrawn, reinstated, with further files and a
    new draft."""
    tenant, key, officer = desk.tenant, desk.tenant.key, desk.officer
    page = desk.page("procedure", ISSUED, "3", unit=tenant.units[0], visibility="agency")
    version = desk.issue(page)
    lifecycle.withdraw(version, reason=text(key, ISSUED, "withdrawalreason"), by=officer)
    lifecycle.reinstate(version, reason=text(key, ISSUED, "reinstatementreason"), by=officer)
    attachment = store.add(xlsx(f"{text(key, ISSUED, 'attachedbytes')} {FILE_BAIT}"))
    scan = store.add(text(key, ISSUED, "scanbytes").encode(), "application/pdf")
    for file, name, role in (
        (attachment, word(key, ISSUED, "attachedname") + ".xlsx", "attachment"),
        (scan, word(key, ISSUED, "scanname") + ".pdf", "signed"),
    ):
        lifecycle.add_file(version, file, name=name, role=role, by=officer)
    desk.redraft(page, "3")


def _make_for_all(desk: Desk) -> None:
    """Policies that all may read, or the whole city, each with a secret draft behind it."""
    agency, key = desk.tenant.agency, desk.tenant.key
    for number, visibility in enumerate(("public", "city"), 1):
        page: DocumentPage = lifecycle.create_draft(
            agency,
            kind="policy",
            title=f"Chính sách {number} của {agency.name}",
            content=plain_content(),
            by=desk.officer,
            code=f"CS-{key}-{number}",
            visibility=visibility,
        )
        desk.tenant.pages.append(page)
        desk.issue(page)
        desk.redraft(page, f"5{number}")


def make_city_template(tenant: Tenant) -> None:
    """A template of the city whose document was restricted to the agency after it was named: other
    agencies may no longer read the document or why one begins from it."""
    page, note = tenant.pages[2], text(tenant.key, OFFERED, "note")
    CityTemplate.objects.create(document=page, note=note)
    journal.append("city_template_kept", f"document:{page.pk}", agency=None, by=None, note=note)


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
