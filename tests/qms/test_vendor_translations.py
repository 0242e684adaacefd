"""No English string of a package we build on is shown to readers of Vietnamese."""

import re
import unicodedata
from pathlib import Path

import allauth
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings as project
from django.utils.translation.trans_real import DjangoTranslation

OURS = Path(project.BASE_DIR) / "qms" / "locale_vendor"
DOMAINS = ("django", "djangojs")
PRINTF = re.compile(r"%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[a-zA-Z]|(?<!%)%[sdrif](?!\w)")
BRACES = re.compile(r"\{\w*\}")
TAGS = re.compile(r"<[^>]*>")
# hoá, khoẻ, uỷ, tuỳ; we write hóa, khỏe, ủy, tùy
NEW_TONE = re.compile(r"(?:o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])(?!\w)", re.IGNORECASE)
NOT_OURS = ("socialaccount/", "headless/", "idp/")  # parts of allauth that are not installed


def read(path):
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file)


def ours(domain):
    return read(OURS / "vi" / "LC_MESSAGES" / f"{domain}.po")


def forms(text):
    """Singular and plural of a message, or its only form."""
    return list(text) if isinstance(text, (tuple, list)) else [text]


def key(message):
    return message.context, forms(message.id)[0]


def translated(catalog):
    """Keys of the translated messages of a catalogue."""
    return {key(m) for m in catalog or () if m.id and not m.fuzzy and all(forms(m.string))}


def marks(text):
    """Parts that a translation has to keep unchanged."""
    return tuple(sorted(pattern.findall(text)) for pattern in (PRINTF, BRACES, TAGS))


def wagtail_catalogs():
    """(name, English catalogue, Wagtail's own Vietnamese or None, domain) of each installed app."""
    for config in apps.get_app_configs():
        if config.name.split(".")[0] != "wagtail":
            continue
        for domain in DOMAINS:
            english = read(Path(config.path) / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po")
            if english is not None:
                yield (
                    config.name,
                    english,
                    read(Path(config.path) / "locale" / "vi" / "LC_MESSAGES" / f"{domain}.po"),
                    domain,
                )


def test_every_string_of_the_installed_wagtail_apps_has_a_vietnamese_text():
    have = {domain: translated(ours(domain)) for domain in DOMAINS}
    seen, missing = 0, []
    for name, english, own, domain in wagtail_catalogs():
        wanted = {key(m) for m in english if m.id}
        seen += len(wanted)
        missing += [
            (name, domain, k) for k in sorted(wanted - have[domain] - translated(own), key=str)
        ]
    assert missing == []
    assert seen > 1000  # the templates were found


def test_every_string_of_accounts_second_factor_and_sessions_has_a_vietnamese_text():
    english = read(Path(allauth.__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po")
    wanted = {
        key(m)
        for m in english
        if m.id and not all(any(part in place for part in NOT_OURS) for place, _ in m.locations)
    }
    assert sorted(wanted - translated(ours("django")), key=str) == []
    assert len(wanted) > 150


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_carries_over_every_placeholder_and_tag(domain):
    wrong = [
        (m.id, m.string)
        for m in ours(domain)
        if m.id
        for text in forms(m.string)
        if marks(text) not in [marks(f) for f in forms(m.id)]
    ]
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_keeps_the_white_space_around_the_text(domain):
    def edges(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    wrong = [
        m.id
        for m in ours(domain)
        if m.id
        for text in forms(m.string)
        if edges(text) not in [edges(f) for f in forms(m.id)]
    ]
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogue_is_sound(domain):
    catalog = ours(domain)
    assert catalog.num_plurals == 1
    assert [
        m.id
        for m in catalog
        if m.id and (m.fuzzy or not all(forms(m.string)) or len(forms(m.string)) != 1)
    ] == []
    assert [str(error) for _, errors in catalog.check() for error in errors] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_vietnamese_is_composed_and_has_its_tones_in_one_place(domain):
    texts = [text for m in ours(domain) if m.id for text in forms(m.string)]
    assert [text for text in texts if unicodedata.normalize("NFC", text) != text] == []
    assert [text for text in texts if NEW_TONE.search(text)] == []


@pytest.fixture
def compiled(settings, tmp_path):
    """The catalogues as the running product reads them."""
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for domain in DOMAINS:
        with (folder / f"{domain}.mo").open("wb") as file:
            write_mo(file, ours(domain))
    settings.LOCALE_PATHS = [tmp_path]


def test_our_translation_precedes_that_of_the_package(compiled):
    vietnamese = DjangoTranslation("vi", domain="django")
    assert vietnamese.gettext("Save draft") == "Lưu bản nháp"
    assert vietnamese.gettext("Approved") == "Đã phê duyệt"  # the package uses another word
    assert (
        vietnamese.ngettext("Delete 1 page", "Delete %(counter)s pages", 1)
        == "Xóa %(counter)s trang"
    )
    # The package says the opposite
    assert vietnamese.gettext("Password reset unsuccessful") == "Không đặt lại được mật khẩu"


def test_scripts_of_the_editor_speak_vietnamese_too(compiled):
    admin = str(Path(apps.get_app_config("wagtailadmin").path) / "locale")
    vietnamese = DjangoTranslation("vi", domain="djangojs", localedirs=[admin])
    assert vietnamese.gettext("Loading…") == "Đang tải…"
    assert vietnamese.ngettext("%(num)s error", "%(num)s errors", 3) == "%(num)s lỗi"


def test_the_words_under_the_sidebars_mark_are_the_name_of_its_link(compiled):
    """Wagtail's script names the link (aria-label): people who speak to the computer say what
    they see."""
    source = (Path(project.BASE_DIR) / "templates" / "wagtailadmin" / "base.html").read_text()
    [seen] = re.findall(r'qms-brand__name">\s*{% translate "([^"]+)" %}', source)
    assert seen == DjangoTranslation("vi", domain="djangojs").gettext("Dashboard")
    english = read(Path(project.BASE_DIR) / "qms" / "locale" / "en" / "LC_MESSAGES" / "django.po")
    assert english.get(seen).string == "Dashboard"
