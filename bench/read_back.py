"""read_back: the share of finished covers whose title and artist an OCR program reads back, of what is wanted.

    python -m bench.read_back [--songs 50] [--side 640] [--misses folder]

Four covers with type for each of 50 songs, half of them Korean, as the site draws them. `tesseract` looks at the whole cover, then
at the place where the layout says that the line stands, in greys and in black and white, as they are and inverted, for it expects dark
letters on paper; where the title is the picture, at the whole in four sizes, then at each of its main colours alone. A line is read when
its letters come back, spaces, case and marks aside, but for one in six (a syllable of Hangul is two to four letters): what the program
takes for another letter is mostly its own mistake. Prints what was read for each that was not, and the share without that tolerance. A
cover whose title is the picture is told apart from one that has type set on it.
The goal is 95 of 100 at 640 pixels. The last line is the result.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from bench.songs import SONGS
from covers.brief.brief_contract import Song
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster import PosterEngine
from covers.lettering import render
from covers.writing.rules_writer import RulesWriter

TARGET, WANTED = 1.0, 0.95
SET = Path(__file__).resolve().parents[1] / "covers/writing/example_songs.tsv"
TOLERATED = 6
COUNT = 4
INKS, LEAST_INK = 6, 0.004
"""Colours that a cover is parted into, and the least share of it that letters in one of them take."""
KOREAN_NAMES = (
    "이서윤|박하늘|푸른밤|코코넛|윤슬|정다온|오후의 온도|김서하|새벽종|한여름|도시의 끝|최은호|달맞이|서지우|밤의 정원"
)
LATIN_NAMES = "Nell Hartigan|Ada Voss|Kilo June|The Marlow Kids|Orrin Blake|Lou Avery|Mina Park|Harlan & Reyes|Juno Okafor|Pale Harbour"


@dataclass(frozen=True)
class Finished:
    song: Song
    position: int
    style: str
    image: Image.Image
    layout: dict[str, Any]


def songs(count: int) -> list[Song]:
    """Half of them Korean, taking turns. Raises ValueError where there are not so many."""
    known = [song for song, _ in SONGS]
    for number, line in enumerate(SET.read_text().splitlines()):
        if line and not line.startswith("#"):
            title, genre, *_, lyrics = line.split("\t")
            names = (KOREAN_NAMES if is_korean(title) else LATIN_NAMES).split("|")
            known.append(Song(title, names[number % len(names)], genre=genre, lyrics=lyrics.replace(" / ", "\n")))
    korean = [song for song in known if is_korean(song.title)]
    others = [song for song in known if not is_korean(song.title)]
    found = [song for pair in zip(korean, others, strict=False) for song in pair][:count]
    if len(found) < count:
        raise ValueError(f"{count} songs are asked for, and there are {len(found)}")
    return found


def is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def covers_of(number: int, song: Song, writer: RulesWriter, side: int) -> Iterator[Finished]:
    brief = writer.write(song)
    specs = [
        DrawSpec(brief, place, COUNT, number * 31 + place, number, side, side, title=song.title, artist=song.artist)
        for place in range(COUNT)
    ]
    for drawn in PosterEngine().draw(specs, lambda _step: True):
        named = render(
            drawn.rgb, side, side, title=song.title, artist=song.artist, plan=drawn.type_plan, seed=drawn.position
        )
        style = str(drawn.parameters.get("style", ""))
        yield Finished(song, drawn.position, style, Image.frombytes("RGB", (side, side), named.rgb), named.layout)


# --- reading ------------------------------------------------------------------------------------------------------------


def seen_in(image: Image.Image, mode: int, language: str) -> str:
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.save(file.name)
        command = ["tesseract", file.name, "-", "-l", language, "--psm", str(mode)]
        answer = subprocess.run(
            command, capture_output=True, text=True, check=False, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"}
        )
    return answer.stdout


def looks(cover: Finished, role: str, language: str) -> Iterator[str]:
    """What the program makes of a cover, the most honest look first: it expects letters of some 40 pixels, dark on light."""
    block = cover.layout.get(role)
    for scale in (1.0, 0.6, 0.35, 0.22) if block is None else (1.0,):
        side = round(cover.image.width * scale)
        yield from _in_tones(cover.image.resize((side, side), Image.Resampling.BOX), 11, language)
        if block is None:  # the title is the picture: no place of it is known
            yield from _in_tones(cover.image.resize((side, side), Image.Resampling.BOX), 6, language)
    if block is None:
        for scale in (1.0, 0.5):
            side = round(cover.image.width * scale)
            yield from _in_inks(cover.image.resize((side, side), Image.Resampling.BOX), language)
    if block is not None:
        place = placed(cover.image, block)
        modes = (5,) if block["vertical"] else (13, 7) if len(block["lines"]) == 1 else (6,)
        for mode in modes:
            yield from _in_tones(place, mode, language)


def _in_tones(image: Image.Image, mode: int, language: str) -> Iterator[str]:
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=1)
    counts = np.asarray(grey.histogram(), float)
    middle = threshold_of(counts)
    tones = np.arange(256)
    brightest = threshold_of(np.where(tones > middle, counts, 0))
    darkest = threshold_of(np.where(tones <= middle, counts, 0))
    yield from _both(grey, mode, language)
    for threshold in dict.fromkeys((middle, brightest, darkest)):
        yield from _both(grey.point([255 * (tone > threshold) for tone in range(256)]), mode, language)


def _in_inks(image: Image.Image, language: str) -> Iterator[str]:
    """Each of the main colours by itself, black on white: letters in one ink are told from ornament in another, as the eye does."""
    inks = np.asarray(image.quantize(INKS, kmeans=2))
    for ink in range(INKS):
        alone = inks == ink
        if LEAST_INK < alone.mean() < 0.5:  # more of one colour is the ground
            page = Image.fromarray(np.where(alone, 0, 255).astype(np.uint8))
            for mode in (11, 6):
                yield seen_in(page, mode, language)


def _both(grey: Image.Image, mode: int, language: str) -> Iterator[str]:
    yield seen_in(grey, mode, language)
    yield seen_in(ImageOps.invert(grey), mode, language)


def threshold_of(counts: np.ndarray) -> int:
    """The tone that parts light from dark best, of pixels counted by tone. Source: Otsu 1979."""
    below = np.cumsum(counts)
    means = np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (means[-1] * below / below[-1] - means) ** 2 / (below * (below[-1] - below))
    return int(np.nanargmax(np.nan_to_num(apart[:-1], nan=-1.0, posinf=-1.0)))


def placed(image: Image.Image, block: dict[str, Any]) -> Image.Image:
    """Where a line stands, with some room, its capitals 48 pixels high."""
    side = image.width
    x, y, width, height = (value * side for value in block["box"])
    cap = block["cap"] * side
    room = cap * 0.5
    crop = image.crop(
        (
            max(0, int(x - room)),
            max(0, int(y - room)),
            min(side, int(x + width + room)),
            min(side, int(y + height + room)),
        )
    )
    scale = min(6.0, 48 / cap)
    return crop.resize(
        (max(1, round(crop.width * scale)), max(1, round(crop.height * scale))), Image.Resampling.BICUBIC
    )


def letters_of(text: str) -> str:
    """Letters and digits alone. A syllable of Hangul is the two to four letters that it is written with: one in six of them is as much
    of a word as one in six of Latin."""
    whole = "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
    return "".join(unicodedata.normalize("NFD", letter) if "가" <= letter <= "힣" else letter for letter in whole)


def misses(text: str, wanted: str) -> int:
    """Letters of `wanted` that are missing or wrong in the piece of `text` that is most like it. Source: Sellers 1980."""
    row = list(range(len(wanted) + 1))
    least = row[-1]
    for letter in text:
        before, row[0] = 0, 0
        for place, other in enumerate(wanted, 1):
            before, row[place] = row[place], min(before + (letter != other), row[place] + 1, row[place - 1] + 1)
        least = min(least, row[-1])
    return least


def read(cover: Finished, role: str, text: str) -> tuple[int, str]:
    """Letters that did not come back, and what did, of the best look."""
    wanted = letters_of(text)
    language = "eng" if not is_korean(text) else "kor" if not re.search("[A-Za-z]", text) else "kor+eng"
    best = (len(wanted), "")
    for seen in looks(cover, role, language):
        best = min(best, (misses(letters_of(seen), wanted), re.sub(r"\s+", " ", seen).strip()[:60]))
        if best[0] <= len(wanted) // TOLERATED:
            break
    return best


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--songs", type=int, default=50)
    parser.add_argument("--side", type=int, default=640)
    parser.add_argument("--misses", type=Path, help="a folder for the covers that were not read")
    options = parser.parse_args(argv)
    if shutil.which("tesseract") is None:
        raise SystemExit(
            "read_back wants tesseract with Korean (on Debian: apt install tesseract-ocr tesseract-ocr-kor)"
        )
    writer = RulesWriter(None)
    finished = [
        cover
        for number, song in enumerate(songs(options.songs))
        for cover in covers_of(number, song, writer, options.side)
    ]
    wanted = {"title": lambda cover: cover.song.title, "artist": lambda cover: cover.song.artist}
    whole, exact, of_language = 0, 0, {True: [0, 0], False: [0, 0]}
    with ThreadPoolExecutor(2) as pool:
        found = list(
            pool.map(lambda cover: {role: read(cover, role, text(cover)) for role, text in wanted.items()}, finished)
        )
    for cover, by_role in zip(finished, found, strict=True):
        missed = {
            role: by_role[role]
            for role, text in wanted.items()
            if by_role[role][0] > len(letters_of(text(cover))) // TOLERATED
        }
        whole += not missed
        exact += not any(count for count, _ in by_role.values())
        tally = of_language[is_korean(cover.song.title)]
        tally[0] += not missed
        tally[1] += 1
        for role, (count, seen) in missed.items():
            print(f"{cover.song.title} / {cover.position} {cover.style}: {role} {count} letters off, read {seen!r}")
        if missed and options.misses:
            options.misses.mkdir(parents=True, exist_ok=True)
            cover.image.save(options.misses / f"{finished.index(cover)}-{cover.style}.png")
    total = len(finished)
    print(
        f"title and artist read: {whole} of {total}; Korean {of_language[True]}, others {of_language[False]}; no letter off: {exact}"
    )
    print(f"read_back ratio={whole / total / WANTED:.3f} target={TARGET}")


if __name__ == "__main__":
    main()
