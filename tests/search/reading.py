"""Reads the search page as a person does."""

from dataclasses import dataclass

from lxml import html

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@dataclass
class Choice:
    """A link that selects something: its text, the number beside it, whether it is selected, its
    target."""

    label: str
    count: int | None
    on: bool
    link: str


class SearchPage:
    def __init__(self, client, query="", **headers):
        self.response = client.get(
            f"/tim-kiem/?{query}", headers={"User-Agent": BROWSER, **headers}
        )
        assert self.response.status_code == 200
        self.text = self.response.content.decode()
        self.root = html.fromstring(self.text)

    def follow(self, client, link):
        return SearchPage(client, link.removeprefix("?"))

    def texts(self, path):
        return [_flat(node) for node in self.root.xpath(path)]

    @property
    def titles(self):
        return self.texts('//p[@class="hit-title"]/a')

    @property
    def links(self):
        return [a.get("href") for a in self.root.xpath('//p[@class="hit-title"]/a')]

    @property
    def metas(self):
        return self.texts('//p[@class="hit-meta"]')

    @property
    def total(self):
        """All results: "2 kết quả sát câu hỏi trong 5 kết quả" are five."""
        found = self.texts('//h2[@class="found"]')
        return int(found[0].split("trong")[-1].split()[0].replace(".", "")) if found else 0

    @property
    def tabs(self):
        return {c.label: c for c in _choices(self.root.xpath('//nav[@class="tabs"]/a'))}

    @property
    def chips(self):
        return {
            c.label: c
            for c in _choices(self.root.xpath('//div[@class="chosen"]/a[@class="filter"]'))
        }

    @property
    def facets(self):
        return [
            block.get("aria-labelledby").removeprefix("loc-")
            for block in self.root.xpath('//section[@class="narrowing"]/div[@class="facet"]')
        ]

    def facet(self, name):
        """{label: choice} of the values that a facet shows immediately."""
        return {
            c.label: c
            for c in _choices(
                self.root.xpath(f'//div[@aria-labelledby="loc-{name}"]//a[@class="choice"]')
            )
        }

    def rest(self, name):
        """{value: text} of a facet's values in its list."""
        return {
            o.get("value"): _flat(o)
            for o in self.root.xpath(f'//select[@id="them-{name}"]/option')
            if o.get("value")
        }


def _choices(links):
    for link in links:
        counts = link.xpath('.//span[@class="count"]')
        count = int(_flat(counts[0]).replace(".", "")) if counts else None
        label = " ".join("".join(_said(link)).split())
        yield Choice(label, count, link.get("aria-current") is not None, link.get("href"))


def _said(node):
    """The visible text of a link, without its number."""
    yield node.text or ""
    for child in node:
        if child.get("class") not in {"hidden", "count"}:
            yield from _said(child)
        yield child.tail or ""


def _flat(node):
    return " ".join(node.text_content().split())
