"""Consequences of gaining a role: ways into the account that others may know end, and the people
concerned are notified."""

import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from qms import rules
from qms.clock import today
from qms.models import Agency, Appointment, OneTimeLink, User
from qms.proof import journal
from qms.roles import CITY_ROLES, SECOND_PERSON_ROLES, Role


def handle(given: Appointment, *, by: User | None) -> None:
    """Carries out the consequences of an appointment. Call once it is saved, inside the step's
    transaction."""
    if given.role == Role.READER and not is_of_further_agency(given):
        return
    end_links(given.person, by=by)
    if given.role in CITY_ROLES | {Role.AGENCY_ADMIN} or is_of_further_agency(given):
        end_sessions(given.person, by=by)
        end_password(given, by=by)
        forget_address(given.person)
    if given.agency is not None and given.role in SECOND_PERSON_ROLES:
        notify_of_administrator(given, given.agency, by=by)


def is_of_further_agency(given: Appointment) -> bool:
    """Whether the person was ever appointed in another agency, whose administrator now loses power
    over the account."""
    return (
        given.agency is not None
        and Appointment.objects.filter(person=given.person, agency__isnull=False)
        .exclude(agency=given.agency)
        .exists()
    )


def end_links(person: User, *, by: User | None) -> None:
    """Ends links created by anybody but `by`, and links that confirm an address."""
    own = Q(made_by=by) if by else Q(made_by__isnull=True)
    OneTimeLink.objects.filter(person=person).exclude(
        own & ~Q(purpose=OneTimeLink.Purpose.ADDRESS)
    ).end()


def forget_address(person: User) -> None:
    """Revokes the confirmation of the e-mail address; the owner must confirm it again after
    signing in."""
    person.confirmed_email = ""
    person.save(update_fields=["confirmed_email"])


def end_sessions(person: User, *, by: User | None) -> None:
    """Ends the person's sessions, unless they act themselves (`by`)."""
    if by is not None and by.pk == person.pk:
        return
    for session in UserSession.objects.filter(user=person):
        session.end()


def end_password(given: Appointment, *, by: User | None) -> None:
    """Ends a password set by a link whose maker has no power over the account now, and the second
    factors: the maker may have set both. The person gets a new link.

    A password that the person changed afterwards stays, as does that of somebody who acts
    themselves (`by`), and that of the only system administrator who could make a new link."""
    person = given.person
    person.refresh_from_db(fields=["password", "password_link_by"])
    maker = person.password_link_by
    if (
        maker is None
        or (by is not None and by.pk == person.pk)
        or rules.may_manage_account(maker, person)
        or not others_who_administer(person, today()).exists()
    ):
        return
    person.set_unusable_password()
    person.password_link_by = None
    person.save(update_fields=["password", "password_link_by"])
    Authenticator.objects.filter(user=person).delete()
    if person.reachable_at:
        facts = {"person": person, "given": given, "maker": maker, "site": settings.BASE_URL}
        message = EmailMessage(
            _("Mật khẩu của tài khoản %(name)s không còn dùng được") % {"name": person.username},
            render_to_string("qms/mail/password_ended.txt", facts),
            to=[person.reachable_at],
        )
        message.person = person  # type: ignore[attr-defined]  # which the backend keeps
        message.send()
    journal.append(
        "password_ended",
        f"person:{person.pk}",
        agency=given.agency,
        by=by,
        role=given.role,
        link_by=maker.username,
    )


def others_who_administer(person: User, day: datetime.date) -> "QuerySet[Appointment]":
    """Appointments of other system administrators on that day who have a password."""
    held = Appointment.objects.current(day).filter(role=Role.SYSTEM_ADMIN, person__is_active=True)
    return held.exclude(person=person).exclude(
        person__password__startswith=UNUSABLE_PASSWORD_PREFIX
    )


def notify_of_administrator(given: Appointment, agency: Agency, *, by: User | None) -> None:
    """Mails the approvers and officers of the agency about an administrator who now also drafts,
    reviews or approves: nobody should administer accounts and sign alone."""
    if not administers(given.person, agency):
        return
    told = User.objects.filter(
        pk__in=Appointment.objects.current()
        .filter(agency=agency, role__in=[Role.APPROVER, Role.OFFICER])
        .values("person"),
        is_active=True,
    ).exclude(pk=given.person_id)
    journal.append(
        "administrator_gained",
        f"person:{given.person_id}",
        agency=agency,
        by=by,
        role=given.role,
        told=", ".join(person.username for person in told.order_by("username")),
    )
    for person in told:
        if not person.reachable_at:
            continue
        message = EmailMessage(
            _("Quản trị cơ quan %(name)s nhận vai trò %(role)s")
            % {"name": given.person, "role": given.get_role_display()},
            render_to_string(
                "qms/mail/administrator_gained.txt",
                {
                    "person": person,
                    "given": given,
                    "agency": agency,
                    "by": by,
                    "site": settings.BASE_URL,
                },
            ),
            to=[person.reachable_at],
        )
        message.person, message.agency = person, agency  # type: ignore[attr-defined]  # which the backend keeps
        message.send()


def administers(person: User, agency: Agency) -> bool:
    """Whether the person administers the agency or the system, today or later."""
    held = Appointment.objects.during(today(), None).filter(person=person)
    return held.filter(
        Q(role=Role.AGENCY_ADMIN, agency=agency) | Q(role=Role.SYSTEM_ADMIN)
    ).exists()
