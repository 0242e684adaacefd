"""Wagtail's groups and page permissions, derived from appointments by one function and mended at each request."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission

from qms import access
from qms.models import AgencyPage, User
from qms.roles import Role

PREFIX = "qms:"  # names of derived groups: qms:<agency id or 'city'>:<role>

# What each role may do inside Wagtail's admin: whether it enters, and on its agency's pages.
PAGE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.AUTHOR: ("add_page",),
    Role.OFFICER: ("add_page", "change_page", "lock_page", "unlock_page"),
}
ENTERS_ADMIN = frozenset({Role.AUTHOR, Role.OFFICER, Role.AGENCY_ADMIN, Role.SYSTEM_ADMIN})


@dataclass(frozen=True)
class Wanted:
    """What a derived group must hold."""

    enters_admin: bool
    page_id: int | None
    page_permissions: frozenset[str]


def group_name(agency: int | None, role: str) -> str:
    return f"{PREFIX}{agency if agency is not None else 'city'}:{role}"


def wanted_names(user: User) -> set[str]:
    """Names of the derived groups that today's appointments call for."""
    return {group_name(a.agency_id, a.role) for a in access.appointments(user) if a.role in ENTERS_ADMIN}


def wanted_of(agency: int | None, role: str) -> Wanted:
    permissions = frozenset(PAGE_PERMISSIONS.get(role, ()))
    page = AgencyPage.objects.filter(agency=agency).values_list("pk", flat=True).first() if agency and permissions else None
    return Wanted(role in ENTERS_ADMIN, page, permissions if page else frozenset())


@transaction.atomic
def derive(agency: int | None, role: str) -> Group:
    """Makes or mends the group of a role in an agency: exactly the permissions above, nothing else."""
    group, _ = Group.objects.get_or_create(name=group_name(agency, role))
    wanted = wanted_of(agency, role)
    admin = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    group.permissions.set(admin if wanted.enters_admin else [])
    held = GroupPagePermission.objects.filter(group=group)
    held.exclude(page_id=wanted.page_id, permission__codename__in=wanted.page_permissions).delete()
    have = set(held.values_list("permission__codename", flat=True))
    for codename in wanted.page_permissions - have:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page_id=wanted.page_id, permission=permission)
    return group


def mend(user: User) -> bool:
    """Puts the person into exactly the derived groups that fit today. Returns whether something had to change."""
    wanted = wanted_names(user)
    held = dict(user.groups.filter(name__startswith=PREFIX).values_list("name", "pk"))
    if wanted == set(held):
        return False
    with transaction.atomic():
        user.groups.remove(*[pk for name, pk in held.items() if name not in wanted])
        for appointment in access.appointments(user):
            if group_name(appointment.agency_id, appointment.role) in wanted - set(held):
                user.groups.add(derive(appointment.agency_id, appointment.role))
    for cache in ("_perm_cache", "_group_perm_cache", "_user_perm_cache"):
        user.__dict__.pop(cache, None)
    return True


def differences() -> list[str]:
    """Every way in which groups, memberships or permissions differ from what appointments call for, one line each."""
    found: list[str] = []
    for group in Group.objects.all():
        parts = group.name.removeprefix(PREFIX).split(":")
        if not group.name.startswith(PREFIX) or len(parts) != 2:
            if group.permissions.exists() or GroupPagePermission.objects.filter(group=group).exists() or group.user_set.exists():
                found.append(f"group {group.name}: not derived, yet holds people or permissions")
            continue
        agency = int(parts[0]) if parts[0].isdigit() else None
        wanted = wanted_of(agency, parts[1])
        have = set(group.permissions.values_list("codename", flat=True))
        if have != ({"access_admin"} if wanted.enters_admin else set()):
            found.append(f"group {group.name}: permissions {sorted(have)}")
        pages = set(GroupPagePermission.objects.filter(group=group).values_list("page_id", "permission__codename"))
        if pages != {(wanted.page_id, p) for p in wanted.page_permissions}:
            found.append(f"group {group.name}: page permissions {sorted(pages)}")
    for user in User.objects.all():
        held = set(user.groups.values_list("name", flat=True))
        wanted_here = wanted_names(user)
        found += [f"{user.username}: holds {name}" for name in sorted(held - wanted_here)]
        found += [f"{user.username}: lacks {name}" for name in sorted(wanted_here - held)]
        if user.is_superuser:
            found.append(f"{user.username}: is a superuser")
        if user.user_permissions.exists():
            found.append(f"{user.username}: holds permissions of their own")
    return found
