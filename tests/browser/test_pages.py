"""What holds for every page: accessible in both languages and themes, light, steady, and quiet in the console."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ask_for_covers, wait_for_covers

OPEN_PAGES = (
    "/", "/create/", "/create/?title=Paper+Moon&artist=Lou+Avery&style=swiss", "/accounts/login/",
    "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/nothing/",
)  # fmt: skip
MEMBER_PAGES = ("/accounts/email/", "/accounts/password/change/", "/accounts/logout/")
BUDGET_BYTES = 100_000


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{page.url}: {rule['id']}: {[node['html'] for node in rule['nodes']][:3]}" for rule in found]


@pytest.mark.parametrize(("locale", "theme"), [("en-US", "light"), ("ko-KR", "dark")])
def test_no_page_has_an_axe_violation(visit, made, locale, theme):
    browser = visit(locale=locale, color_scheme=theme, storage_state=made.cookies)
    page = browser.open()
    found = violations(page)
    in_style = f"/create/?like={made.covers[0].strip('/').rpartition('/')[2]}"
    of_cover = (made.covers[0] + "studio/", made.covers[0] + "more/", in_style)
    for path in (*OPEN_PAGES[1:], *made.covers[:2], *of_cover, made.secret_address):
        page.goto(path if path.startswith("http") else browser.address + path)
        for fold in page.locator("details").all():
            fold.evaluate("element => { element.open = true; }")
        found += violations(page)
    page.goto(browser.address + "/create/")
    page.locator("[data-count-button]").click()
    page.locator(".form-errors").wait_for()
    assert found + violations(page) == []


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("ko", "light")])
def test_no_page_of_a_member_has_an_axe_violation(visit, member_cookies, language, theme):
    browser = visit(color_scheme=theme, storage_state=member_cookies)
    browser.context.add_cookies([{"name": "django_language", "value": language, "url": browser.address}])
    page = browser.open("/me/")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".cover-card").count() == page.locator(".request-row").count() == 1
    page.locator(".inputs summary").click()
    found = violations(page)
    for path in MEMBER_PAGES:
        page.goto(browser.address + path)
        found += violations(page)
    assert found == []


def test_the_theme_switch_is_remembered_before_the_first_paint(visit):
    browser = visit(color_scheme="light")
    page = browser.open()
    switch = page.locator("[data-theme-switch]")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    switch.click()
    switch.click()
    assert switch.inner_text().strip() == "Theme: dark"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != paper
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.themeAtStart = document.documentElement.dataset.theme; })"
    )
    page.goto(browser.address + "/create/")
    assert page.evaluate("window.themeAtStart") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_the_language_switch_changes_the_page_and_is_remembered(visit):
    browser = visit(java_script_enabled=False)
    page = browser.open("/create/?title=Paper+Moon")
    page.get_by_role("button", name="한국어").click()
    assert page.locator("html").get_attribute("lang") == "ko"
    assert page.locator("#id_title").input_value() == "Paper Moon"
    page.goto(browser.address)
    assert page.get_by_role("heading", level=1).inner_text() == "노래를 적으면, 커버가 돼요."


@pytest.mark.parametrize("scripts", [True, False])
def test_the_language_switch_keeps_what_is_being_typed(visit, made, scripts):
    browser = visit(java_script_enabled=scripts, viewport={"width": 390, "height": 844})
    page = browser.open("/accounts/signup/")
    page.locator("#id_email").fill("half@exam")
    page.locator("#id_password1").fill("swordfish 9")
    page.get_by_role("button", name="한국어").click()
    page.locator("html[lang=ko]").wait_for()
    assert page.locator("#id_email").input_value() == "half@exam"
    assert page.locator("#id_password1").input_value() == ""
    assert page.locator(".field__error").count() == 0
    browser.context.add_cookies([cookie for cookie in made.cookies["cookies"] if cookie["name"] == "sessionid"])
    page = browser.open(made.covers[1])
    page.locator("textarea").fill("밤 <b>& 낮")
    page.locator("input[type=radio]").nth(1).check()
    page.get_by_role("button", name="English").click()
    page.locator("html[lang=en]").wait_for()
    assert page.locator("textarea").input_value() == "밤 <b>& 낮"
    assert page.locator("input[type=radio]").nth(1).is_checked()
    page = browser.open("/")
    page.locator("#id_title").fill("Paper Moon")
    page.get_by_role("button", name="한국어").click()
    page.locator("html[lang=ko]").wait_for()
    assert page.locator("#id_title").input_value() == "Paper Moon"


@pytest.mark.parametrize(("locale", "width"), [("en-US", 390), ("ko-KR", 390), ("en-US", 320)])
def test_every_part_of_the_site_is_in_the_header_of_a_phone(visit, member_cookies, locale, width):
    names = {"en-US": ["Create", "Releases", "Faces", "My page"], "ko-KR": ["만들기", "음반", "얼굴", "내 페이지"]}[
        locale
    ]
    visitor = visit(locale=locale, viewport={"width": width, "height": 844}).open()
    visitor.locator(".site-header").get_by_role("link", name=names[1], exact=True).click()
    visitor.wait_for_url("**/releases/")
    browser = visit(locale=locale, viewport={"width": width, "height": 844}, storage_state=member_cookies)
    language = {"name": "django_language", "value": locale[:2], "url": browser.address}
    browser.context.add_cookies([language])
    page = browser.open()
    links = page.locator(".site-header__nav a:visible")
    assert links.all_inner_texts() == names
    assert len({round(link.bounding_box()["y"]) for link in links.all()}) == 1, "in one row"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_jumps_while_covers_arrive(visit):
    page = visit(viewport={"width": 390, "height": 844}).open()
    assert page.evaluate("window.shifted") < 0.02
    ask_for_covers(page, title="Stand Still")
    wait_for_covers(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifted") < 0.02


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_when_pictures_load(visit, made, width):
    browser = visit(viewport={"width": width, "height": 900})
    for path in ("/", "/create/", made.covers[0]):
        page = browser.open(path)
        page.mouse.wheel(0, 3000)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shifted") < 0.02, path


def test_pages_are_light(visit, made):
    browser = visit(storage_state=made.cookies)
    for path in ("/", "/create/", made.covers[0], made.covers[0] + "studio/"):
        page, sizes = browser.context.new_page(), []
        page.on("requestfinished", lambda request, sizes=sizes: sizes.append(request))
        page.goto(browser.address + path, wait_until="networkidle")
        weighed = [
            one.sizes()["responseBodySize"]
            for one in sizes
            if one.resource_type in ("document", "stylesheet", "script")
        ]
        assert len(weighed) > 5
        assert sum(weighed) < BUDGET_BYTES, path


def test_a_first_visit_in_english_is_light(visit):
    """Nothing Korean stands on an empty form but the switch of the language: no font of Hangul comes for it."""
    browser = visit(locale="en-US")
    page, sizes = browser.context.new_page(), []
    page.on("requestfinished", lambda request: sizes.append(request))
    page.goto(browser.address + "/create/")
    page.locator("[data-echo=title]", has_text="Title").first.wait_for()  # by a script, with a font of its own
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    weighed = {one.url: one.sizes()["responseBodySize"] for one in sizes if "/img/" not in one.url}
    assert any("hahmlet" in url for url in weighed), "all has come"
    assert sum(weighed.values()) < 125_000, weighed


@pytest.mark.parametrize("height", [660, 740, 820, 900])
def test_the_button_covers_nothing_that_has_the_focus(visit, height):
    """On a phone the button stays at the lower edge; what one comes to by the keyboard must not be behind it."""
    page = visit(viewport={"width": 390, "height": height}, reduced_motion="reduce").open("/create/")
    page.locator("#id_title").focus()
    behind = """() => {
      const one = document.activeElement, shown = one.closest("label") ?? one, bar = document.querySelector(".create__submit");
      const box = shown.getBoundingClientRect(), over = bar.getBoundingClientRect();
      if (bar.contains(one) || !one.closest("main")) return "";
      return (box.top + box.bottom) / 2 > over.top && box.top < over.bottom ? one.outerHTML : "";
    }"""
    for _ in range(24):
        page.keyboard.press("Tab")
        page.wait_for_timeout(20)
        assert page.evaluate(behind) == ""


def test_pages_are_compressed(visit):
    browser = visit()
    answer = browser.open("/").reload()
    assert answer.headers["content-encoding"] in ("gzip", "br")


@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_no_page_is_wider_than_the_narrowest_phone(visit, made, locale):
    browser = visit(viewport={"width": 320, "height": 640}, locale=locale, storage_state=made.cookies)
    page = browser.open()
    for path in ("/", "/create/", "/privacy/", "/accounts/login/", "/accounts/signup/", made.covers[0] + "studio/"):
        page.goto(browser.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
