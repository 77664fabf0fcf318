"""Addresses as other people see them. Many made-up addresses, odd ones included; the seed is fixed."""

from __future__ import annotations

import logging
import random
import unicodedata
from collections.abc import Iterator

import pytest

from accounts.logs import MaskingFormatter
from accounts.masking import mask_addresses, mask_email, mask_personal
from accounts.names import clean_name

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
HANGUL = "가나다라민지서울한국"
MARKS = "._-+'/=?^`{|}~!#$%&"
OTHER = "éßøжΩ中日ิ🎤\u200d"
DOMAINS = ("naver.com", "na", "a.b", "x.io", "xn--3e0b707e.kr", "한국.kr", "mail.example.co.uk", "[127.0.0.1]", "b")


def _addresses(count: int = 4000) -> Iterator[tuple[str, str]]:
    draw = random.Random(20261124)
    for _ in range(count):
        letters = draw.choice([LETTERS, LETTERS.upper(), LETTERS + MARKS, HANGUL, LETTERS + OTHER])
        local = "".join(draw.choices(letters, k=draw.choice([1, 1, 2, 2, 3, 5, 8, 20, 64])))
        if draw.random() < 0.2:
            local += "+" + "".join(draw.choices(LETTERS, k=draw.randint(1, 6)))
        if draw.random() < 0.1:
            local = f'"{local}{draw.choice(["@", " ", "a@b", ""])}"'
        domain = draw.choice(DOMAINS)
        if draw.random() < 0.5:
            domain = "".join(draw.choices(letters.replace("+", "x"), k=draw.randint(1, 12))) + "." + domain
        yield local, domain


ADDRESSES = list(_addresses())


def test_a_mask_looks_like_one() -> None:
    assert mask_email("kim.minji@naver.com") == "ki****@na*******"


@pytest.mark.parametrize("nothing", [None, "", "   ", "@", "kim", "kim@", "@naver.com", "@@", "\x00", "\ud800"])
def test_what_is_not_an_address_has_no_mask(nothing: str | None) -> None:
    assert mask_email(nothing) == ""


@pytest.mark.parametrize(
    ("address", "mask"),
    [
        ("a@naver.com", "****@*******"),  # an "a" of naver would show the whole name
        ("k@naver.com", "****@na*******"),
        ("ab@naver.com", "a****@na*******"),
        ("k+shop@naver.com", "****@na*******"),
        ("kim+shop@naver.com", "ki****@na*******"),
        ("+tag@naver.com", "****@na*******"),
        ('"a"@naver.com', "****@na*******"),
        ('"kim@home"@naver.com', "ki****@na*******"),
        ("kim@qq.com", "ki****@q*******"),
        ("kim@한국.kr", "ki****@한*******"),
        ("김민지@한국.kr", "김민****@한*******"),
        ("kim@xn--3e0b707e.kr", "ki****@xn*******"),
        ("kim@[127.0.0.1]", "ki****@[1*******"),
        (" Kim.Minji@NAVER.com ", "ki****@na*******"),
        ("ki\ud800m@naver.com", "ki****@na*******"),
        ("k\u200bi\u202em@naver.com", "ki****@na*******"),
    ],
)
def test_odd_addresses_keep_their_secret(address: str, mask: str) -> None:
    assert mask_email(address) == mask


def test_no_mask_ever_holds_the_address_its_name_or_its_domain() -> None:
    for local, domain in ADDRESSES:
        mask = mask_email(f"{local}@{domain}")
        if not mask:
            assert not any(char.isprintable() and char != "\u200d" for char in local), local
            continue
        shown_local, shown_domain = mask.split("@")
        name = unicodedata.normalize("NFC", local).lower().strip('"').partition("+")[0]
        assert f"{local}@{domain}".lower() not in mask
        assert not name or name.replace("\u200d", "") not in (mask, shown_local, shown_local.rstrip("*")), (local, mask)
        assert unicodedata.normalize("NFC", domain).lower() not in (shown_domain, shown_domain.rstrip("*")), (
            domain,
            mask,
        )


def test_no_mask_tells_how_long_the_address_is() -> None:
    for local, domain in ADDRESSES:
        mask = mask_email(f"{local}@{domain}")
        assert mask == "" or (mask.count("*") == 11 and len(mask) <= 16), mask


def test_the_same_address_has_the_same_mask_however_it_is_typed() -> None:
    for local, domain in ADDRESSES:
        address = f"{local}@{domain}"
        forms = (address, address.lower(), f"  {address}\n", unicodedata.normalize("NFD", address), f"\u200b{address}")
        assert len({mask_email(form) for form in forms}) == 1, address


