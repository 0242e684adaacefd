"""For developers: brings `qms/locale/en` in line with the texts that are in code, templates and
scripts (no gettext tools needed)."""

import ast
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message, pofile
from babel.messages.extract import extract_javascript, extract_python
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parent.parent
FOLDER = BASE / "qms" / "locale" / "en" / "LC_MESSAGES"
APPS = ("qms", "search", "procedures", "audits")
PLURAL = frozenset(("ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"))
CONTEXTUAL = frozenset(("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"))
KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", *PLURAL, *CONTEXTUAL))
HEADER = """# The English of our own texts, whose source language is Vietnamese. New texts come in with `make messages`.
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def of_template(text: str) -> str:
    """The texts of a template as Python-like calls; each line is dedented, since the indentation of
    HTML means nothing to Python."""
    return "\n".join(line.strip() for line in templatize(text).splitlines())


def of_code(text: str) -> str:
    return text


def sources(domain: str) -> Iterator[tuple[Path, str]]:
    """(file, text to read) of all files that may hold texts of the domain."""
    kinds: list[tuple[list[Path], str, Callable[[str], str]]]
    apps = [BASE / app for app in APPS]
    if domain == "djangojs":
        kinds = [(apps, "*.js", of_code)]
    else:
        places = [BASE / "templates", *(app / "templates" for app in apps)]
        kinds = [
            (apps, "*.py", of_code),
            (places, "*.html", of_template),
            (places, "*.txt", of_template),
        ]
    for folders, pattern, prepare in kinds:
        for folder in folders:
            for path in sorted(folder.rglob(pattern)):
                if "migrations" not in path.parts and not path.name.endswith(".min.js"):
                    yield path, prepare(path.read_text(encoding="utf8"))


def calls(path: Path, text: str) -> Iterator[tuple[str, list[str]]]:
    """(name, its arguments that are texts, others as "") of every call with a text."""
    # From the syntax tree: before Python 3.12 calls inside f-strings are not tokens
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                name = (
                    node.func.id
                    if isinstance(node.func, ast.Name)
                    else node.func.attr
                    if isinstance(node.func, ast.Attribute)
                    else ""
                )
                if name in KEYWORDS:
                    yield (
                        name,
                        [
                            a.value
                            if isinstance(a, ast.Constant) and isinstance(a.value, str)
                            else ""
                            for a in node.args
                        ],
                    )
        return
    file = io.BytesIO(text.encode())
    found: Iterable[tuple[Any, ...]]
    if path.suffix == ".js":
        found = extract_javascript(
            file, KEYWORDS, [], {"encoding": "utf8", "parse_template_string": True}
        )
    else:
        found = extract_python(file, KEYWORDS, [], {"encoding": "utf8"})
    for _line, called, arguments, _comments in found:
        yield (
            str(called),
            [
                str(a or "")
                for a in (arguments if isinstance(arguments, (tuple, list)) else (arguments,))
            ],
        )


def messages(domain: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(file, context or "", its one or two forms) of every text of a screen."""
    for path, text in sources(domain):
        for name, texts in calls(path, text):
            context = texts.pop(0) if name in CONTEXTUAL else ""
            forms = tuple(texts[: 2 if name in PLURAL else 1])
            if forms and all(forms):
                yield str(path.relative_to(BASE)), context, forms


def catalogue(domain: str = "django", *, kept: Catalog | None = None) -> Catalog:
    """The current texts of the project, with their English from `kept`; others are empty."""
    new = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for path, context, forms in messages(domain):
        before = english(kept.get(forms[0], context=context or None)) if kept else []
        plural = len(forms) > 1
        if len(before) != (2 if plural else 1):
            before = ["", ""]
        new.add(
            forms if plural else forms[0],
            tuple(before) if plural else before[0],
            locations=[(path, 0)],
            context=context or None,
        )
    return new


def english(message: Message | None) -> list[str]:
    """The English forms of a message; empty if there is no message."""
    if message is None:
        return []
    found = message.string
    return [str(form) for form in found] if isinstance(found, (tuple, list)) else [str(found or "")]


def written(domain: str = "django") -> Catalog:
    """The catalogue as it is in the file."""
    path = FOLDER / f"{domain}.po"
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return pofile.read_po(file, locale="en")


def write(domain: str, catalog: Catalog) -> None:
    """Writes the file without dates and line numbers, so that it changes only if a text does."""
    body = io.BytesIO()
    pofile.write_po(
        body, catalog, width=140, sort_output=True, include_lineno=False, omit_header=True
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{domain}.po").write_bytes(HEADER.encode() + body.getvalue())


def without_english(catalog: Catalog) -> list[str]:
    """First forms of the texts that lack a form of their English."""
    return [
        str(m.id if isinstance(m.id, str) else m.id[0])
        for m in catalog
        if m.id and not all(english(m))
    ]


def collect() -> None:
    """Rewrites the English catalogues: adds new texts untranslated, and removes obsolete ones."""
    for domain in ("django", "djangojs"):
        new = catalogue(domain, kept=written(domain))
        write(domain, new)
        print(f"{domain}: {len(new)} texts, {len(without_english(new))} without English")
