"""The list under a signature: one digest over the facts of the approval as sent and the digests of
everything sealed in it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from qms.models import Approval, ApprovalItem
from qms.text.marks import composed

FORMAT = 1


def canonical(facts: Any) -> bytes:
    """JSON with sorted keys in NFC: the same facts always give the same bytes."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return composed(text).encode("utf-8")


def manifest_of(approval: Approval, items: Iterable[ApprovalItem]) -> str:
    """SHA-256 over what is sent: the sender, the rule, and the digest of each item not removed."""
    facts = {
        "format": FORMAT,
        "approval": approval.pk,
        "kind": approval.kind,
        "rule_kind": approval.rule_kind,
        "agency": approval.agency_id,
        "title": approval.title,
        "note": approval.note,
        "round": approval.round,
        "sent_by": approval.sent_by_id,
        "rule": approval.rule,
        "items": sorted([item.subject, item.digest] for item in items if not item.is_taken_out),
    }
    return hashlib.sha256(canonical(facts)).hexdigest()


def digests_of(items: Iterable[ApprovalItem]) -> list[str]:
    """The sorted digests of the items not removed: a review covers each of them separately."""
    return sorted(item.digest for item in items if not item.is_taken_out)


def in_fours(digest: str) -> str:
    """The digest in groups of four, for people who compare it."""
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))
