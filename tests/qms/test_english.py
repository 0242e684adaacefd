"""Every text of ours on a screen has a good English translation."""

import ast
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.functional import Promise

from qms import catalogues_collect as collector
from tests.qms.speech import PROPER_NAMES, VIETNAMESE

pytestmark = pytest.mark.pure

DOMAINS = ("django", "djangojs")
PRINTF = re.compile(r"%\(\w+\)[sd]|%%|%[sd](?!\w)")
BRACES = re.compile(r"\{[\w:]*\}")
TAGS = re.compile(r"<[^>]*>")
TO_MEND = "run `make messages`, then fill in the English in qms/locale/en"


def forms(text):
    return list(text) if isinstance(text, (tuple, list)) else [text]


def keys(catalogue):
    return {(m.context, *forms(m.id)) for m in catalogue if m.id}


def texts(domain):
    """(forms of the Vietnamese, forms of the English) of each entry of the catalogue."""
    return [(forms(m.id), forms(m.string)) for m in collector.written(domain) if m.id]


@pytest.fixture(scope="module")
def in_code():
    return {domain: collector.catalogue(domain) for domain in DOMAINS}


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogue_holds_exactly_the_texts_of_the_code(domain, in_code):
    have, wanted = keys(collector.written(domain)), keys(in_code[domain])
    assert sorted(wanted - have, key=str) == [], (
        f"texts without a place in the catalogue: {TO_MEND}"
    )
    assert sorted(have - wanted, key=str) == [], f"texts that no code uses any more: {TO_MEND}"
    assert len(wanted) > 30  # the sources were found


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_has_its_english(domain):
    assert collector.without_english(collector.written(domain)) == [], TO_MEND


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_english_carries_over_every_placeholder_and_tag(domain):
    def marks(text):
        return tuple(sorted(pattern.findall(text)) for pattern in (PRINTF, BRACES, TAGS))

    assert [
        (vi, en)
        for vi, en in texts(domain)
        for one in en
        if marks(one) not in [marks(v) for v in vi]
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_english_keeps_the_white_space_around_the_text(domain):
    def edges(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [
        vi for vi, en in texts(domain) for one in en if edges(one) not in [edges(v) for v in vi]
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_english_ends_like_the_vietnamese(domain):
    """A sentence stays a sentence, a label a label: pieces are concatenated on the screens."""

    def end(text):
        return text[-1:] if text.endswith((".", ":", "?", "…")) else ""

    assert [
        (vi, en)
        for vi, en in texts(domain)
        for one in en
        if one and end(one) not in {end(v) for v in vi}
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_english_holds_no_vietnamese_but_proper_names(domain):
    def plain(text):
        for name in PROPER_NAMES:
            text = text.replace(name, "")
        return text

    assert [en for _vi, en in texts(domain) for one in en if VIETNAMESE.search(plain(one))] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogue_is_sound(domain):
    catalogue = collector.written(domain)
    assert catalogue.num_plurals == 2
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []
    assert [str(error) for _, errors in catalogue.check() for error in errors] == []


def inner(node):
    """The node and all its descendants."""
    yield node
    for name in node.child_nodelists:
        for child in getattr(node, name, None) or ():
            yield from inner(child)


def lazy(thing, depth=0):
    """The texts in `_("…")` of the tags and filters of a node; the parser makes them lazy
    at once."""
    if isinstance(thing, Promise):
        yield thing._args[0]
    elif depth < 7:
        kids = (
            thing.values()
            if isinstance(thing, dict)
            else thing
            if isinstance(thing, (list, tuple))
            else ()
        )
        if isinstance(thing, FilterExpression):
            kids = [thing.var, thing.filters]
        elif isinstance(thing, Node):
            kids = [value for name, value in vars(thing).items() if not name.startswith("nodelist")]
        for kid in kids:
            yield from lazy(kid, depth + 1)


def asked(node):
    """(context, form, …) that Django looks up for the node, computed by the node itself."""
    if isinstance(node, (BlockTranslateNode, TranslateNode)):
        context = str(node.message_context.resolve({})) if node.message_context else None
    if isinstance(node, BlockTranslateNode):
        yield (
            context,
            *(
                node.render_token_list(tokens)[0]
                for tokens in (node.singular, node.plural)
                if tokens
            ),
        )
    elif isinstance(node, TranslateNode):
        yield context, node.filter_expression.var.literal.replace("%", "%%")
    else:
        for text in lazy(node):
            yield None, text


def our_templates():
    for path in sorted((settings.BASE_DIR / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield path.relative_to(settings.BASE_DIR / "templates").as_posix()


def test_the_catalogue_has_what_templates_look_up_at_run_time():
    """White space is trimmed, percent signs doubled and variables named in the catalogue exactly as
    Django does it."""
    have, seen, missing = keys(collector.written()), 0, []
    have |= {(context, first) for context, first, *_ in have}
    for name in our_templates():
        template = engines["django"].get_template(name).template
        for node in (found for top in template.nodelist for found in inner(top)):
            for key in asked(node):
                seen += 1
                if key not in have:
                    missing.append((name, key))
    assert missing == []
    assert seen > 500


# Vietnamese outside a call of gettext on purpose
NO_SCREEN = (
    "*/management/*",  # commands are for the server's operator
    "qms/environment.py",
    "qms/work/supervisor.py",
    "procedures/demo/*",  # content of the demonstration
    "audits/demo/*",
    "procedures/word/*",  # reads Vietnamese documents; needs no Django
    "procedures/content/*",
    "search/*",  # words that the analysis and its trials know
)
ON_PURPOSE = {  # file -> purpose of its Vietnamese
    "qms/settings.py": "name of the language, errors at the start",
    "audits/plan_papers.py": "the symbol of a decision, the same in every language",
    "qms/approvals/papers.py": "kinds of place, as they stand in the names of agencies",
    "qms/text/alphabet.py": "letters",
    "qms/text/codes.py": "letters",
    "qms/accounts/devices.py": "names of browsers",
    "qms/text/marks.py": "letters",
    "procedures/editor/grids.py": "headings printed in the document itself",
    "procedures/editor/skeletons.py": "headings printed in the document itself",
    "procedures/reader/canvas.py": "widths of letters",
    "procedures/reader/facts.py": "letters, and the words before a limit, as the document's own text has them",
    "procedures/reader/linking.py": "letters",
    "procedures/reader/steps.py": "words of a branch",
    "procedures/content/outline.py": "abbreviations",
    "procedures/indexing/documents.py": "the word before a file's name, which the index keeps as it keeps the document's own headings",
    "procedures/content/wording.py": "letters",
    "procedures/importing/companions.py": "letters",
    "procedures/importing/titles.py": "letters",
    "procedures/importing/strangers.py": "letterheads",
}


def bare_literals(tree):
    """Strings with Vietnamese letters that are neither documentation nor inside a call
    of gettext."""
    skip = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = (
                node.func.id
                if isinstance(node.func, ast.Name)
                else node.func.attr
                if isinstance(node.func, ast.Attribute)
                else ""
            )
            if called in collector.KEYWORDS:
                skip |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skip.add(id(node.value))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in skip
            and VIETNAMESE.search(node.value)
        ):
            yield node.lineno, node.value


def test_no_vietnamese_reaches_a_screen_past_gettext():
    found = []
    for path, text in collector.sources("django"):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        if (
            path.suffix == ".py"
            and not any(fnmatch(name, p) for p in NO_SCREEN)
            and name not in ON_PURPOSE
        ):
            found += [(name, line, value) for line, value in bare_literals(ast.parse(text))]
    assert found == []


def test_no_template_says_something_outside_a_translation():
    tags = re.compile(
        r"\{%\s*(?:block)?comment.*?endcomment\s*%\}|\{#.*?#\}|\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{[%{].*?[%}]\}",
        re.DOTALL,
    )
    found = []
    for name in our_templates():
        left = tags.sub(
            "", Path(settings.BASE_DIR, "templates", name).read_text(encoding="utf8")
        ).replace(">Tiếng Việt<", "")
        found += [(name, line) for line in left.splitlines() if VIETNAMESE.search(line)]
    assert found == []


def test_no_script_says_something_outside_a_translation():
    call = re.compile(r'gettext\("[^"]*"(?:, "[^"]*", \w+)?\)|^\s*//.*$', re.MULTILINE)
    found = []
    for path, text in collector.sources("djangojs"):
        found += [
            (path.name, line.strip())
            for line in call.sub("", text).splitlines()
            if VIETNAMESE.search(line.split(" // ")[0])
        ]
    assert found == []
