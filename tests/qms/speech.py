"""Extracts the texts of a page, detects their language, and walks the site as one person."""

import json
import re
import time
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from babel.messages.pofile import read_po
from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve
from lxml import html

from audits.models import Cause
from procedures.editor.grids import NEW_COLUMNS
from procedures.models import Clause

VIETNAMESE = re.compile("[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
PROPER_NAMES = (
    "19/2014/QĐ-TTg",
    "UBND thành phố Huế",
    "VP; Văn phòng",
    "“Quy trình” (procedure)",
    "“Họ và tên” (full name)",
)
# Pages asked for each pattern and person; documents in other states stand in `SEVERAL`
ONE_PER_ROUTE = 1
SEVERAL = {"d/<id:pk>/": 5, "v/<id:pk>/": 7, "admin/tai-lieu/<int:pk>/": 6, "admin/tai-lieu/<int:pk>/ban-hanh/": 3, "admin/pages/<int:page_id>/edit/": 4,
           "admin/nhap-tep/files/^(?P<pk>\\d{1,18})/$": 3, "admin/tai-lieu/phien-ban/<int:pk>/<slug:name>/": 4}  # fmt: skip
SPOKEN = ("title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label", "data-label", "data-title",
          "data-w-tooltip-content-value")  # fmt: skip
SILENT = {"script", "style", "template", "code", "pre", "noscript"}
WORD = re.compile(r"[A-Za-z][a-z]{2,}(?:'[a-z]+)?")
ALIEN = re.compile("English|[0-9a-f]{64}")
# common words of screens that no catalogue of a package may contain
COMMON = """the and for with this that from your you are not has have was were will can cannot been all any more less than then here there page pages
    save edit delete remove create search close open toggle actions action history filter status state date user users type name yes select choose view
    download upload next previous back continue submit cancel send sign log settings account password username welcome home menu main content skip loading
    error errors warning required optional field fields add new update updated created draft published live preview comment comments document documents"""


def said(document):
    """Texts that a page displays or speaks, one by one."""
    for node in document.iter():
        if not isinstance(node.tag, str):
            continue
        inside = {parent.tag for parent in node.iterancestors()} | {node.tag}
        if inside & SILENT:
            if node.tail and not ({parent.tag for parent in node.iterancestors()} & SILENT):
                yield node.tail
            continue
        yield from (text for text in (node.text, node.tail) if text)
        yield from (node.get(name) for name in SPOKEN if node.get(name))
        if node.tag == "input" and node.get("type") in {"submit", "button", "reset"}:
            yield node.get("value") or ""
        if node.tag == "meta" and node.get("name") == "description":
            yield node.get("content") or ""


def carried(document):
    """Texts that scripts take from the page, as JSON in scripts and attributes."""

    def leaves(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            for one in value.values() if isinstance(value, dict) else value:
                yield from leaves(one)

    for node in document.iter():
        if not isinstance(node.tag, str):
            continue
        found = [node.text] if node.tag == "script" and "json" in (node.get("type") or "") else []
        found += [v for k, v in node.attrib.items() if k.startswith("data-") and v[:1] in "[{"]
        for text in found:
            try:
                yield from leaves(json.loads(text or "null"))
            except ValueError:
                continue


def english_words():
    """Words of the packages' English that no Vietnamese text of ours or theirs uses."""

    def words(texts):
        return {w.lower() for text in texts for w in WORD.findall(text)}

    def flat(value):
        return [str(v) for v in value] if isinstance(value, (tuple, list)) else [str(value)]

    english, vietnamese = [], []
    base = Path(settings.BASE_DIR) / "qms"
    for file in (base / "locale_vendor/vi/LC_MESSAGES").glob("*.po"):
        with file.open("rb") as opened:
            for message in read_po(opened):
                english += flat(message.id)
                vietnamese += flat(message.string)
    for file in (base / "locale/en/LC_MESSAGES").glob("*.po"):
        with file.open("rb") as opened:
            vietnamese += [text for message in read_po(opened) for text in flat(message.id)]
    return (words(english) | words([COMMON])) - words(vietnamese)


def english_in(texts, known):
    """Texts with English words; a file's digest may contain any."""
    return sorted(
        {
            " ".join(text.split())
            for text in texts
            if {w.lower() for w in WORD.findall(text)} & known and not ALIEN.fullmatch(text.strip())
        }
    )


# An amendment log names the changed steps in the language of documents: it is sealed with them
_STEPS_NAMED = re.compile(r"\(bước \d+(?:, bước \d+)*\)")


def vietnamese_in(texts):
    """Texts with Vietnamese letters, except proper names and the product's data."""
    clauses = [
        f"{number} {title}" for number, title in Clause.objects.values_list("number", "title")
    ]
    printed = [label for columns in NEW_COLUMNS.values() for _role, label in columns]
    causes = Cause.objects.values_list("name", flat=True)
    known = sorted(
        (*clauses, *causes, *printed, *PROPER_NAMES, "Tiếng Việt"), key=len, reverse=True
    )

    def plain(text):
        for name in known:
            text = text.replace(name, "")
        return _STEPS_NAMED.sub("", text)

    return sorted(
        {
            " ".join(text.split())[:200]
            for text in texts
            if VIETNAMESE.search(text) and VIETNAMESE.search(plain(text))
        }
    )


class Walk:
    """Follows the links of the site as one person and collects the texts of its pages."""

    def __init__(self, client, user, language):
        self.client, self.language = client, language
        if user is not None:
            client.force_login(user, backend="qms.accounts.backends.Accounts")
            session = client.session
            session["account_authentication_methods"] = [
                {"method": "password", "at": time.time(), "username": user.username}
            ]
            session.save()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        self.asked, self.pages, self.forms = {}, [], {}

    def run(self, starts, *, follow=True):
        """Requests the URLs and everything they link to; then submits each form found, empty or
        invalid, and rolls it back."""
        waiting, self.starts = list(starts), set(starts)
        while waiting:
            address = waiting.pop(0)
            if not self.wanted(address):
                continue
            response = self.client.get(address, follow=True)
            links = self.read(address, response)
            waiting += links if follow else []
        for (route, _act), (address, data) in list(self.forms.items()):
            if "logout" in route or "i18n" in route:
                continue
            with transaction.atomic():
                response = self.client.post(address, data)
                self.read(f"POST {address}", response)
                transaction.set_rollback(True)
        return self

    def wanted(self, address):
        parts = urlsplit(address)
        if (
            parts.netloc
            or not parts.path.startswith("/")
            or "logout" in parts.path
            and parts.path != "/accounts/logout/"
        ):
            return False
        try:
            match = resolve(parts.path)
        except Resolver404:
            match = None
        route = match.route if match else "none"
        limit = SEVERAL.get(route, ONE_PER_ROUTE) + (2 if address in self.starts else 0)
        seen = self.asked.setdefault(route, set())
        if address in seen or len(seen) >= limit:
            return False
        seen.add(address)
        return True

    def read(self, address, response):
        """Collects the page; returns the URLs that it links to."""
        if (
            response.streaming
            or not response.get("Content-Type", "").startswith("text/html")
            or not response.content.strip()
        ):
            return []
        document = html.fromstring(response.content)
        self.pages.append((address, response.status_code, document))
        here = response.request["PATH_INFO"]
        for form in document.iter("form"):
            if (form.get("method") or "").lower() == "post":
                self.keep(form, here)
        links = [
            urldefrag(a.get("href"))[0]
            for a in document.iter("a")
            if a.get("href") and not a.get("href").startswith(("mailto:", "javascript:", "tel:"))
        ]
        links += [f.get("src") for f in document.iter("iframe") if f.get("src")]
        # The menu is drawn by a script
        links += [
            text for text in carried(document) if text.startswith("/admin/") and " " not in text
        ]
        return [here + link if link.startswith("?") else link for link in links if link]

    def keep(self, form, here):
        """A form is submitted once per pattern and kind of act: its hidden fields unchanged, the
        rest invalid or empty."""
        address = form.get("action") or here
        if not address.startswith("/"):
            return
        data = {}
        for field in form.iter("input", "textarea"):
            if field.get("name") and field.get("type") != "file":
                data[field.get("name")] = (
                    field.get("value") or ""
                    if field.get("type") == "hidden"
                    else "zzz"
                    if "on" in field.get("name")
                    else ""
                )
        try:
            route = resolve(urlsplit(address).path).route
        except Resolver404:
            return
        self.forms.setdefault((route, data.get("act", "")), (address, data))


def leftovers(walks, language):
    """{text: [(person, address), …]} of everything in the wrong language."""
    known = english_words() if language == "vi" else set()
    found = {}
    for name, walk in walks.items():
        for address, status, document in walk.pages:
            texts = list(said(document))
            wrong = (
                english_in(texts, known)
                if language == "vi"
                else vietnamese_in([*texts, *carried(document)])
            )
            for text in wrong:
                found.setdefault(text, []).append((str(name), address, status))
    return {text: places[:2] for text, places in sorted(found.items())}
