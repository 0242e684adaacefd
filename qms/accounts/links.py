"""One-time links: to create the first administrator, set a password, or confirm an e-mail address.
The token is in the link that is shown or mailed; only its hash is stored."""

import datetime
import hashlib
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as forgive
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qms import rules
from qms.accounts import link_notices
from qms.accounts.names import key_of
from qms.errors import Refused
from qms.lifecycle.people import home_of
from qms.models import OneTimeLink, User
from qms.proof import journal
from qms.work import mail

Purpose = OneTimeLink.Purpose
LIFE = {
    Purpose.FIRST: datetime.timedelta(days=1),
    Purpose.PASSWORD: datetime.timedelta(days=7),
    Purpose.ADDRESS: datetime.timedelta(days=3),
}
# URL names of their pages
NAMES = {
    Purpose.FIRST: "first_administrator",
    Purpose.PASSWORD: "one_time_link",
    Purpose.ADDRESS: "confirm_address",
}


ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no characters that are easily confused on paper


def new_token() -> str:
    """Twenty characters in groups of five (99 bits), since people type them from slips of paper."""
    return "-".join("".join(secrets.choice(ALPHABET) for _sign in range(5)) for _group in range(4))


def hash_of(token: str) -> str:
    """The stored hash of a token; case and hyphens do not matter."""
    return hashlib.sha256(token.replace("-", "").lower().encode()).hexdigest()


def address(token: str, purpose: str = Purpose.PASSWORD) -> str:
    """The full URL, as mailed, printed or shown."""
    return settings.BASE_URL + reverse(NAMES[Purpose(purpose)], args=[token])


@transaction.atomic
def make(person: User, *, by: User | None, drops_second_factor: bool = False) -> str:
    """Creates a link for the person; older ones end. Returns the token. Raises Refused if `by` has
    no power over the account."""
    if by is not None and (reason := rules.why_not_account(by, person)):
        raise Refused(reason)
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise Refused(_("Tài khoản này đã ngừng hoạt động. Hãy cho hoạt động trở lại trước."))
    token = _make(Purpose.PASSWORD, person=person, by=by, drops_second_factor=drops_second_factor)
    told = link_notices.tell_of_making(person, by=by, drops_second_factor=drops_second_factor)
    journal.append(
        "link_made",
        f"person:{person.pk}",
        agency=home_of(person),
        by=by,
        drops_second_factor=drops_second_factor,
        **_told(told),
    )
    return token


def _told(people: list[User]) -> dict[str, str]:
    return {"told": ", ".join(person.username for person in people)} if people else {}


def make_first() -> str:
    """Creates a link for the first administrator; older ones end. Returns the token."""
    return _make(Purpose.FIRST)


def make_for_address(person: User, *, by: User | None) -> str:
    """Creates a link that confirms the person's current e-mail address; older ones end. Returns
    the token."""
    return _make(Purpose.ADDRESS, person=person, by=by, email=person.email)


@transaction.atomic
def _make(
    purpose: str,
    *,
    person: User | None = None,
    by: User | None = None,
    email: str = "",
    drops_second_factor: bool = False,
) -> str:
    OneTimeLink.objects.filter(purpose=purpose, person=person).end()
    return _add(purpose, person=person, by=by, email=email, drops_second_factor=drops_second_factor)


def _add(
    purpose: str,
    *,
    person: User | None,
    by: User | None,
    email: str = "",
    drops_second_factor: bool = False,
) -> str:
    token = new_token()
    OneTimeLink.objects.create(
        purpose=purpose,
        person=person,
        token_hash=hash_of(token),
        email=email,
        drops_second_factor=drops_second_factor,
        made_by=by,
        expires_at=timezone.now() + LIFE[Purpose(purpose)],
    )
    return token


def find(token: str, purpose: str, *, lock: bool = False) -> OneTimeLink | None:
    """The link if it is still valid, else None."""
    rows = (
        OneTimeLink.objects.select_for_update(of=("self",), no_key=True)
        if lock
        else OneTimeLink.objects.all()
    )
    found = (
        rows.usable()
        .filter(token_hash=hash_of(token), purpose=purpose)
        .select_related("person", "made_by")
        .first()
    )
    return found if found is not None and _is_valid(found) else None


def _is_valid(link: OneTimeLink) -> bool:
    """Whether the person is active with the same address, and the creator of the link still has
    power over the account."""
    if link.person is None:
        return True
    if not link.person.is_active or (link.email and link.email != link.person.email):
        return False
    if link.made_by is None or link.made_by == link.person:
        return True
    return rules.may_manage_account(link.made_by, link.person)


@transaction.atomic
def use(token: str, *, password: str) -> User:
    """Sets the password, ends the person's sessions and any lockout. Raises Refused if the link is
    no longer valid."""
    link = find(token, Purpose.PASSWORD, lock=True)
    if link is None or link.person is None:
        raise Refused(
            _("Liên kết này đã dùng hoặc đã hết hạn. Hãy nhờ quản trị cơ quan tạo liên kết mới.")
        )
    person = link.person
    person.set_password(password)
    person.confirmed_email = link.email or person.confirmed_email  # it was mailed there
    person.password_link_by = link.made_by if link.made_by != person else None
    person.save(update_fields=["password", "confirmed_email", "password_link_by"])
    OneTimeLink.objects.filter(purpose=Purpose.PASSWORD, person=person).exclude(pk=link.pk).end()
    spend(link)
    for session in UserSession.objects.filter(user=person):
        session.end()
    if link.drops_second_factor:
        Authenticator.objects.filter(user=person).delete()
    forgive(username=key_of(person.username))
    told = link_notices.tell_of_use(link, person)
    journal.append(
        "link_used",
        f"person:{person.pk}",
        agency=home_of(person),
        by=person,
        drops_second_factor=link.drops_second_factor,
        **({"link_by": link.made_by.username} if link.made_by else {}),
        **({"email": link.email} if link.email else {}),
        **_told(told),
    )
    return person


def spend(link: OneTimeLink) -> None:
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])


@transaction.atomic
def send(person: User, token: str, *, by: User | None = None) -> bool:
    """Mails the link if mail is set up and the person has confirmed an address. Returns whether a
    mail was written.

    People who have never signed in have confirmed none: they are invited by a separate link
    whose use confirms the address that it was mailed to. Whichever of the two is used first
    ends the other."""
    if not mail.is_set_up():
        return False
    to = person.reachable_at
    if not to and person.email and person.last_login is None:
        to = person.email
        token = _add(Purpose.PASSWORD, person=person, by=by, email=to)
    if not to:
        return False
    facts: dict[str, Any] = {
        "person": person,
        "address": address(token),
        "days": LIFE[Purpose.PASSWORD].days,
        "invites": not person.reachable_at,
    }
    with mail.in_language_of(person):
        subject = _("Đặt mật khẩu cho tài khoản %(name)s") % {"name": person.username}
        body = render_to_string("qms/mail/one_time_link.txt", facts)
    mail.Letter(subject, body, person, private=facts["invites"], to=to).send()
    return True
