"""The people of an agency of the canary city, and what is private to one of them."""

from urllib.parse import urlencode

from wagtail.users.models import UserProfile

from qms.models import (
    Appointment,
    Bookmark,
    Mail,
    Notice,
    User,
    Way,
)
from qms.notices import kinds
from qms.roles import CITY_ROLES, Role
from search.models import SavedSearch
from search.queue import pending
from tests.permissions.canary import (
    LONG_AGO,
    NAME_BAIT,
    PASSWORD,
    PEOPLE,
    PRIVATE,
    Tenant,
    text,
    word,
)


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
    kinds.register_kind("canary", "%(what)s", "canary")
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
