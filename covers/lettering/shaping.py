"""From text to outlines: a face for every cluster, HarfBuzz for its glyphs, one path a line. Unit: the title's Latin em."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import skia
import uharfbuzz as hb

from albumsite.letters import clusters, is_invisible
from covers.lettering import directions
from covers.lettering.coverage import CJK, CJK_REST, CJK_VARIANTS, FALLBACK, Settable, sets, settable, spelled_for
from covers.lettering.typefaces import HANGUL_TO_CAP, PATH_SIZE, Typeface, load_face, outline_font
from covers.lettering.voices import Voice

CURSIVE = (
    "ARABIC", "SYRIAC", "MANDAIC", "DEVANAGARI", "BENGALI", "GURMUKHI", "MONGOLIAN", "PHAGS-PA", "ADLAM", "NKO", "HANIFI ROHINGYA",
)  # fmt: skip
"""Scripts whose letters join: tracking would tear them."""


@dataclass(frozen=True)
class Setting:
    """How a line is set: a voice, and its extra space after Latin and after Hangul letters, in em."""

    voice: Voice
    tracking: float
    hangul_tracking: float


@dataclass(frozen=True)
class Line:
    """One shaped line. path: outlines in em, baseline at y = 0, y down. left to bottom: its ink. width: its advance."""

    text: str
    path: skia.Path
    width: float
    left: float
    top: float
    right: float
    bottom: float
    faces: tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    text: str
    face: Typeface
    level: int
    is_eastern: bool


def is_eastern(letter: str) -> bool:
    """Hangul, Han and kana: letters set in a square body."""
    code = ord(letter)
    return (
        0x1100 <= code <= 0x11FF or 0x2E80 <= code <= 0xA4CF or 0xA960 <= code <= 0xA97F
        or 0xAC00 <= code <= 0xD7FF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
    )  # fmt: skip


def is_hangul(letter: str) -> bool:
    code = ord(letter)
    return 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xA960 <= code <= 0xA97F or 0xAC00 <= code <= 0xD7FF


@lru_cache(maxsize=4096)
def face_for(cluster: str, voice: Voice, eastern: bool) -> Typeface | None:
    """The first face that has the whole cluster: the script's own, then the other script's, then the fallbacks.

    Han and kana go to the one face that has both: a display face with half of them would mix two hands in a word.
    """
    name = _face_name(cluster, voice, eastern)
    return load_face(name) if name else None


def _face_name(cluster: str, voice: Voice, eastern: bool) -> str:
    """File of the face that sets a cluster, which is then the only one to be opened; empty where none does."""
    own = (*voice.hangul, *voice.latin) if eastern else (*voice.latin, *voice.hangul)
    if is_eastern(cluster[0]) and not is_hangul(cluster[0]):
        own = (CJK_VARIANTS, CJK, CJK_REST, *own)
    return next((name for name in (*own, *FALLBACK) if sets(name, cluster)), "")


def in_voice(text: str, voice: Voice) -> Settable:
    """A cleaned text as the faces of a voice, and those that it falls back to, can set it."""
    return settable(text, lambda cluster: face_for(cluster, voice, is_eastern(cluster[0])) is not None)


def drawable(text: str, voice: Voice) -> str:
    """The text without the clusters that no face can draw."""
    return in_voice(text, voice).text


def _runs(text: str, voice: Voice, base_level: int) -> list[_Run]:
    parts = clusters(text)
    part_levels = directions.levels(parts, base=base_level)
    runs: list[_Run] = []
    eastern = any(is_eastern(part[0]) for part in parts[:1])
    for part, level in zip(parts, part_levels, strict=True):
        if part[0].isalpha() or part[0].isdigit():
            eastern = is_eastern(part[0])
        face = face_for(part, voice, eastern)
        if face is None:
            continue
        if runs and (runs[-1].face, runs[-1].level, runs[-1].is_eastern) == (face, level, eastern):
            runs[-1] = _Run(runs[-1].text + part, face, level, eastern)
        else:
            runs.append(_Run(part, face, level, eastern))
    return runs


def cap_of(voice: Voice) -> float:
    """Cap height of a voice's Latin face, in em."""
    return load_face(voice.latin[0]).cap_height


