"""Which document of the agency a file is, and which documents share a code."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from procedures.importing.titles import same_title, words_of
from procedures.models import DocumentPage, ImportItem, VersionAct
from qms.codes import code_key
from qms.models import Agency

Facts = dict[str, Any]
DUPLICATE = "duplicate_code"


@dataclass(frozen=True)
class Known:
    """A document as far as telling documents apart needs it. `pk` is None for one that a dry run would have made."""

    pk: int | None
    code_key: str
    code: str
    title: str
    name: str  # of its file
    kind: str = ""

    @property
    def label(self) -> str:
        """How a person knows it: the file it came from, else its title."""
        return self.name or self.title


def same_file(agency: Agency, sha256: str) -> ImportItem | None:
    """The import that brought this very file into the agency, where its document still is there."""
    found = ImportItem.objects.filter(
        batch__agency=agency, sha256=sha256, state=ImportItem.State.ACCEPTED, role=ImportItem.Role.DOCUMENT, document__isnull=False
    )
    return found.select_related("document", "version").order_by("-pk").first()


def with_code(agency: Agency, key: str) -> list[Known]:
    """The agency's documents with this code that are still of use: with an open draft, or with a version not withdrawn."""
    if not key:
        return []
    pages = list(DocumentPage.objects.filter(agency=agency, code_key=key).order_by("pk").prefetch_related("versions__acts"))
    return [_known(page) for page in pages if page.has_open_draft or any(_stands(v) for v in page.versions.all())]


def without_code(agency: Agency, title: str) -> list[Known]:
    pages = DocumentPage.objects.filter(agency=agency, code_key="").order_by("pk")
    return [_known(page) for page in pages if same_title(page.title, title)]


def _known(page: DocumentPage) -> Known:
    return Known(page.pk, page.code_key, page.code, page.title, page.source_name, page.kind)


def _stands(version: Any) -> bool:
    acts = list(version.acts.all())
    if any(act.kind == VersionAct.Kind.STRUCK_OUT for act in acts):
        return False
    ends = [act.kind for act in acts if act.kind in {VersionAct.Kind.WITHDRAWN, VersionAct.Kind.REINSTATED}]
    return not ends or ends[-1] == VersionAct.Kind.REINSTATED


def match(agency: Agency, facts: Facts, planned: Iterable[Known] = ()) -> Known | None:
    """The document of which this file is a further issue: same code and same or nearly the same title; without a code, the only
    one without a code that has this title. `planned`: what a dry run would have made before."""
    key, title = code_key(facts["code"]), facts["title"]
    planned = list(planned)
    if key:
        found = [k for k in [*with_code(agency, key), *(k for k in planned if k.code_key == key)] if same_title(k.title, title)]
    else:
        found = [*without_code(agency, title), *(k for k in planned if not k.code_key and same_title(k.title, title))]
        if len(found) > 1:
            return None
    # Where the agency holds the same title twice: the one whose file has this name, the exactly same title, the youngest.
    exact = words_of(title)
    found.sort(key=lambda k: (k.name == facts["name"], words_of(k.title) == exact, k.pk or 0))
    return found[-1] if found else None


def duplicate_warning(code: str, others: Iterable[Known]) -> dict[str, Any] | None:
    """The flag of a document whose code others bear too; `values` are their files. None where there are none."""
    labels = sorted({known.label for known in others})
    if not labels:
        return None
    text = _("Mã hiệu %(code)s cũng là mã hiệu của: %(others)s. Hãy kiểm tra và đổi mã hiệu của một tài liệu.")
    return {"code": DUPLICATE, "message": text % {"code": code, "others": "; ".join(f"“{label}”" for label in labels)}, "values": labels}


def with_duplicates(flags: list[dict[str, Any]], code: str, others: Iterable[Known]) -> list[dict[str, Any]]:
    """The flags with the duplicate flag made anew."""
    warning = duplicate_warning(code, others)
    return [flag for flag in flags if flag.get("code") != DUPLICATE] + ([warning] if warning else [])


def refresh_duplicates(agency: Agency, key: str) -> None:
    """Makes the duplicate flag of every document with this code right: there for all of them, or for none.

    The row and its newest revision are changed in place, so that no new draft arises from it."""
    if not key:
        return
    standing = with_code(agency, key)
    for page in DocumentPage.objects.filter(agency=agency, code_key=key):
        here = any(known.pk == page.pk for known in standing)
        flags = with_duplicates(page.flags, page.code, [k for k in standing if k.pk != page.pk] if here else [])
        if flags == page.flags:
            continue
        DocumentPage.objects.filter(pk=page.pk).update(flags=flags)
        revision = page.latest_revision
        if revision is not None:
            revision.content["flags"] = flags
            type(revision).objects.filter(pk=revision.pk).update(content=revision.content)
