"""A real site with real workers, and a real Chromium that watches for errors in its console."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import ready_static, ready_tables
from tests.test_serve import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRAWN_WITHIN = 120_000
"""Milliseconds: on a busy machine an engine alone takes 30 seconds to start."""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@contextmanager
def served(**settings: str) -> Iterator[Site]:
    """A site with those settings, for the block."""
    folder = Path(tempfile.mkdtemp(prefix="aibum-browser-"))  # not pytest's: another run would close it to PostgreSQL
    folder.chmod(0o755)
    site = Site(folder, **settings)
    try:
        ready_tables.copy_to(folder / "postgres")  # the tests of `serve` begin with nothing
        ready_static.copy_to(folder / "static")
        site.start()
        yield site
        site.interrupt()
    finally:
        for process in site.family():
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def running() -> Iterator[Site]:
    """A site that runs for all browser tests together, and no longer: it takes its share of the machine."""
    with served(
        FACE_TRAINER="tests.personalize.small_trainers.PatientTrainer",
        ACCOUNT_EMAIL_VERIFICATION="none",  # nobody here reads letters
        NETWORK_REQUESTS_PER_DAY="6000",  # all visitors of these tests come from one address
    ) as site:
        yield site


@pytest.fixture(scope="package")
def address(running: Site) -> str:
    return f"http://127.0.0.1:{running.port}"


@pytest.fixture(scope="package")
def site_folder(running: Site) -> Path:
    """Where its database and files are."""
    return running.folder


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """Not for the whole session: while Playwright runs, Django finds itself in an event loop and refuses its database."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """One browser with its own cookies. `complaints` collects what its console says: errors and blocked content."""

    context: Any
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Any:
        page = self.context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path if path.startswith("http") else self.address + path)
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:  # a refused form and a missing page are answers, not faults
            self.complaints.append(text)


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """`visit(locale="ko-KR", color_scheme="dark")` opens a fresh browser; at the end none may have complained."""
    visits: list[Visit] = []

    def start(**options: Any) -> Visit:
        context = chromium.new_context(**({"locale": "en-US", "viewport": {"width": 1280, "height": 900}} | options))
        context.set_default_timeout(30_000)
        context.add_init_script(SHIFTS)
        visits.append(Visit(context, address))
        return visits[-1]

    yield start
    complaints = [text for one in visits for text in one.complaints]
    for one in visits:
        one.context.close()
    assert complaints == []


@dataclass(frozen=True)
class Made:
    """Covers that one visitor has made: the secret address of the request, and the paths of its covers."""

    secret_address: str
    covers: tuple[str, ...]
    cookies: dict[str, Any]


def ask_for_covers(page: Any, title: str = "Paper Moon", artist: str = "Lou Avery") -> None:
    """Type a song on the home page and send the create form."""
    page.get_by_label("Title").fill(title)
    page.get_by_label("Artist").fill(artist)
    page.locator("main form button").click()
    page.locator("[data-count-button]").click()
    page.wait_for_url("**/requests/**")


def wait_for_covers(page: Any, count: int = 4) -> list[str]:
    """The paths of the covers, once all are on the page and it says that the request has ended, which comes a moment later."""
    page.locator(".square--done").nth(count - 1).wait_for(timeout=DRAWN_WITHIN)
    page.locator("[data-region=actions][data-say]").wait_for(state="attached", timeout=DRAWN_WITHIN)
    return [link.get_attribute("href") for link in page.locator(".square__link").all()]


@pytest.fixture(scope="package")
def made(chromium: Any, address: str) -> Made:
    """A request of four finished covers, the first rated and on the wall."""
    context = chromium.new_context(locale="en-US", accept_downloads=True)
    page = context.new_page()
    page.goto(address)
    ask_for_covers(page)
    secret_address, covers = page.url, wait_for_covers(page)
    page.goto(address + covers[0])
    rate(page)
    state = context.storage_state()
    context.close()
    return Made(secret_address, tuple(covers), state)


def rate(page: Any) -> None:
    """Rate the cover whose page is open, and wait for its file."""
    page.get_by_label("4.5 stars").check()
    page.get_by_label("Comment").fill("Exactly the mood of the song.")
    with page.expect_download(timeout=60_000):
        page.get_by_role("button", name="Send and download").click()


@pytest.fixture(scope="package")
def member_cookies(chromium: Any, address: str) -> dict[str, Any]:
    """The cookies of somebody who made and rated a cover as a visitor and then signed up."""
    context = chromium.new_context(locale="en-US", accept_downloads=True)
    page = context.new_page()
    page.goto(address + "/create/?title=Before&artist=Signing+Up")
    page.locator("summary", has_text="Options").click()
    page.get_by_label("How many").fill("1")
    page.locator("[data-count-button]").click()
    page.goto(address + wait_for_covers(page, 1)[0])
    rate(page)
    page.goto(address + "/accounts/signup/")
    page.locator("input[type=email]").fill("member@example.com")
    page.locator("input[type=password]").fill("correct horse 7 battery")
    page.get_by_role("button", name="Make an account").click()
    page.get_by_role("link", name="My page").first.wait_for()
    state = context.storage_state()
    context.close()
    return state
