"""The requests worth sending to a URL: its queries and forms with the IDs of the other agency."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from lxml import html

from procedures.models import Version
from tests.permissions.addresses import Pattern, fillings
from tests.permissions.canary import BAIT, City, Tenant

if TYPE_CHECKING:
    from tests.permissions.walker import Answer


@dataclass(frozen=True)
class Ask:
    """One request. `first` ones are sent in every run, the others by sample."""

    route: str
    method: str
    url: str
    data: tuple[tuple[str, str], ...] = ()
    first: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    json: str = ""  # a body of JSON, instead of a form

    def __str__(self) -> str:
        return f"{self.method} {self.url}" + (f" with {dict(self.data)}" if self.data else "")


SEARCHES = ("q", "query", "search", "s", "term", "text", "title", "code", "name")
ID_NAMES = (
    "id", "ids", "pk", "parent", "parentId", "parent_page_id", "child_of", "descendant_of", "ancestor_of", "translation_of", "selected", "user",
    "user_id", "owner", "agency", "unit", "document", "version", "batch", "item", "procedure", "edited_by", "locked_by", "last_published_by",
    "object_id", "collection_id", "workflow", "task", "requested_by", "person", "made_by", "by", "new_parent_page", "destination", "page", "draft",
    "successor", "clauses", "revision", "choose_parent", "target_pages[]", "groups", "events", "form", "file", "ordering_page",
)  # fmt: skip


def foreign_ids(tenant: Tenant, name: str) -> list[str]:
    """Values of a query or form field with that name that could reach the other agency: pages first
    where pages are meant."""
    page_ids = [str(p.pk) for p in tenant.pages[:3]]
    first = tenant.ids[0]
    if name in {
        "id",
        "ids",
        "parent",
        "parentId",
        "child_of",
        "descendant_of",
        "document",
        "draft",
        "procedure",
        "object_id",
        "page",
        "new_parent_page",
    }:
        return page_ids
    if "sha" in name or name in {"file", "source"}:
        return [tenant.hashes[0]]
    if name in {"agency", "batch"}:
        return [str(first)]
    return [str(first), str(first + 1)]


def queries(tenant: Tenant) -> list[tuple[tuple[str, str], ...]]:
    """Query strings known to make Wagtail and our views list, find, filter, order or export."""
    ids = tuple(
        (name, value)
        for name in ID_NAMES
        if name not in {"page"}
        for value in foreign_ids(tenant, name)[:1]
    )
    page = str(tenant.pages[0].pk)
    return [
        (),
        tuple((name, BAIT) for name in SEARCHES[:6]),
        ids,
        (("id", page), ("id", str(tenant.pages[2].pk))),
        (("id", str(tenant.ids[0])), ("id", str(tenant.ids[1]))),
        (("export", "csv"),),
        (("export", "xlsx"),),
        (("fields", "*"), ("limit", "50"), ("for_explorer", "1"), ("order", "-id")),
        (("child_of", str(tenant.agency.page.pk)), ("fields", "*")),
        (("child_of", str(tenant.agency.page.pk)), ("for_explorer", "1")),
        (("descendant_of", str(tenant.agency.page.pk)), ("fields", "*,parent(*)")),
        (("search", BAIT), ("fields", "*")),
        (("q", BAIT), ("page_type", "wagtailcore.page"), ("match_subclass", "1")),
        (("q", BAIT), ("search", BAIT), ("agency", str(tenant.agency.pk))),
        (("q", "zz"), ("query", "zz"), ("term", "zz")),
        # What begins so; and what a search that mends spelling would propose
        (
            ("q", "zzcanar"),
            ("group", "draft"),
        ),
        (("q", "zzcanarxbetadrafttitle"), ("scope", "draft")),
        (("q", "zzcanarxbetaissuedtitle"), ("state", "all")),
        (("ordering", "-title"), ("order", "-title"), ("p", "1")),
        (("tu", f"v{first_version(tenant)}"), ("den", "draft")),
        (("id", "all"), ("parentId", str(tenant.agency.page.pk))),
        (
            ("next", "//evil.example/"),
            ("page_type", "procedures.procedurepage,procedures.formpage"),
        ),
    ]


def first_version(tenant: Tenant) -> int:
    """The ID of a version whose document has a draft too."""
    rows = Version.objects.filter(document=tenant.pages[2].pk)
    return rows.values_list("pk", flat=True)[0]


def sink(tenant: Tenant) -> tuple[tuple[str, str], ...]:
    """A form with the other agency's IDs under every known field name."""
    pairs = [(name, value) for name in ID_NAMES for value in foreign_ids(tenant, name)]
    return (
        *pairs,
        ("title", "x"),
        ("q", BAIT),
        ("reason", "x"),
        ("confirm", "1"),
        ("action", "accept"),
        ("comment", "x"),
        ("next", "/"),
        ("text", "x"),
    )