def optical_scale(face: Typeface, voice: Voice) -> float:
    """Size of a face relative to the voice's Latin em, so that scripts look equally tall."""
    cap = cap_of(voice)
    if face.name in voice.latin:
        return 1.0
    if face.ink_high - face.ink_low > face.cap_height * 1.04 or face.name in voice.hangul:
        return HANGUL_TO_CAP * cap / (face.ink_high - face.ink_low)
    return cap / face.cap_height


def _drop(face: Typeface, scale: float, voice: Voice) -> float:
    """How far down a square-bodied face moves so that its middle sits at the middle of the capitals, in em."""
    if face.name in voice.latin:
        return 0.0
    cap = cap_of(voice)
    return (face.ink_high + face.ink_low) / 2 * scale - cap / 2


@lru_cache(maxsize=4096)
def shape(text: str, setting: Setting) -> Line:
    """Set one line. The path of a text with nothing drawable is empty."""
    base_level = int(directions.is_right_to_left(text))
    runs = _runs(text, setting.voice, base_level)
    path, pen = skia.Path(), 0.0
    for index in directions.visual_order([run.level for run in runs]):
        pen = _add_run(path, runs[index], setting, pen)
    box = path.computeTightBounds()
    return Line(
        text=text, path=path, width=pen, left=box.fLeft, top=box.fTop, right=box.fRight, bottom=box.fBottom,
        faces=tuple(dict.fromkeys(run.face.name for run in runs)),
    )  # fmt: skip


def _add_run(path: skia.Path, run: _Run, setting: Setting, pen: float) -> float:
    """Append the outlines of a run from `pen` on; answers the new pen position, in em."""
    buffer = hb.Buffer()
    buffer.add_str(spelled_for(run.face.name, run.text))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    hb.shape(run.face.shaper, buffer, {"kern": True, "liga": setting.tracking <= 0.02})
    scale = optical_scale(run.face, setting.voice)
    unit = scale / run.face.units_per_em
    drop = _drop(run.face, scale, setting.voice)
    font = outline_font(run.face.typeface)
    extra = _tracking(run, setting)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    for index, (info, position) in enumerate(zip(infos, positions, strict=True)):
        outline = font.getPath(info.codepoint)
        if outline is not None:
            matrix = skia.Matrix.Scale(scale / PATH_SIZE, scale / PATH_SIZE)
            matrix.postTranslate(pen + position.x_offset * unit, drop - position.y_offset * unit)
            path.addPath(outline, matrix)
        ends_cluster = index + 1 == len(infos) or infos[index + 1].cluster != info.cluster
        pen += position.x_advance * unit + (extra if ends_cluster else 0.0)
    return pen


def _tracking(run: _Run, setting: Setting) -> float:
    if run.is_eastern:
        return setting.hangul_tracking
    joined = any(unicodedata.name(letter, "").startswith(CURSIVE) for letter in run.text)
    return 0.0 if joined else setting.tracking


COLUMN_PITCH, COLUMN_GAP = 1.16, 0.62
"""Step down from one letter to the next, and the gap between columns, over the height of Hangul ink."""


def runs_down(text: str) -> bool:
    """Whether a text can be set in columns: square-bodied letters, with at most figures and simple marks among them."""
    letters = [letter for letter in text if letter.isalpha()]
    others = (letter for letter in text if not (letter.isalpha() or is_invisible(letter)))
    return bool(letters) and all(map(is_eastern, letters)) and all(mark in " 0123456789!?·…" for mark in others)


def shape_columns(columns: tuple[str, ...], setting: Setting) -> Line:
    """Set columns from the right, letters upright and centred. The columns come back as one line, texts joined by \\n."""
    body = HANGUL_TO_CAP * cap_of(setting.voice)
    path = skia.Path()
    faces: list[str] = []
    for index, column in enumerate(columns):
        x, y = -index * body * (1 + COLUMN_GAP), 0.0
        for cluster in clusters(column):
            if cluster == " ":
                y += body * 0.55
                continue
            letter = shape(cluster, setting)
            path.addPath(letter.path, skia.Matrix.Translate(x - (letter.left + letter.right) / 2, y))
            faces += letter.faces
            y += body * (COLUMN_PITCH + setting.hangul_tracking)
    box = path.computeTightBounds()
    return Line(
        text="\n".join(columns), path=path, width=box.width(), left=box.fLeft, top=box.fTop, right=box.fRight,
        bottom=box.fBottom, faces=tuple(dict.fromkeys(faces)),
    )  # fmt: skip
