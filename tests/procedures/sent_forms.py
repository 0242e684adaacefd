"""Forms as browsers submit them, with the token of the page that was shown."""

import re

from django.test import Client


def signed_in(person, count=1):
    """Browsers of the person that send the form's token, as real ones do."""
    browsers = [Client(enforce_csrf_checks=True) for _ in range(count)]
    for browser in browsers:
        browser.force_login(person)
    return browsers


def form_of(browser, address):
    """The values of the form on the page."""
    html = browser.get(address).content.decode()
    form = html[html.index('<form method="post"') :]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    fields |= {
        name: value
        for value, name in re.findall(r'<input[^>]*value="([^"]*)"[^>]*name="([^"]+)"', form)
    }
    fields["csrfmiddlewaretoken"] = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    return fields
