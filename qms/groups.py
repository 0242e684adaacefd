"""Wagtail's groups and page permissions, derived from appointments by one function and synced at
each request."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupCollectionPermission, GroupPagePermission, GroupSitePermission

from qms import access, kept_sql
from qms.models import AgencyPage, Appointment, User
from qms.roles import Role

PREFIX = "qms:"  # names of derived groups: qms:<agency id or 'city'>:<role>

# Permissions of each role in Wagtail's admin: access, and those on its agency's pages.
PAGE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.AUTHOR: ("add_page",),
    Role.OFFICER: ("add_page", "change_page", "lock_page", "unlock_page"),
}
ENTERS_ADMIN = frozenset({Role.AUTHOR, Role.OFFICER, Role.AGENCY_ADMIN, Role.SYSTEM_ADMIN})


@dataclass(frozen=True)
class Wanted:
    """The required permissions of a derived group."""

    enters_admin: bool
    page_id: int | None
    page_permissions: frozenset[str]


def group_name(agency: int | None, role: str) -> str:
    return f"{PREFIX}{agency if agency is not None else 'city'}:{role}"


def wanted_names(user: User) -> set[str]:
    """Names of the derived groups that today's appointments call for."""
    return {
        group_name(a.agency_id, a.role) for a in access.appointments(user) if a.role in ENTERS_ADMIN
    }


def wanted_of(agency: int | None, role: str) -> Wanted:
    permissions = frozenset(PAGE_PERMISSIONS.get(role, ()))
    page = (
        AgencyPage.objects.filter(agency=agency).values_list("pk", flat=True).first()
        if agency and permissions
        else None
    )
    return Wanted(role in ENTERS_ADMIN, page, permissions if page else frozenset())


@transaction.atomic
def derive(agency: int | None, role: str) -> Group:
    """Creates or syncs the group of a role in an agency: exactly the permissions above,
    nothing else."""
    group, _ = Group.objects.get_or_create(name=group_name(agency, role))
    wanted = wanted_of(agency, role)
    admin = Permission.objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    group.permissions.set(admin if wanted.enters_admin else [])
    held = GroupPagePermission.objects.filter(group=group)
    held.exclude(page_id=wanted.page_id, permission__codename__in=wanted.page_permissions).delete()
    have = set(held.values_list("permission__codename", flat=True))
    for codename in wanted.page_permissions - have:
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=codename
        )
        GroupPagePermission.objects.create(
            group=group, page_id=wanted.page_id, permission=permission
        )
    return group


def sync(user: User) -> bool:
    """Puts the person into exactly today's derived groups. Returns whether anything changed."""
    wanted = wanted_names(user)
    held = dict(
        kept_sql.rows(
            ("groups", user.pk),
            lambda: user.groups.filter(name__startswith=PREFIX).values_list("name", "pk"),
        )
    )
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
    """Every way in which groups, memberships or permissions differ from what appointments call for,
    one line each."""
    found: list[str] = []
    for group in Group.objects.order_by("name"):
        found += _group_differences(group)
    wanted: dict[int, set[str]] = {}
    for a in Appointment.objects.current().filter(person__is_active=True, role__in=ENTERS_ADMIN):
        wanted.setdefault(a.person_id, set()).add(group_name(a.agency_id, a.role))
    held: dict[int, set[str]] = {}
    for person, name in User.groups.through.objects.values_list("user_id", "group__name"):
        held.setdefault(person, set()).add(name)
    for user in User.objects.order_by("username"):
        mine, fit = held.get(user.pk, set()), wanted.get(user.pk, set())
        found += [f"{user.username}: holds {name}" for name in sorted(mine - fit)]
        found += [f"{user.username}: lacks {name}" for name in sorted(fit - mine)]
        if user.is_superuser:
            found.append(f"{user.username}: is a superuser")
    found += [f"{name}: has direct permissions" for name in _with_direct_permissions()]
    return found


def _group_differences(group: Group) -> list[str]:
    pages = set(
        GroupPagePermission.objects.filter(group=group).values_list(
            "page_id", "permission__codename"
        )
    )
    have = set(group.permissions.values_list("content_type__app_label", "codename"))
    others = (
        GroupCollectionPermission.objects.filter(group=group).exists()
        or GroupSitePermission.objects.filter(group=group).exists()
    )
    agency, role = _parts(group)
    if role is None:
        holds = have or pages or others or group.user_set.exists()
        return [f"group {group.name}: not derived, but has members or permissions"] if holds else []
    wanted = wanted_of(agency, role)
    found = []
    if have != ({("wagtailadmin", "access_admin")} if wanted.enters_admin else set()):
        found.append(
            f"group {group.name}: permissions {sorted(codename for _app, codename in have)}"
        )
    if pages != {(wanted.page_id, p) for p in wanted.page_permissions}:
        found.append(f"group {group.name}: page permissions {sorted(pages, key=str)}")
    if others:
        found.append(f"group {group.name}: permissions on collections or sites")
    return found


def _parts(group: Group) -> tuple[int | None, str | None]:
    """(agency ID, role) in a derived group's name; the role is None if the group is not derived."""
    parts = group.name.removeprefix(PREFIX).split(":")
    if not group.name.startswith(PREFIX) or len(parts) != 2 or parts[1] not in Role.values:
        return None, None
    return (int(parts[0]) if parts[0].isdecimal() else None), parts[1]


def _with_direct_permissions() -> list[str]:
    return sorted(
        set(User.user_permissions.through.objects.values_list("user__username", flat=True))
    )


@transaction.atomic
def sync_all() -> None:
    """Repairs every group and membership. Superusers are left alone: that is for a person
    to decide."""
    for group in Group.objects.all():
        agency, role = _parts(group)
        GroupCollectionPermission.objects.filter(group=group).delete()
        GroupSitePermission.objects.filter(group=group).delete()
        if role is not None:
            derive(agency, role)
        else:
            group.permissions.clear()
            group.user_set.clear()
            GroupPagePermission.objects.filter(group=group).delete()
    User.user_permissions.through.objects.all().delete()
    for user in User.objects.all():
        access.forget(user)
        sync(user)
