"""Permissions on agencies, units, people, appointments, mails and jobs. Each button and each step
uses the same function; denied by default."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from qms import access
from qms.access import Person
from qms.clock import today
from qms.models import Agency, AgencyQuerySet, Appointment, AppointmentQuerySet, Mail, Unit, User
from qms.roles import CITY_ROLES, SECOND_PERSON_ROLES, Role


def may_manage_agencies(user: Person) -> bool:
    """Create, rename, close agencies; see all accounts."""
    return access.is_system_admin(user)


def may_manage_agency(user: Person, agency: Agency | int) -> bool:
    """Units and people of the agency."""
    return access.is_system_admin(user) or access.has_role(user, agency, Role.AGENCY_ADMIN)


may_manage_units = may_manage_people = may_manage_agency


def may_see_people(user: Person, agency: Agency | int) -> bool:
    """See the names and posts of an agency's people: they themselves, and administrators of all
    accounts."""
    return access.is_system_admin(user) or bool(access.roles_in(user, agency))


def may_manage_accounts(user: Person) -> bool:
    """Manage any account, wherever its person works."""
    return access.is_system_admin(user)


def may_see_jobs(user: Person) -> bool:
    """See failed background work, and handle it."""
    return access.is_system_admin(user)


def manages_some_agency(user: Person) -> bool:
    return access.is_system_admin(user) or bool(access.agencies_with(user, Role.AGENCY_ADMIN))


def may_give_role(user: Person, role: str, agency: Agency | int | None) -> bool:
    """Appoint somebody: city-wide roles are the system administrators' alone."""
    if role in CITY_ROLES or agency is None:
        return access.is_system_admin(user)
    return may_manage_agency(user, agency)


def may_appoint(user: Person, person: User, role: str) -> bool:
    """Issuing, reviewing and approving need a second person: nobody gives these roles to
    themselves."""
    return user.pk != person.pk or role not in SECOND_PERSON_ROLES


# The user's choices. Anything else answers 404.


def agencies_of(user: Person) -> AgencyQuerySet:
    """The agencies whose units and people the user manages."""
    every = Agency.objects.all()
    return (
        every
        if access.is_system_admin(user)
        else every.filter(pk__in=access.agencies_with(user, Role.AGENCY_ADMIN))
    )


def units_of(user: Person) -> "QuerySet[Unit]":
    every = Unit.objects.select_related("agency")
    return (
        every
        if access.is_system_admin(user)
        else every.filter(agency__in=access.agencies_with(user, Role.AGENCY_ADMIN))
    )


def people_of(user: Person) -> "QuerySet[User]":
    """Accounts: all for a system administrator, those ever appointed in the user's agency for its
    administrator."""
    if access.is_system_admin(user):
        return User.objects.all()
    own = access.agencies_with(user, Role.AGENCY_ADMIN)
    return User.objects.filter(pk__in=Appointment.objects.filter(agency__in=own).values("person"))


def appointments_of(user: Person) -> AppointmentQuerySet:
    every = Appointment.objects.select_related("person", "agency", "unit")
    return (
        every
        if access.is_system_admin(user)
        else every.filter(agency__in=access.agencies_with(user, Role.AGENCY_ADMIN))
    )


def accounts_of(user: Person) -> "QuerySet[User]":
    """Accounts that the user may change, deactivate, or give a new link.

    An agency's administrator may do so only for people whose rights they could give anyway: people
    of their own agency without an appointment elsewhere and without a city-wide role, today or
    later."""
    if access.is_system_admin(user):
        return User.objects.all()
    own = access.agencies_with(user, Role.AGENCY_ADMIN)
    beyond = Appointment.objects.filter(~Q(agency__in=own) | Q(agency__isnull=True)).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today())
    )
    return people_of(user).exclude(pk__in=beyond.values("person"))


def why_not_account(user: Person, person: User) -> str:
    """Empty if the user may manage the account; else a message with the reason and who may."""
    if accounts_of(user).filter(pk=person.pk).exists():
        return ""
    if not User.objects.filter(pk=person.pk).exists():
        return _("Tài khoản này vừa bị xóa. Hãy tải lại danh sách.")
    return _(
        "Người này còn giữ vai trò ngoài cơ quan của bạn. Hãy nhờ quản trị hệ thống làm việc này."
    )


def may_manage_account(user: Person, person: User) -> bool:
    return not why_not_account(user, person)


def mails_of(user: Person) -> "QuerySet[Mail]":
    """Mails may contain links into an account, so only users who may manage it see them; nobody
    here sees private ones."""
    every = Mail.objects.filter(private=False).select_related("person")
    return every if access.is_system_admin(user) else every.filter(person__in=accounts_of(user))