def asks(pattern: Pattern, city: City, *, every: bool) -> Iterator[Ask]:
    """All requests to a URL worth sending, except those suggested by its own forms
    (`from_forms`)."""
    beta = city.beta
    said, form, two = (
        [urlencode(query) for query in queries(beta)],
        sink(beta),
        urlencode((("id", beta.pages[0].pk), ("id", beta.pages[2].pk))),
    )
    seen: set[str] = set()
    for whose, url in fillings(pattern, city, every=every):
        new = whose not in seen
        seen.add(whose)
        for number, query in enumerate(said):
            address = f"{url}?{query}" if query else url
            yield Ask(
                pattern.route,
                "GET",
                address,
                first=number == 0
                and (new or whose == "beta")
                or number in {1, 2}
                and whose in {"none"},
            )
        yield Ask(pattern.route, "POST", url, first=False)
        yield Ask(pattern.route, "POST", url, form, first=new)
        yield Ask(pattern.route, "POST", f"{url}?{two}", form, first=False)
        for method in ("OPTIONS", "DELETE", "PUT", "PATCH"):
            yield Ask(pattern.route, method, url, first=False)
        yield Ask(
            pattern.route,
            "GET",
            url,
            first=False,
            headers=(("X-Requested-With", "XMLHttpRequest"), ("HX-Request", "true")),
        )


def from_forms(ask: Ask, answer: "Answer", city: City) -> Iterator[Ask]:
    """Requests suggested by the forms of a response: each form unchanged, and with the other
    agency's IDs in every suitable field."""
    if "<form" not in answer.page:
        return
    page = html.document_fromstring(answer.page)
    for form in page.forms:
        values = [
            (k, v if isinstance(v, str) else "")
            for k, v in form.form_values()
            if k != "csrfmiddlewaretoken"
        ]
        names = {k for k in form.fields.keys() if k and k != "csrfmiddlewaretoken"}  # noqa: SIM118 - lxml's own mapping
        target = urlsplit(form.get("action") or ask.url)
        if target.netloc:
            continue
        address = target.path or urlsplit(ask.url).path
        if form.method == "GET":
            for name in sorted(names):
                for value in (*foreign_ids(city.beta, name)[:2], BAIT):
                    yield Ask(
                        ask.route, "GET", f"{address}?{urlencode([(name, value)])}", first=False
                    )
            yield Ask(
                ask.route,
                "GET",
                f"{address}?{urlencode([(n, foreign_ids(city.beta, n)[0]) for n in sorted(names)])}",
            )
            continue
        query = f"?{target.query}" if target.query else ""
        yield Ask(ask.route, "POST", address + query, tuple(values))
        takes = {n for n in names if _takes_an_id(form, n)}
        swapped = [(k, v) for k, v in values if k not in takes] + [
            (n, foreign_ids(city.beta, n)[0]) for n in sorted(takes)
        ]
        yield Ask(ask.route, "POST", address + query, tuple(swapped))
        for name in sorted(takes):
            for value in foreign_ids(city.beta, name):
                yield Ask(
                    ask.route,
                    "POST",
                    address + query,
                    tuple([(k, v) for k, v in values if k != name] + [(name, value)]),
                    first=False,
                )


def _takes_an_id(form: Any, name: str) -> bool:
    """Selects, hidden fields and boxes with numeric values, and all fields named like one
    of ours."""
    if "TOTAL_FORMS" in name or "csrf" in name or "INITIAL_FORMS" in name:
        return False
    if name.rsplit("-", 1)[-1] in ID_NAMES:
        return True
    for field_ in form.xpath(".//*[@name=$name]", name=name):
        if field_.tag == "select" and any(
            (o.get("value") or "").isdigit() for o in field_.iter("option")
        ):
            return True
        if (
            field_.get("type") in {"hidden", "checkbox", "radio"}
            and (field_.get("value") or "").isdigit()
        ):
            return True
    return False
