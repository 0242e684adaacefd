"""Mails about one-time links into accounts whose roles need a second person.

Whoever makes a link could open it and act as the person. Such a role is worth nothing if that goes
unnoticed, so the agency's officers and approvers, and the person, are told."""

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from qms.models import Agency, Appointment, OneTimeLink, User
from qms.roles import SECOND_PERSON_ROLES, Role
from qms.work import mail


def tell_of_making(person: User, *, by: User | None, drops_second_factor: bool) -> list[User]:
    """Mails that `by` made a link; returns those told. The first link of a new account is reported
    when it is used: there was no way into the account before."""
    if person.last_login is None:
        return []
    return _tell(person, by, drops_second_factor=drops_second_factor, used=False)


def tell_of_use(link: OneTimeLink, person: User) -> list[User]:
    """Mails that the person's password was set by the link; returns those told."""
    return _tell(person, link.made_by, drops_second_factor=link.drops_second_factor, used=True)


def _tell(person: User, maker: User | None, *, drops_second_factor: bool, used: bool) -> list[User]:
    if maker is None or maker.pk == person.pk:
        return []
    told: dict[int, User] = {}
    for agency in _agencies_signed_for(person):
        for reader in _readers(person, agency):
            if reader.pk == maker.pk or reader.pk in told:
                continue
            told[reader.pk] = reader
            if reader.reachable_at:
                facts = {"maker": maker, "drops": drops_second_factor, "used": used}
                _mail(reader, person, agency, facts)
    return list(told.values())


def _agencies_signed_for(person: User) -> "QuerySet[Agency]":
    """The agencies where the person ever held a role that needs a second person: whoever makes the
    link could end the role first and give it again."""
    held = Appointment.objects.filter(person=person, role__in=SECOND_PERSON_ROLES)
    return Agency.objects.filter(pk__in=held.values("agency")).order_by("pk")


def _readers(person: User, agency: Agency) -> list[User]:
    """The other officers and approvers of the agency, and the person if mails reach them."""
    signers = Appointment.objects.current().filter(
        agency=agency, role__in=[Role.APPROVER, Role.OFFICER]
    )
    others = User.objects.filter(pk__in=signers.values("person"), is_active=True)
    found = list(others.exclude(pk=person.pk).order_by("username"))
    return [*found, person] if person.reachable_at else found


def _mail(reader: User, person: User, agency: Agency, facts: dict[str, object]) -> None:
    with mail.in_language_of(reader):
        subject = (
            _("Mật khẩu của %(name)s vừa được đặt bằng liên kết")
            if facts["used"]
            else _("Vừa có liên kết đặt mật khẩu cho %(name)s")
        )
        body = render_to_string(
            "qms/mail/link_of_a_signer.txt",
            facts
            | {"reader": reader, "person": person, "agency": agency, "site": settings.BASE_URL},
        )
        letter = mail.Letter(subject % {"name": person}, body, reader)
    letter.agency = agency  # type: ignore[attr-defined]  # which the backend keeps
    letter.send()
