"""Checks that versions are unchanged since their issue: their digests, their entries in the
journal, their files."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from procedures import version_digest
from procedures.models import Version, VersionAct
from qms.models import Event, StoredFile

MADE = ("issued", "recorded")


def faults() -> Iterator[str]:
    """Describes each version, act or file of a version that does not match the journal or its
    digest."""
    noted = _noted_versions()
    kept = set(StoredFile.objects.values_list("sha256", flat=True))
    for version in Version.objects.order_by("pk").iterator(chunk_size=200):
        digests = noted.pop(f"version:{version.pk}", [])
        yield from _faults_of(version, digests, kept)
    for subject, digests in sorted(noted.items()):
        for title, _digest in digests:
            said = _(
                "Phiên bản đã ghi trong chuỗi sự kiện nhưng không còn: %(name)s (%(subject)s)."
            )
            yield said % {"name": title, "subject": subject}
    yield from _act_faults(kept)


def _noted_versions() -> dict[str, list[tuple[str, str]]]:
    """The versions in the journal: subject -> [(code and title, digest)]."""
    noted: dict[str, list[tuple[str, str]]] = {}
    for subject, data in Event.objects.filter(kind__in=MADE).values_list("subject", "data"):
        name = f"{data.get('code', '')} {data.get('title', '')}".strip()
        noted.setdefault(subject, []).append((name, str(data.get("digest", ""))))
    return noted


def _faults_of(version: Version, noted: list[tuple[str, str]], kept: set[str]) -> Iterator[str]:
    name = {"version": f"{version} (#{version.pk})"}
    if version.digest_format not in version_digest.FORMATS:
        yield _("%(version)s: cách tính mã kiểm không có trong phần mềm này.") % name
    elif version.compute_digest() != version.digest:
        yield _("%(version)s: nội dung đã bị sửa sau khi ban hành.") % name
    if not noted:
        yield _("%(version)s: không có trong chuỗi sự kiện.") % name
    elif [digest for _name, digest in noted] != [version.digest]:
        yield _("%(version)s: mã kiểm khác với mã trong chuỗi sự kiện.") % name
    yield from _missing_files(name["version"], version.files, kept)


def _missing_files(name: str, files: list[dict[str, Any]], kept: set[str]) -> Iterator[str]:
    for file in files:
        if file.get("sha256") not in kept:
            said = _("%(version)s: tệp %(sha256)s không có trong sổ của kho.")
            yield said % {"version": name, "sha256": file.get("sha256")}


def _act_faults(kept: set[str]) -> Iterator[str]:
    """Acts without their event, and events without their act."""
    acts: Counter[tuple[str, str, str, str]] = Counter()
    for act in VersionAct.objects.order_by("pk").iterator():
        subject = f"version:{act.version_id}"
        acts[subject, act.kind, act.on_day.isoformat(), act.reason] += 1
        yield from _missing_files(subject, act.files, kept)
    kinds = list(VersionAct.Kind.values)
    for subject, kind, data in Event.objects.filter(kind__in=kinds).values_list(
        "subject", "kind", "data"
    ):
        acts[subject, kind, str(data.get("on_day")), str(data.get("reason"))] -= 1
    for (subject, kind, day, _reason), count in sorted(acts.items()):
        if count:
            said = (
                _("%(subject)s: việc “%(act)s” ngày %(day)s không có trong chuỗi sự kiện.")
                if count > 0
                else _(
                    "%(subject)s: việc “%(act)s” ngày %(day)s có trong chuỗi sự kiện nhưng không còn."
                )
            )
            yield said % {"subject": subject, "act": VersionAct.Kind(kind).label, "day": day}
