"""An account's e-mail address counts once its owner confirmed it by a link that was mailed to it.

Whoever manages the account may propose an address. Until its owner, signed in, has followed the
link, it receives nothing else (`User.reachable_at`). A link is used once; it ends after three days,
and with a change of the address, a promotion or deactivation. Gaining a role beyond the agency
takes the confirmation back (`qms.lifecycle.gains`)."""

import datetime

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from qms import rules
from qms.accounts import links
from qms.errors import Refused
from qms.lifecycle.people import home_of
from qms.models import OneTimeLink, User
from qms.proof import journal
from qms.work import mail

ADDRESS = OneTimeLink.Purpose.ADDRESS
MOST_A_DAY = 3
DAY = datetime.timedelta(days=1)


@transaction.atomic
def ask(person: User, *, by: User) -> None:
    """Mails the owner a link that confirms the address. Raises Refused if it can't be sent, or was
    three times within a day."""
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if by.pk != person.pk and (reason := rules.why_not_account(by, person)):
        raise Refused(reason)
    if reason := why_not_asked(person):
        raise Refused(reason)
    token = links.make_for_address(person, by=by)
    with mail.in_language_of(person):
        subject = _("Xác nhận địa chỉ thư điện tử của tài khoản %(name)s") % {
            "name": person.username
        }
        facts = {
            "person": person,
            "address": links.address(token, ADDRESS),
            "days": links.LIFE[ADDRESS].days,
        }
        body = render_to_string("qms/mail/confirm_address.txt", facts)
    mail.Letter(subject, body, person, private=True, to=person.email).send()
    journal.append(
        "address_asked", f"person:{person.pk}", agency=home_of(person), by=by, email=person.email
    )


def why_not_asked(person: User) -> str:
    """User-facing reason, with advice, why no confirmation can be mailed now; empty if one can."""
    if not person.is_active:
        return _("Tài khoản này đã ngừng hoạt động. Hãy cho hoạt động trở lại trước.")
    if not person.email:
        return _("Tài khoản này chưa có địa chỉ thư. Hãy ghi địa chỉ trước.")
    if person.reachable_at:
        return _("Địa chỉ này đã được chủ tài khoản xác nhận.")
    if not mail.is_set_up():
        return _("Hệ thống chưa cấu hình máy chủ thư nên chưa gửi được thư xác nhận.")
    if _asked_since(person, DAY) >= MOST_A_DAY:
        return _(
            "Trong 24 giờ qua đã gửi %(count)s thư xác nhận cho tài khoản này. Hãy thử lại vào ngày mai."
        ) % {"count": MOST_A_DAY}
    return ""


def _asked_since(person: User, time: datetime.timedelta, **which: str) -> int:
    made = person.links.filter(purpose=ADDRESS, made_at__gt=timezone.now() - time)
    return made.filter(**which).count()


def ask_at_sign_in(person: User) -> None:
    """Mails a confirmation to a user who signs in with an unconfirmed address, unless one was
    mailed lately."""
    if why_not_asked(person) or _asked_since(person, links.LIFE[ADDRESS], email=person.email):
        return
    ask(person, by=person)


def find(token: str, *, by: User, lock: bool = False) -> OneTimeLink | None:
    """The link if it is the person's own and still valid, else None."""
    link = links.find(token, ADDRESS, lock=lock)
    return link if link is not None and link.person_id == by.pk else None


@transaction.atomic
def confirm(token: str, *, by: User) -> User:
    """Marks the address as confirmed. Raises Refused for somebody else's link, or an
    invalid one."""
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    link = find(token, by=person, lock=True)
    if link is None:
        raise Refused(
            _(
                "Liên kết này đã dùng, đã hết hạn hoặc thuộc tài khoản khác. Hãy gửi lại thư xác nhận."
            )
        )
    person.confirmed_email = link.email
    person.save(update_fields=["confirmed_email"])
    links.spend(link)
    journal.append(
        "address_confirmed", f"person:{person.pk}", agency=home_of(person), by=by, email=link.email
    )
    return person


class ResetTokens(PasswordResetTokenGenerator):
    """Keys of reset mails; a key mailed before the address lost its confirmation is invalid."""

    def check_token(self, user: User | None, token: str | None) -> bool:
        return super().check_token(user, token) and user is not None and bool(user.reachable_at)
