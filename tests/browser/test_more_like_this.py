"""One cover leads to the next: with the keyboard on a phone, and without JavaScript."""

from __future__ import annotations

from tests.browser.conftest import ask_for_covers, wait_for_covers

PHONE = {"width": 390, "height": 844}


def test_more_like_one_with_the_keyboard_and_in_another_style_without_scripts(visit):
    browser = visit(viewport=PHONE)
    page = browser.open()
    ask_for_covers(page, title="The Last Ferry to Skye")
    wait_for_covers(page)
    page.goto(page.evaluate("document.querySelector('.square__link').href"))
    cover = page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("#more input[value=style]").focus()
    page.keyboard.press("Space")
    assert not page.locator("#more input[value=style]").is_checked()
    page.get_by_role("button", name="Make 4 more covers").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/**")
    assert len(wait_for_covers(page)) == 4
    assert page.get_by_role("link", name="From “The Last Ferry to Skye”, cover 1").is_visible()

    plain = visit(java_script_enabled=False, viewport=PHONE, storage_state=browser.context.storage_state()).open(cover)
    plain.get_by_role("link", name="This motif in another style").click()
    assert plain.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    plain.locator("input[name=style][value=folk]").check()
    plain.get_by_role("button", name="Make 4 covers in this style").click()
    assert len(wait_for_covers(plain)) == 4
    plain.get_by_role("link", name="Start again with this song").click()
    assert plain.locator("[name=title]").input_value() == "The Last Ferry to Skye"
    plain.goto(cover)
    plain.get_by_role("link", name="In this style for another song").click()
    assert plain.locator("[name=like]").is_checked()
    assert plain.locator("[name=title]").input_value() == ""
