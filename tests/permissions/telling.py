"""What a response reveals, and whether any row of an agency has changed."""

import io
import re
import zipfile
from typing import Any

from django.apps import apps
from django.db import models

from qms import kept_sql
from qms.models import StoredFile
from tests.permissions.canary import Tenant


def body_of(response: Any) -> bytes:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content)  # read to its end, it closes by itself
    return response.content


def everything_said(response: Any, data: bytes | None = None) -> str:
    """Everything in a response: body (unpacked if it is a zip, as XLSX and DOCX are), headers,
    cookies, pending messages."""
    data = body_of(response) if data is None else data
    pieces = [data.decode("utf-8", "replace")]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pieces += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
            pieces += archive.namelist()
    pieces += [f"{name}: {value}" for name, value in response.headers.items()]
    pieces += [morsel.OutputString() for morsel in response.cookies.values()]
    messages = getattr(getattr(response, "wsgi_request", None), "_messages", None)
    if messages is not None:
        pieces += [
            str(m.message)
            for m in (*messages._queued_messages, *(getattr(messages, "_loaded_data", None) or ()))
        ]
    return "\n".join(pieces)


def found_in(said: str, pattern: re.Pattern[str]) -> list[str]:
    """The canaries in a response, even if highlighting marks are inside them."""
    hits = set(pattern.findall(said))
    if "<mark" in said or "<em" in said:
        hits |= set(pattern.findall(re.sub(r"</?(?:mark|em|b|strong)[^>]*>", "", said)))
    return sorted(h.lower() for h in hits)


# --- rows: has anything of an agency changed? -----------------------------------------------------

UNSTABLE = frozenset({"last_login", "_state"})  # of the person who asks


def rows_of(tenant: Tenant) -> dict[str, list[tuple]]:
    """Every row of the agency, and every other row that refers to one of them."""
    first, last = tenant.ids[0], tenant.ids[-1]
    found: dict[str, list[tuple]] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and not meta.db_table.startswith("wagtailsearch"):
            key = ("rows of", meta.label, first, last)
            found[meta.label] = kept_sql.rows(key, lambda: _rows(model, first, last))  # noqa: B023 - called at once
    found["files"] = sorted(
        StoredFile.objects.filter(pk__in=tenant.hashes).values_list("pk", "size", "mime")
    )
    return found


def _rows(model: type[models.Model], first: int, last: int) -> models.QuerySet | None:
    meta = model._meta
    numbered = [
        field.attname
        for field in meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and _is_numbered(field)
    ]
    of_parent = meta.pk.remote_field and _is_numbered(meta.pk)
    if of_parent or isinstance(meta.pk, models.AutoField | models.BigAutoField):
        numbered.append("pk")
    own = models.Q()
    for name in numbered:
        own |= models.Q(**{f"{name}__gte": first, f"{name}__lte": last})
    names = [f.attname for f in meta.local_concrete_fields if f.attname not in UNSTABLE]
    return model._base_manager.filter(own).order_by("pk").values_list(*names) if own else None


def _is_numbered(key: Any) -> bool:
    target = key.target_field
    while target.remote_field is not None:
        target = target.target_field
    return isinstance(target, models.AutoField | models.BigAutoField)


def differences(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> list[str]:
    found = []
    for label in before:
        if before[label] != after[label]:
            gone = [r for r in before[label] if r not in after[label]]
            new = [r for r in after[label] if r not in before[label]]
            found.append(f"{label}: was {str(gone)[:300]}, is {str(new)[:300]}")
    return found