def test_a_mask_can_be_stored_and_sent() -> None:
    for local, domain in ADDRESSES:
        mask = mask_email(f"{local}@{domain}")
        assert mask.encode("utf-8").decode("utf-8") == mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("sent to kim.minji@naver.com.", "sent to ki****@na*******."),
        ("<kim@naver.com>, 김민지@한국.kr", "<ki****@na*******>, 김민****@한*******"),
        ("GET /admin/?q=kim%40naver.com&p=1", "GET /admin/?q=ki****@na*******&p=1"),
        ("ki****@na*******", "ki****@na*******"),
        ("at 3 @ 4, @decorator, a@b", "at 3 @ 4, @decorator, a@b"),
        ('"kim lee"@naver.com "kim@x"@naver.com', "ki****@na******* ki****@na*******"),
    ],
)
def test_addresses_inside_a_text_are_masked(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


def test_a_long_text_is_masked_in_no_time_worth_naming() -> None:
    text = "a" * 200_000 + "@" + "b" * 200_000
    assert len(mask_addresses(text)) == len(text)


def test_log_lines_and_tracebacks_hold_no_address() -> None:
    formatter = MaskingFormatter("{levelname} {message}", style="{")
    try:
        raise ValueError("Key (lower(email))=(kim.minji@naver.com) already exists")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "failed for %s", "args": ("kim.minji@naver.com",)})
        record.exc_info = (type(error), error, error.__traceback__)
    line = formatter.format(record)
    assert "naver.com" not in line
    assert "failed for ki****@na*******" in line


HIDING = [
    "kim\u200d@naver.com", "kim@nav\u200cer.com", "kim@naver\ufe0f.com", "k\u034fim@naver.com", "kim\ue000@naver.com",
    "kim@n\u00adaver.com",
]  # fmt: skip
"""Addresses with letters in them that nobody sees."""


@pytest.mark.parametrize("name", ["kim@naver.com", "me: kim@naver.com!", "a" * 100 + " kim@naver.com", *HIDING])
def test_a_name_holds_no_address(name: str) -> None:
    shown = "".join(letter for letter in clean_name(name) if letter.isascii())
    assert "naver.com" not in shown
    assert len(clean_name(name)) <= 60


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("🩷 하람", "🩷 하람"), ("می\u200cخواهم", "می\u200cخواهم"), ("\u3164", ""), ("\u200b\u2800", ""), ("한\u202e글", "한글"),
    ],
)  # fmt: skip
def test_a_name_keeps_its_letters_and_is_none_without_ink(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("kim.minji@naver.com 으로 연락", "minji"),
        ("ｋｉｍ＠ｎａｖｅｒ．ｃｏｍ", "ｎａｖｅｒ"),
        ("minji골뱅이naver.com", "naver"),
        ("minji 골뱅이 네이버", "네이버"),
        ("minji (at) naver (dot) com", "naver"),
        ("민지골뱅이네이버 점 컴", "네이버"),
        ("010-1234-5678", "1234"),
        ("０１０ １２３４ ５６７８", "１２３４"),
        ("01012345678", "1234"),
        ("0\u200b1\u200b0-1234-5678", "1234"),
        ("+82 10 1234 5678", "1234"),
        ("(02) 345-6789", "6789"),
        ("공일공 일이삼사 오육칠팔", "일이삼사"),
        ("900101-1234567", "1234567"),
        ("4111 1111 1111 1111", "1111"),
        ("국민 110-234-567890", "567890"),
        ("01 23 45 67 89", "67"),
    ],
)
def test_addresses_and_numbers_in_a_comment_are_masked_however_they_are_written(text, secret):
    masked = mask_personal(text)
    assert secret not in masked
    assert len(masked) == len(text)
    assert mask_personal(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2024.11.28 12:30에 들었어요", "1994 1998 2002 월드컵", "1 2 3 4 5 6 7 8 9 10", "10/10 would listen 2 times",
        "이 점이 좋고 다음 노래도", "5점 만점에 10점", "꽃점 보는 골뱅이무침 맛", "Track 3 at 2.30 is great", "@minji 목소리 최고",
        "1,000,000번 들음", "dot com at noon", "공연 최고 @ 다음 주에도",
    ],
)  # fmt: skip
def test_years_dates_and_counting_stay(text):
    assert mask_personal(text) == text
