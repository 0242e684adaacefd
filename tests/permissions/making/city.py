"""The canary city, made of its two agencies."""

import datetime
import json
import re

from django.contrib.auth.models import Group
from django.utils import timezone

from procedures.derived import file_texts
from procedures.models import (
    ImportItem,
    Version,
)
from qms import groups
from qms.clock import today
from qms.lifecycle.agencies import create_agency
from qms.models import (
    Appointment,
    DueWork,
    Mail,
    Unit,
    User,
)
from qms.roles import CITY_ROLES, Role
from search.models import BestBet, Pending, QueryLog, Synonym
from search.queue import pending
from tests.permissions.canary import (
    ALPHA,
    BAIT,
    BETA,
    CITY_IDS,
    DRAFT,
    FIRST_ID,
    LATER_IDS,
    LONG_AGO,
    PASSWORD,
    PEOPLE,
    SENT,
    UNITS,
    City,
    Tenant,
    text,
    word,
)
from tests.permissions.counters import count_from
from tests.permissions.making.audits import make_audits
from tests.permissions.making.contents import content, secret_fields
from tests.permissions.making.documents import (
    make_changes,
    make_city_template,
    make_documents,
    make_readership,
)
from tests.permissions.making.imports import make_import
from tests.permissions.making.people import make_people, make_private
from tests.permissions.making.wagtail_rows import make_wagtail_rows
from tests.permissions.sent import make_approvals


def make_units(tenant: Tenant) -> None:
    key, agency = tenant.key, tenant.agency
    for number in range(2):
        tenant.units.append(
            Unit.objects.create(
                agency=agency,
                code=word(key, UNITS, f"code{number}")[:30],
                name=text(key, UNITS, f"name{number}"),
            )
        )
        pending.mark("unit", tenant.units[-1].pk)


def make_tables(tenant: Tenant) -> None:
    """Mails, work that is due, logged questions, and the agency's search tables."""
    key, agency = tenant.key, tenant.agency
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


def digests_of(tenant: Tenant) -> list[str]:
    """Digests of the agency's files: those of its drafts and versions, then one that
    was imported."""
    digest = re.compile(r'"([0-9a-f]{64})"')
    found = {page.source_id for page in tenant.pages if page.source_id}
    for version in Version.objects.filter(agency=tenant.agency):
        found |= set(digest.findall(json.dumps(version.files)))
    imported = ImportItem.objects.filter(batch__agency=tenant.agency).values_list(
        "sha256", flat=True
    )
    return sorted(found) + list(imported[:1])


def make_tenant(key: str, code: str, name: str) -> Tenant:
    """An agency with people, units, documents, imports, mails and everything else that can hold a
    secret."""
    count_from(FIRST_ID[key])
    agency = create_agency(code=code, name=name)
    agency.code_templates = {"procedure": word(key, PEOPLE, "codetemplate") + "-{seq:02}"}
    agency.save()
    tenant = Tenant(key, agency)
    make_units(tenant)
    make_people(tenant)
    for user in tenant.people.values():
        groups.sync(user)
    make_documents(tenant)
    make_city_template(tenant)
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
    make_tables(tenant)
    file_texts.read_waiting(stop=lambda: False)
    pending.flush()
    tenant.hashes = digests_of(tenant)
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
