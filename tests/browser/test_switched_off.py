"""A person switches off what they do not like in their covers, with the keyboard, on a phone, and without JavaScript."""

from __future__ import annotations

from tests.browser.conftest import ask_for_covers, wait_for_covers

PHONE = {"width": 390, "height": 844}


def shown(page) -> list[str]:
    return page.locator(".switches__whole").all_inner_texts()


def test_one_picture_goes_and_the_others_stay(visit):
    browser = visit(viewport=PHONE)
    page = browser.open()
    ask_for_covers(page, title="The Last Ferry to Skye")
    wait_for_covers(page)
    first = shown(page)
    assert len(first) == 4
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator(".switches input[type=checkbox]").nth(0).focus()
    page.keyboard.press("Space")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Draw again without these":
            break
    address = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/requests/" in url and url.split("?")[0] != address.split("?")[0])
    wait_for_covers(page)
    second = shown(page)
    assert second[1:] == first[1:]
    assert second[0] not in first

    plain = visit(java_script_enabled=False, storage_state=browser.context.storage_state()).open(page.url)
    part = plain.locator(".switches__picture").nth(0).locator(".switches__part input").first
    part.uncheck()
    plain.get_by_role("button", name="Draw again without these").click()
    covers = wait_for_covers(plain)  # the page reloads by itself
    assert len(covers) == 4
    assert shown(plain)[1:] == first[1:]
