"""Questions asked of a document's neutral content (docs/architecture.md). Pure functions."""

from typing import Any


def pictures_of(content: dict[str, Any]) -> list[str]:
    """SHA-256 of every picture that the content shows, in reading order."""
    return [block["sha256"] for section in content["sections"] for block in section["blocks"] if block["type"] == "picture"]
