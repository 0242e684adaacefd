"""User agents in words that users understand."""

from django.utils.translation import gettext as _

# The first match counts: browsers name each other, so the order matters.
BROWSERS = {"Coc_Coc": "Cốc Cốc", "coc_coc": "Cốc Cốc", "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Zalo": "Zalo",
            "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Chromium": "Chromium", "Safari": "Safari"}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def in_words(user_agent: str) -> str:
    """`Mozilla/5.0 (Windows NT 10.0…) … Chrome/120…` -> `Chrome trên Windows`; unknown ones are
    returned truncated."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s trên %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent[:60] or _("Không rõ")
