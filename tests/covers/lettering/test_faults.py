"""What is wrong with type that a person has set: each fault has a mend where one is possible, and the mend mends it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from covers.lettering.faults import Fault
from covers.lettering.type_document import TypeDocument, TypeLine
from covers.lettering.typesetting import typeset

SIDE = 256
FLAT = np.full((SIDE, SIDE, 3), (40, 90, 120), np.uint8)
CHECKS = np.repeat((np.indices((SIDE, SIDE)).sum(axis=0) // 3 % 2 * 255)[:, :, None], 3, axis=2).astype(np.uint8)
TITLE = TypeLine("title", "Paper Route", "grotesk", 0.07, 0.5, 0.5, "#ffffff", "center")
ARTIST = TypeLine("artist", "The Marlow Kids", "grotesk", 0.03, 0.5, 0.6, "#ffffff", "center")


def faults(document: TypeDocument, picture: np.ndarray = FLAT) -> tuple[Fault, ...]:
    return typeset(picture.tobytes(), SIDE, SIDE, document).faults


def of_kind(found: tuple[Fault, ...], kind: str) -> list[Fault]:
    return [fault for fault in found if fault.kind == kind]


@pytest.mark.parametrize("text", [
    "The night that never wanted to be over " * 5, "끝나지 않기를 바라던 그 밤의 노래 " * 10, "밤" * 200, "W" * 200,
    "한강의 밤 Han River 夜 " * 9, "夜" * 200, "ليلة النهر " * 18,
])  # fmt: skip
@pytest.mark.parametrize("form", [{}, {"curve": 90.0}, {"is_vertical": True}])
def test_a_title_of_two_hundred_letters_goes_into_rows(text: str, form: dict[str, object]) -> None:
    title = replace(TITLE, text=text[:200].strip(), **form)  # type: ignore[arg-type]
    document = TypeDocument((title, ARTIST))
    for _touch in range(4):
        mended = next((fault.mended for fault in faults(document) if fault.mended is not None), None)
        if mended is None:
            break
        document = mended
    assert not of_kind(faults(document), "margin")
    line = document.line("title")
    assert line is not None
    assert line.size >= 0.014, "it can be read"
    assert "".join(line.named(title.plain).split()) == "".join(title.plain.split())


def test_a_line_that_is_a_little_too_long_stays_one_row() -> None:
    (fault,) = of_kind(faults(TypeDocument((replace(TITLE, size=0.15),))), "margin")
    assert fault.mended is not None
    assert "\n" not in fault.mended.lines[0].text


def test_where_no_colour_can_be_read_a_block_of_colour_mends_it() -> None:
    document = TypeDocument((TITLE, replace(ARTIST, y=0.9, has_plate=False)))
    for role in ("title", "artist"):
        (fault,) = [one for one in of_kind(faults(document, CHECKS), "contrast") if one.role == role]
        assert fault.with_block
        assert fault.mended is not None
        document = fault.mended
    assert document.plate
    assert not of_kind(faults(document, CHECKS), "contrast")


def test_a_block_of_colour_spares_what_can_be_read() -> None:
    half = CHECKS.copy()
    half[150:] = 250  # the artist's ink is black on white there, and would vanish on a black band
    document = TypeDocument((replace(TITLE, y=0.55), replace(ARTIST, y=0.66, colour="#000000")))
    (fault,) = of_kind(faults(document, half), "contrast")
    assert fault.role == "title"
    assert fault.mended is not None
    assert not of_kind(faults(fault.mended, half), "contrast")


def test_a_line_without_room_beside_another_gets_the_nearest_free_place() -> None:
    wide = replace(TITLE, text="Paper\nRoute", size=0.33, y=0.46)
    (fault,) = of_kind(faults(TypeDocument((wide, replace(ARTIST, y=0.4)))), "overlap")
    assert fault.mended is not None
    assert not of_kind(faults(fault.mended), "overlap")


def test_a_mark_that_has_no_room_takes_another_corner() -> None:
    column = replace(ARTIST, text="\n".join(["Left"] * 8), x=0.05, y=0.12, size=0.07, align="left", leading=1.15)
    found = of_kind(faults(TypeDocument((column,), mark="bottom left")), "mark")
    assert found
    assert found[0].mended is not None
    assert found[0].mended.mark.endswith("right")


@pytest.mark.parametrize(
    ("text", "before", "named"),
    [
        ("한강\n의밤", "한강의밤", "한강의밤"), ("한강의\n밤", "한강의 밤", "한강의 밤"), ("한강의 밤", "한강의밤", "한강의 밤"),
        ("Photo-\ngraph", "Photograph", "Photograph"), ("Paper\nMoon", "PaperMoon", "PaperMoon"), ("Paper\nMoon", "Other", "Paper Moon"),
    ],
)  # fmt: skip
def test_rows_that_end_within_a_word_change_no_name(text: str, before: str, named: str) -> None:
    assert replace(TITLE, text=text).named(before) == named
