"""What a visitor does: types a song, watches it being drawn, rates a cover, takes the file home, finds it on the wall."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.conftest import ask_for_covers, wait_for_covers

ENDLESS = "W" * 200
ARABIC = "أغنية طويلة جدا عن البحر والليل والقمر " * 4


def test_a_song_becomes_a_downloaded_cover_on_the_wall(visit):
    page = visit(accept_downloads=True).open()
    ask_for_covers(page, title="Winter Harbour", artist="The Skerries")

    page.locator(".progress-line__now").wait_for()
    covers = wait_for_covers(page)
    assert len(covers) == 4
    assert "covers are ready" in page.locator(".progress-line__now").inner_text()
    assert page.locator("[data-announce]").text_content() == "All covers are ready."
    assert page.locator(".request__description").inner_text()

    page.locator(".square__link").nth(1).click()
    page.wait_for_url("**/covers/**")
    page.get_by_label("3.5 stars").check()
    page.get_by_label("Comment").fill("Cold and wide, as it should be.")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Send and download").click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert len(content) > 10_000
    assert download.value.suggested_filename.endswith(".jpg")
    assert "download=1" not in page.url  # a reload must not download again
    page.get_by_role("link", name=re.compile("PNG")).wait_for()

    page.get_by_role("link", name="Put it on the wall").click()
    assert "Cold and wide" in page.locator("main").inner_text()  # what everybody will see
    page.get_by_role("button", name="Put it on the wall").click()
    page.get_by_text("This cover is on the wall.").wait_for()
    page.goto(page.url.split("/covers/")[0])
    tile = page.locator(".wall").get_by_role("link", name="Winter Harbour")
    assert tile.get_attribute("href") == covers[1]


def test_the_page_survives_a_reload_and_opens_on_a_second_device_by_its_address(visit):
    page = visit().open()
    ask_for_covers(page, title="Second Screen")
    secret_address = page.locator("#share-url").input_value()
    page.reload()
    phone = visit(viewport={"width": 390, "height": 844}).open(secret_address)
    assert wait_for_covers(page) == wait_for_covers(phone)

    stranger = visit().open(secret_address.split("?")[0])
    assert stranger.get_by_role("heading", level=1).inner_text() == "This page is not here"
    assert stranger.get_by_role("link", name="Make covers").first.is_visible()


def test_a_closed_tab_does_not_stop_the_covers(visit):
    browser = visit()
    page = browser.open()
    ask_for_covers(page, title="Closed Tab")
    secret_address = page.url
    page.close()
    assert len(wait_for_covers(browser.open(secret_address))) == 4


def test_everything_works_without_javascript(visit):
    page = visit(java_script_enabled=False, accept_downloads=True).open()
    ask_for_covers(page, title="Plain Paper")
    covers = wait_for_covers(page)  # the page reloads by itself

    page.goto(page.url.split("/requests/")[0] + covers[0])
    page.get_by_label("5 stars", exact=True).check()
    page.get_by_label("Comment").fill("No script needed.")
    page.get_by_role("button", name="Send and download").click()
    link = page.get_by_role("link", name="Download for stores")
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_bytes().startswith(b"\xff\xd8\xff")


def test_stars_are_given_with_the_keyboard_alone(visit, made):
    page = visit(storage_state=made.cookies).open(made.covers[1])
    page.locator("#main").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "half_stars":
            break
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert page.get_by_label("3.5 stars").is_checked()
    assert page.locator(".rating__words", has_text="3.5 stars").evaluate("e => getComputedStyle(e).opacity") == "1"


def test_a_refused_form_keeps_what_was_typed_and_leads_to_the_mistake(visit):
    page = visit().open("/create/")
    page.locator("#id_title").fill("Only a title")
    page.locator("#id_lyrics").fill("first line\nsecond line")
    page.locator("[data-count-button]").click()
    summary = page.locator(".form-errors")
    summary.wait_for()
    assert page.evaluate("document.activeElement.className").endswith("form-errors")
    assert page.locator("#id_title").input_value() == "Only a title"
    assert page.locator("#id_lyrics").input_value() == "first line\nsecond line"
    artist = page.locator("#id_artist")
    assert artist.get_attribute("aria-invalid") == "true"
    described_by = artist.get_attribute("aria-describedby")
    assert page.locator(f"#{described_by}").inner_text() == "Who is it by?"


def test_a_form_that_lay_open_too_long_can_be_sent_again(visit):
    browser = visit()
    page = browser.open("/create/?title=Old+Tab&artist=Nobody")
    page.locator("#id_lyrics").fill('"quoted" <b>and</b>\nbroken')
    browser.context.clear_cookies()
    page.locator("[data-count-button]").click()
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url("**/requests/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Old Tab"
    page.get_by_text("Show the lyrics").click()
    assert page.locator(".lyrics__text").inner_text() == '"quoted" <b>and</b>\nbroken'


def test_the_button_counts_and_the_squares_follow(visit):
    page = visit().open("/create/?title=Six&artist=Pack")
    page.locator("summary", has_text="Options").click()
    page.get_by_label("How many").fill("6")
    assert page.locator("[data-count-button]").inner_text() == "Make 6 covers"
    assert page.locator(".blank:visible").count() == 6
    page.get_by_label("How many").fill("1")
    assert page.locator("[data-count-button]").inner_text() == "Make 1 cover"


def test_endless_and_right_to_left_titles_stay_inside_a_phone(visit):
    phone = {"viewport": {"width": 390, "height": 844}}
    for title in (ENDLESS, ARABIC):
        page = visit(**phone).open()
        ask_for_covers(page, title=title, artist=title)
        wait_for_covers(page)
        for path in (page.url, page.locator(".square__link").first.get_attribute("href")):
            page.goto(path if path.startswith("http") else page.url.split("/requests/")[0] + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_letter_that_no_typeface_has_is_named_and_left_out_by_choice(visit):
    page = visit(java_script_enabled=False).open("/create/")
    page.locator("#id_title").fill("Song \U00014400 One")
    page.locator("#id_artist").fill("髙橋優")
    page.locator(".create__submit button").click()
    assert "\U00014400 (U+14400)" in page.locator("#id_title_error").inner_text()
    assert page.locator("#id_artist_error").count() == 0
    page.get_by_label("Draw it without these letters").check()
    page.locator(".create__submit button").click()
    page.wait_for_url("**/requests/**")
    assert "U+14400" in page.locator(".notice").inner_text()


def test_a_cover_that_lacks_a_letter_gives_its_lossless_file_and_no_store_file(visit):
    page = visit(accept_downloads=True).open("/create/")
    page.locator("#id_title").fill("Song \U00014400 One")
    page.locator("#id_artist").fill("髙橋優")
    page.locator(".create__submit button").click()
    page.get_by_label("Draw it without these letters").check()
    page.locator(".create__submit button").click()
    page.wait_for_url("**/requests/**")
    wait_for_covers(page)
    page.locator(".square__link").first.click()
    page.wait_for_url("**/covers/**")
    page.get_by_label("4 stars").check()
    page.get_by_label("Comment").fill("Good, but for the letter.")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Send and download").click()
    assert download.value.suggested_filename.endswith(".png")
    assert "there is no store file" in page.locator("#download").inner_text()
    assert page.get_by_role("link", name=re.compile("JPEG")).count() == 0
