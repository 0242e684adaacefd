"""An import batch of an agency of the canary city."""

from types import SimpleNamespace
from typing import Any

from procedures.models import (
    ImportBatch,
    ImportItem,
)
from procedures.sandbox.plain import plain
from qms.proof import store
from qms.roles import Role
from tests.permissions.canary import DRAFT, Tenant, text, word
from tests.permissions.making.contents import content, picture


def make_import(tenant: Tenant) -> None:
    """A batch with a file in each state."""
    key = tenant.key
    batch = ImportBatch.objects.create(agency=tenant.agency, by=tenant.people[Role.OFFICER])
    for number, state in enumerate(
        ("read", "refused", "accepted", "waiting", "reading", "unchanged", "skipped")
    ):
        file = store.add(
            text(key, DRAFT, "importbytes").encode() + state.encode(), "application/octet-stream"
        )
        name = word(key, DRAFT, "importname") + f"{number}.docx"
        known = state in {"read", "accepted", "skipped"}
        facts = read_facts(key, name, file.pk) if known else {}
        facts.pop("content", None)
        shown = picture(key, DRAFT)
        ImportItem.objects.create(
            batch=batch,
            name=name,
            file=file,
            sha256=file.pk,
            state=state,
            reading={"facts": facts} if known else {},
            heavy={
                "content": content(key, DRAFT),
                "pictures": {
                    shown.pk: {
                        "sha256": shown.pk,
                        "name": word(key, DRAFT, "importpicture"),
                        "mime": "image/png",
                    }
                },
                "original": text(key, DRAFT, "importoriginal"),
            }
            if known
            else {},
            corrections={"code": word(key, DRAFT, "correction")} if state == "read" else {},
            error=text(key, DRAFT, "importerror") if state == "refused" else "",
            document=tenant.pages[0] if state == "accepted" else None,
        )


def read_facts(key: str, name: str, sha256: str) -> dict[str, Any]:
    """The Word reader's results for a file, every text of it secret; in the form stored in import
    items."""

    def t(place: str) -> str:
        return text(key, DRAFT, place)

    facts = {
        "name": name, "sha256": sha256, "format": "docx", "kind": "procedure", "code": word(key, DRAFT, "readingcode"), "title": t("readingtitle"),
        "issue_number": 1, "revision_number": 0, "issued_on": "2026-01-05", "effective_on": "2026-01-05", "agency_name": t("readingagency"),
        "signers": [{"role": "approved", "name": t("readingsigner"), "post": t("readingpost")}],
        "legal_basis": [word(key, DRAFT, "readinglegal")], "images": 1, "source_characters": 10, "kept_characters": 10,
        "warnings": [{"code": "unknown_section", "message": t("readingwarning"), "values": []}],
    }  # fmt: skip
    return plain(SimpleNamespace(**facts))
