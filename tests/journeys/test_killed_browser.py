"""The phone's browser is killed while it sends: what was on the device arrives once."""

import contextlib
import os
import random
import shutil
import signal
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Error, expect

from audits.models import Answer, Evidence
from tests.audits.conftest import audit, cast, plan_row, planned, programme, row, under_way  # noqa: F401
from tests.journeys.conftest import CHROMIUM, session_of
from tests.journeys.test_on_site_journey import opened, photo, status
from tests.search.killing import FULL, SEED

pytestmark = [pytest.mark.browser, pytest.mark.pure, pytest.mark.torture]
TIMES = 60 if FULL else 1
RESULTS = ("Phù hợp", "Không áp dụng")


class Phone:
    """A browser with a profile of its own, which outlives its processes."""

    def __init__(self, browser, site, profile, address, person):
        self.kind, self.site, self.profile, self.address = (
            browser.browser_type,
            site,
            profile,
            address,
        )
        self.session = session_of(person)

    def open(self):
        """The checklist, with everything that was on the device sent."""
        program = next(found for name in CHROMIUM if (found := shutil.which(name)))
        self.context = self.kind.launch_persistent_context(
            str(self.profile), executable_path=program, args=["--no-sandbox"], locale="vi-VN",
            viewport={"width": 390, "height": 844},
        )  # fmt: skip
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": self.session, "url": self.site.url}])
        page = self.context.pages[0]
        page.goto(self.site.url + self.address)
        expect(status(page)).to_contain_text("Máy chủ đã nhận đủ")
        return page

    def kill(self):
        """Ends every process of it without warning."""
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if str(self.profile).encode() in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        with contextlib.suppress(Error):
            self.context.close()


def test_a_killed_browser_loses_nothing_and_sends_nothing_twice(
    browser,
    site,
    cast,  # noqa: F811
    under_way,  # noqa: F811
    tmp_path,
):
    dice, item = random.Random(SEED), under_way.items.first()
    address = f"/danh-gia/{under_way.pk}/tai-cho/"
    phone = Phone(browser, site, tmp_path / "profile", address, cast.auditor)
    for number in range(TIMES):
        page = phone.open()
        page.context.set_offline(True)
        card = opened(page, item)
        for result in RESULTS:
            card.get_by_label(result, exact=True).check()
            expect(card.locator(".answered")).to_have_text(f"{result}trên máy, chưa gửi")
        expect(status(page)).to_contain_text("Chưa gửi: 1 câu trả lời")
        card.get_by_label("Ảnh, tệp").set_input_files(photo())
        expect(status(page)).to_contain_text("1 ảnh")
        page.context.set_offline(False)
        page.wait_for_timeout(dice.random() * 800)
        phone.kill()
        assert Answer.objects.count() <= 2 * (number + 1)
    phone.open()
    phone.context.close()
    assert (
        list(Answer.objects.order_by("pk").values_list("result", flat=True))
        == [
            "conforms",
            "not_applicable",
        ]
        * TIMES
    )
    assert Evidence.objects.count() == TIMES
