"""Storage of static files: compressed, with digests in their names."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also accepts style sheets that refer to a file of a package that
    isn't installed (Wagtail's image library)."""

    manifest_strict = False
    # Our modules import each other by name; those names get their digest too. Wagtail's scripts
    # import nothing.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "onsite/*.js",
            CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
        ),
    )

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:  # the referenced file does not exist
            return name
