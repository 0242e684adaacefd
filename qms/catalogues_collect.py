"""For developers: brings `qms/locale/en` in line with the texts that stand in code and templates (no gettext tools needed)."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, pofile
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parent.parent
APPS = ("qms", "search", "procedures", "audits")
KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"))
CONTEXTUAL = {"pgettext", "pgettext_lazy", "npgettext"}


def messages() -> Iterator[tuple[Path, int, str, tuple[str, ...]]]:
    """(file, line, keyword, its texts) of every text of a screen."""
    sources: list[tuple[Path, str]] = []
    for app in APPS:
        sources += [(p, p.read_text(encoding="utf8")) for p in sorted((BASE / app).rglob("*.py")) if "migrations" not in p.parts]
    for folder in (BASE / "templates", *(BASE / app / "templates" for app in APPS)):
        sources += [(p, templatize(p.read_text(encoding="utf8"))) for p in sorted(folder.rglob("*")) if p.suffix in {".html", ".txt"}]
    for path, text in sources:
        for line, keyword, found, _comments in extract_python(io.BytesIO(text.encode()), KEYWORDS, [], {"encoding": "utf8"}):
            texts = tuple(str(t) for t in (found if isinstance(found, tuple) else (found,)) if t)
            if texts:
                yield path, line, str(keyword), texts


def collect() -> tuple[int, int]:
    """Rewrites the English catalogue: new texts come in empty, texts that went away go. Returns (texts, still without English)."""
    target = BASE / "qms" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    target.parent.mkdir(parents=True, exist_ok=True)
    old = Catalog(locale="en")
    if target.exists():
        with target.open("rb") as file:
            old = pofile.read_po(file, locale="en")
    new = Catalog(locale="en", project="ISO 9001", charset="utf-8", fuzzy=False)
    for path, line, keyword, texts in messages():
        context = None
        if keyword in CONTEXTUAL:
            context, texts = texts[0], texts[1:]
        key = texts[:2] if keyword.startswith(("ngettext", "npgettext")) else texts[0]
        kept = old.get(key if isinstance(key, str) else key[0], context=context)
        string = kept.string if kept is not None else ("" if isinstance(key, str) else ("", ""))
        new.add(key, string, locations=[(str(path.relative_to(BASE)), line)], context=context)
    with target.open("wb") as file:
        pofile.write_po(file, new, width=140, sort_output=True, include_lineno=False)
    missing = [m for m in new if m.id and not all([m.string] if isinstance(m.string, str) else m.string or [""])]
    print(f"{len(new)} texts, {len(missing)} without English")
    return len(new), len(missing)
