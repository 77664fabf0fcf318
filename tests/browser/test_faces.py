"""A member shows photos of themselves, watches the face being learnt, and has all of it deleted."""

from __future__ import annotations

import pytest

from tests.browser.test_pages import violations
from tests.personalize.pictures import portrait


def photo(number: int) -> dict[str, object]:
    return {"name": f"me-{number}.jpg", "mimeType": "image/jpeg", "buffer": portrait(number)}


def new_face(page, address: str, name: str) -> None:
    page.goto(address + "/faces/new/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=has_consented]").check()
    page.locator("main form button").click()
    page.locator("#photos-input").wait_for(state="attached")


def test_photos_become_drafts_and_a_training_and_then_nothing(visit, member_cookies):
    browser = visit(storage_state=member_cookies)
    page = browser.open("/faces/")
    new_face(page, browser.address, "Me")
    text = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"hello"}
    page.locator("#photos-input").set_input_files([*(photo(number) for number in range(4)), text])
    page.locator("[data-countdown]").wait_for(timeout=60_000)
    assert page.locator(".photo-tile").count() == 4
    refusal = page.locator(".refusal")
    assert refusal.count() == 1
    assert "notes.jpg" in refusal.inner_text()
    assert "not a photo that we can read" in refusal.inner_text()

    page.locator("[data-start] button").first.click()
    page.get_by_role("button", name="Stop").wait_for()
    drafts = page.locator(".face__square .draft-mark")
    drafts.nth(3).wait_for(timeout=240_000)
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("You stopped training this face").wait_for(timeout=240_000)
    assert violations(page) == []

    here = page.url
    page.goto(browser.address + "/faces/")
    page.locator(".face-card .cover-picture__image").nth(3).wait_for(state="visible")
    assert violations(page) == []
    page.goto(here)

    page.locator(".face__delete a").click()
    assert violations(page) == []
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("“Me” is deleted").wait_for()
    assert page.locator(".face-card").count() == 0
    page.goto(browser.address + "/me/")
    assert page.get_by_text("Portrait").count() == 0, "drafts go with the face"


def test_photos_can_be_sent_without_javascript(visit, member_cookies):
    browser = visit(storage_state=member_cookies, java_script_enabled=False)
    page = browser.open("/faces/")
    new_face(page, browser.address, "Plain")
    page.locator("#photos-input").set_input_files([photo(number) for number in range(2)])
    page.get_by_role("button", name="Send").click()
    page.locator(".photo-tile").nth(1).wait_for(timeout=60_000)
    assert page.get_by_text("Add at least 2 more photos").is_visible()
    page.locator(".photo-tile__delete button").first.click()
    assert page.locator(".photo-tile").count() == 1


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("ko", "light")])
def test_the_pages_of_faces_have_no_axe_violation_and_fit_a_phone(visit, member_cookies, language, theme):
    phone = {"width": 390, "height": 844}
    browser = visit(color_scheme=theme, storage_state=member_cookies, viewport=phone)
    browser.context.add_cookies([{"name": "django_language", "value": language, "url": browser.address}])
    page = browser.open("/faces/")
    found = violations(page)
    page.goto(browser.address + "/faces/new/")
    page.locator("main form button").click()
    page.locator(".form-errors").wait_for()
    found += violations(page)
    new_face(page, browser.address, "Axe")
    found += violations(page)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
