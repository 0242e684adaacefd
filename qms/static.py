"""How static files are stored: compressed, under names that carry their digest."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, which also bears style sheets that name a file of a package that isn't installed (Wagtail's image library)."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:  # the file that is named does not exist
            return name
