"""Every URL of the project: its pattern, and its parameters filled with an agency's IDs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern
from django.utils.encoding import force_bytes
from django.utils.http import int_to_base36, urlsafe_base64_encode
from django.utils.regex_helper import normalize
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page, Revision

from procedures.content import pictures_of
from procedures.content.stream import to_content
from procedures.models import Version, VersionAct
from tests.permissions.canary import BAIT, City, Tenant

CONVERTER = re.compile(r"<(?:\w+:)?(?P<name>\w+)>")


# --- patterns -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pattern:
    """One URL pattern of the project: its Django route, a template for it, and its parameters with
    their kinds."""

    route: str
    template: str
    parameters: tuple[tuple[str, str], ...]

    def url(self, values: dict[str, Any]) -> str:
        return "/" + self.template % values


def patterns() -> list[Pattern]:
    """Every pattern of the project, nested ones too."""
    return list(_below(get_resolver(), "", "", ()))


def _below(resolver: Any, route: str, template: str, parameters: tuple) -> Iterator[Pattern]:
    for entry in resolver.url_patterns:
        text, names = _template_of(entry.pattern)
        here = (route + str(entry.pattern), template + text, (*parameters, *names))
        if isinstance(entry, URLPattern):
            yield Pattern(*here)
        else:
            yield from _below(entry, *here)


def _template_of(pattern: Any) -> tuple[str, list[tuple[str, str]]]:
    if isinstance(pattern, RoutePattern):
        names = [(name, _kind(converter)) for name, converter in pattern.converters.items()]
        return CONVERTER.sub(r"%(\g<name>)s", pattern._route.replace("%", "%%")), names
    assert isinstance(pattern, RegexPattern), pattern
    text, names = normalize(pattern._regex)[0]
    groups = {name: re.search(rf"\(\?P<{name}>([^)]*)\)", pattern._regex) for name in names}
    return text, [
        (name, "int" if match and "d" in match[1] and re.fullmatch(match[1], "7001") else "regex")
        for name, match in groups.items()
    ]


def _kind(converter: Any) -> str:
    """Our own converters by what they accept: a number, a digest, any text."""
    for kind, example in (
        ("int", "7001"),
        ("sha256", "0" * 64),
        ("uuid", "6fa459ea-ee8a-3ca4-894e-db77e160355e"),
    ):
        if re.fullmatch(converter.regex, example) and not re.fullmatch(converter.regex, "zz-bait"):
            return kind
    return "str"


# --- whose ids go where ---------------------------------------------------------------------------

PAGE_ACTIONS = (
    "approve",
    "reject",
    "copy",
    "publish",
    "delete",
    "unpublish",
    "move",
    "create_alias",
    "copy_for_translation",
    "revert_to_page_revision",
)
PAGE_NAMES = {
    "page_id",
    "parent_page_id",
    "page_to_move_id",
    "destination_id",
    "page_pk",
    "page",
    "document_id",
    "document",
}
APP_NAMES = {"app_label", "content_type_app_name", "app_name"}
MODEL_NAMES = {"model_name", "content_type_model_name"}
MORE_MODELS = ("procedures.version", "procedures.importbatch", "qms.unit", "qms.appointment", "wagtailcore.comment", "wagtailcore.revision",
               "wagtailcore.task", "auth.group", "wagtailcore.site", "django_tasks_database.dbtaskresult")  # fmt: skip
SOME_MODELS = (
    "procedures.procedurepage",
    "procedures.formpage",
    "qms.agencypage",
    "wagtailcore.page",
    "qms.user",
    "taggit.tag",
    "procedures.importitem",
)


def values_for(pattern: Pattern, name: str, kind: str, tenant: Tenant) -> list[Any]:
    """Possible values of a parameter, from the agency's rows. The IDs of one table begin at the
    same number as all tables' do."""
    page_ids = [tenant.pages[i].pk for i in (0, 2, 3, 4, 6)]
    first = tenant.ids[0]
    of_pages = (
        pattern.route.startswith("d/") or "tai-lieu/<" in pattern.route or "pages/" in pattern.route
    )
    if name in PAGE_NAMES or (kind == "int" and name == "pk" and of_pages):
        return page_ids
    if "/revisions/compare/" in pattern.route:
        revisions = list(
            Revision.objects.filter(object_id=str(tenant.pages[2].pk))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        return (
            [tenant.pages[2].pk]
            if name == "_0"
            else ["earliest", revisions[0]]
            if name == "_1"
            else ["latest", revisions[-1]]
        )
    if name == "revision_id":
        return [Page.objects.get(pk=pk).latest_revision_id for pk in page_ids]
    if kind == "int":
        return [first, first + 1, first + 2]
    if kind == "uuid":
        return [str(Page.objects.get(pk=pk).translation_key) for pk in page_ids[:1]]
    if kind == "sha256" or "sha" in name or "digest" in name or "hash" in name:
        return tenant.hashes[:4]
    if name == "object_id":
        return page_ids
    if name == "uidb36":
        return [int_to_base36(first + 1)]
    if name == "uidb64":
        return [urlsafe_base64_encode(force_bytes(first + 1))]
    if name == "token" and ("/anh/" in pattern.route or "/tep/" in pattern.route):
        return tenant.hashes
    if name in {"key", "token"}:
        return ["abc-def", "set-password"]
    if name == "action_name":
        return list(PAGE_ACTIONS)
    if name in {"name", "filename"}:
        return [f"{BAIT}.docx"]
    if name in {"kind", "form"} and f".<slug:{name}>" in pattern.route:
        return ["docx"]  # a paper: its words can be read, those of a PDF can't
    if "/hop/" in pattern.route:
        return ["opening", "closing"]
    return [str(first), BAIT, tenant.hashes[0], "procedure", "read"]


def model_pairs(every: bool) -> list[tuple[str, str]]:
    return [tuple(label.split(".")) for label in (*SOME_MODELS, *(MORE_MODELS if every else ()))]


def bulk_actions() -> list[tuple[str, str, str]]:
    bulk_action_registry._scan_for_bulk_actions()
    return [
        (app, model, action)
        for app, by_model in bulk_action_registry.actions.items()
        for model, acts in by_model.items()
        for action in acts
    ]


def fillings(pattern: Pattern, city: City, *, every: bool) -> Iterator[tuple[str, str]]:
    """(whose, url): the pattern filled with Beta's ids, with Alpha's, and with both mixed."""
    if not pattern.parameters:
        yield "none", pattern.url({})
        return
    for whose, tenants in (
        ("beta", [city.beta]),
        ("alpha", [city.alpha]),
        ("mixed", [city.alpha, city.beta]),
        ("mixed", [city.beta, city.alpha]),
    ):
        if len(pattern.parameters) < len(tenants):
            continue
        columns: dict[str, list[Any]] = {}
        for position, (name, kind) in enumerate(pattern.parameters):
            tenant = tenants[min(position, len(tenants) - 1)]
            if name not in APP_NAMES | MODEL_NAMES:
                columns[name] = values_for(pattern, name, kind, tenant)
        for fixed in _fixed(pattern, tenants[-1], every):
            columns_left = {n: v for n, v in columns.items() if n not in fixed}
            for row in range(max((len(v) for v in columns_left.values()), default=1)):
                yield (
                    whose,
                    pattern.url({**fixed, **{n: v[row % len(v)] for n, v in columns_left.items()}}),
                )


def _fixed(pattern: Pattern, tenant: Tenant, every: bool) -> list[dict[str, Any]]:
    """Values that belong together: a version and its files; names of apps, models and
    bulk actions."""
    names = [name for name, _ in pattern.parameters]
    if pattern.route.startswith("v/") and "sha256" in names:
        found = [
            (v.pk, f["sha256"])
            for v in Version.objects.filter(agency=tenant.agency)
            for f in v.files
        ]
        found += [
            (act.version_id, f["sha256"])
            for act in VersionAct.objects.filter(version__agency=tenant.agency)
            for f in act.files
        ]
        return [
            {"pk": pk, "sha256": digest}
            for pk, digest in (found if every else found[:3] + found[-1:])
        ]
    if "pictures" in pattern.route and "sha256" in names:
        return [{"sha256": p} for p in sorted(set(pictures_of(to_content(tenant.pages[0].body))))]
    app, model = (
        next((n for n in names if n in APP_NAMES), None),
        next((n for n in names if n in MODEL_NAMES), None),
    )
    if app and model and "action" in names:
        return [{app: a, model: m, "action": act} for a, m, act in bulk_actions()]
    if app and model:
        return [{app: a, model: m} for a, m in model_pairs(every)]
    if model:
        return [{model: m} for a, m in model_pairs(every) if a == "procedures"]
    if app:
        return [{app: "procedures"}, {app: "qms"}]
    return [{}]
