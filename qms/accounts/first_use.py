"""First use: while there is no system administrator, a one-time link lets the first one in."""

from django.utils.translation import gettext as _

from qms.accounts import links
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Appointment, OneTimeLink, User
from qms.proof import journal
from qms.roles import Role


def administrator_exists() -> bool:
    """Whether an active person is system administrator, today or from a later day."""
    held = Appointment.objects.filter(role=Role.SYSTEM_ADMIN, person__is_active=True)
    return any(a.ends_on is None or a.ends_on >= today() for a in held)


def printed_link() -> str:
    """The URL of a new link if there is no system administrator, else empty. Older links end."""
    return (
        ""
        if administrator_exists()
        else links.address(links.make_first(), OneTimeLink.Purpose.FIRST)
    )


def welcome() -> str:
    """Text for the command line with a new link if there is no system administrator, else empty."""
    link = printed_link()
    if not link:
        return ""
    return _(
        "Chưa có quản trị hệ thống. Mở liên kết dùng một lần này trong vòng 24 giờ để tạo tài khoản quản trị:\n  %(address)s"
    ) % {"address": link}


@journal.acts()
def create_first_administrator(
    token: str, *, username: str, name: str, email: str, password: str
) -> User:
    """Creates the first administrator and uses up the link. Raises Refused if it was used, or if
    there is one already."""
    link = links.find(token, OneTimeLink.Purpose.FIRST, lock=True)
    if link is None or administrator_exists():
        raise Refused(_("Liên kết này không còn dùng được."))
    person = people.create(username=username, name=name, email=email, by=None)
    person.set_password(password)
    person.save(update_fields=["password"])
    Appointment.objects.create(person=person, role=Role.SYSTEM_ADMIN)
    links.spend(link)
    journal.append("system_founded", f"person:{person.pk}", agency=None, by=person)
    return person
