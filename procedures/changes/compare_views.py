"""The comparison of two states of a document on the site, for users who may read both; also as a
Word file."""

import io

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procedures import rules as document_rules
from procedures.changes import amendments, log_table, redline, rules, states, word_file
from procedures.changes.structure import Section
from procedures.models import DocumentPage, Version
from search.words.vietnamese import fold

DRAFT = "draft"


class Sides:
    """The two states named in the URL (`tu`, `den`: v12 or draft), among those the user may read.

    By default the newest version against its predecessor. Raises 404 for anything else."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        versions = list(rules.readable(request.user, pk).order_by("-ordinal"))
        self.page = get_object_or_404(DocumentPage, pk=pk)
        self.sees_draft = document_rules.may_see_draft(request.user, self.page)
        if not versions and not self.sees_draft:
            raise Http404
        self.versions = {f"v{version.pk}": version for version in versions}
        names = [*([DRAFT] if self.sees_draft else []), *self.versions]
        newest = [f"v{version.pk}" for version in versions]
        self.new = request.GET.get("den") or (newest or names)[0]
        earlier = newest[newest.index(self.new) + 1 :] if self.new in newest else newest
        self.old = request.GET.get("tu") or (earlier or [self.new])[0]
        if self.old not in names or self.new not in names:
            raise Http404
        self.choices = [(name, self.label(name)) for name in names]

    def label(self, name: str) -> str:
        if name == DRAFT:
            return _("Bản thảo hiện nay")
        return _("Phiên bản %(number)d") % {"number": self.versions[name].ordinal}

    def state(self, name: str) -> redline.State:
        """The state with its content, loaded now."""
        if name == DRAFT:
            return states.state_of(self.page.specific)
        return states.state_of(Version.objects.get(pk=self.versions[name].pk))

    @property
    def code(self) -> str:
        """The code of the newest version the user may read, else the draft's code."""
        newest = next(iter(self.versions.values()), None)
        return newest.code if newest else self.page.code

    @property
    def title(self) -> str:
        newest = next(iter(self.versions.values()), None)
        return str(newest or f"{self.page.code} {self.page.full_title}".strip())

    def log(self) -> Section:
        """The amendment log of both sides."""
        versions = list(self.versions.values())
        old, new = (
            log_table.of_side(self.versions.get(name), versions, self.page)
            for name in (self.old, self.new)
        )
        sees = self.sees_draft and DRAFT in (self.old, self.new)
        return log_table.section(old, new, log_table.texts_of(versions, self.page, draft=sees))

    def heading(self) -> list[str]:
        """What a file of the comparison says of itself: title, sides, the line of the amendment
        log, who signed the new side."""
        version = self.versions.get(self.new)
        line = amendments.log([version])[version.pk] if version else amendments.line_for(self.page)
        said = ": ".join(filter(None, (line.place, line.summary)))
        facts = states.each_time_of(version) if version else []
        return [
            self.title,
            f"{self.page.agency.name} – {self.label(self.old)} → {self.label(self.new)}",
            *(f"{label}: {value}" for label, value in facts if value),
            *([_("Theo dõi sửa đổi: %(line)s") % {"line": said}] if said else []),
        ]


@require_safe
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Compares any two versions the user may read, and the draft for users who may see it."""
    sides = Sides(request, pk)
    found = redline.Compared(sides.state(sides.old), sides.state(sides.new))
    context = {
        "sides": sides,
        "document": sides.page,
        "old_label": sides.label(sides.old),
        "new_label": sides.label(sides.new),
        "redline": found.as_html(),
        "words": found.in_words(),
    }
    return render(request, "procedures/changes/comparison.html", context)


@require_safe
def tracked_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same comparison as a Word file with tracked changes."""
    sides = Sides(request, pk)
    found = redline.compare(sides.state(sides.old), sides.state(sides.new))
    found.sections.append(sides.log())
    labels = f"{sides.label(sides.old)} → {sides.label(sides.new)}"
    data = word_file.tracked(
        found,
        title=sides.title,
        author=sides.page.agency.name,
        at=timezone.now(),
        note=labels,
        heading=sides.heading(),
    )
    code = slugify(fold(sides.code)) or str(pk)
    return FileResponse(
        io.BytesIO(data),
        as_attachment=True,
        filename=f"so-sanh-{code}-{sides.old}-{sides.new}.docx",
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
