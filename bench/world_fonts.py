"""Builds `covers/lettering/fonts/world/`: the faces that are asked for letters which no face of a voice has.

    python -m bench.world_fonts NOTO CJK

NOTO: a folder of Debian's packages fonts-noto-core and fonts-noto-extra, unpacked (`dpkg -x`): .../truetype/noto.
CJK: NotoSansCJK-Bold.ttc of Debian's fonts-noto-cjk. Writes the fonts, `coverage.json` beside them (which file holds which
letters, so that no font has to be opened to know) and `licences/noto-fonts.txt`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from covers.lettering.coverage import FALLBACK, FONT_FOLDER, STAND_INS, TABLE, WORLD

NAMES = tuple(dict.fromkeys((*FALLBACK, *STAND_INS.values())))

OWN_NAME = "Aibum CJK"
"""Adobe's glyphs carry the reserved name Source: a cut-down file may not."""

JAMO = (*range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7FC), 0x25CC, 0x20)
"""Old Hangul is composed of these; the glyphs that they become come along through the features ljmo, vjmo and tjmo."""

COMMON = {*range(0x20, 0x7F), *range(0xA0, 0x180)}
"""Latin letters and signs that come with every Noto face and are never asked of it; the space stays."""


def build(noto: Path, cjk: Path) -> None:
    folder = FONT_FOLDER / WORLD
    folder.mkdir(exist_ok=True)
    rights = [_cut_cjk(cjk), _cut_variants(cjk), _cut_jamo(cjk)]
    for name in NAMES:
        if name.startswith(f"{WORLD}/noto-"):
            rights.append(_cut_noto(noto, name))
    (FONT_FOLDER / "licences" / "noto-fonts.txt").write_text(_licence(rights), encoding="utf-8")
    write_table()


def _cut_cjk(source: Path) -> str:
    """All that the ordinary Han and kana face of the product has not, in the same hand; Hangul syllables are elsewhere."""
    font = TTCollection(source).fonts[0]  # the Japanese forms, as in the ordinary one
    ordinary = TTFont(FONT_FOLDER / "aibum-cjk-700.otf").getBestCmap()
    syllables = range(0xAC00, 0xD7A4)
    wanted = [
        code for code in font.getBestCmap() if code not in ordinary and code not in syllables and code not in JAMO
    ]
    return _save(font, wanted, "aibum-cjk-rest-700.otf", features=["ccmp", "locl"], own=OWN_NAME + " Rest")


def _cut_variants(source: Path) -> str:
    """The forms that a variation selector asks for and that are not the usual ones."""
    font = TTCollection(source).fonts[0]
    for table in font["cmap"].tables:
        if table.format == 14:
            kept = {mark: [pair for pair in pairs if pair[1] is not None] for mark, pairs in table.uvsDict.items()}
            table.uvsDict = {mark: pairs for mark, pairs in kept.items() if pairs}
            wanted = {code for pairs in table.uvsDict.values() for code, _glyph in pairs} | set(table.uvsDict)
    return _save(font, wanted, "aibum-cjk-variants-700.otf", features=["ccmp"], own=OWN_NAME + " Variants")


def _cut_jamo(source: Path) -> str:
    font = TTCollection(source).fonts[1]  # the Korean one
    return _save(font, JAMO, "aibum-jamo-700.otf", features=["ccmp", "ljmo", "vjmo", "tjmo"], own=OWN_NAME + " Jamo")


def _cut_noto(noto: Path, name: str) -> str:
    stem = Path(name).stem.rpartition("-")[0]  # noto-sans-new-tai-lue
    wanted = stem.replace("-", "").lower()
    style = "Bold" if name.endswith("-700.ttf") else "Regular"
    found = [path for path in noto.glob(f"*-{style}.ttf") if path.stem.partition("-")[0].lower() == wanted]
    if len(found) != 1:
        raise SystemExit(f"{name}: found {len(found)} sources in {noto}")
    font = TTFont(found[0])
    codes = set(font.getBestCmap())
    keep = codes if stem in ("noto-sans", "noto-serif") else codes - COMMON | ({0x20} & codes)
    return _save(font, keep, Path(name).name, features=["*"])


def _save(font: TTFont, codes: Iterable[int], name: str, *, features: list[str], own: str = "") -> str:
    """Cut a font down and store it; answers the line that says whose it is."""
    options = subset.Options(
        hinting=False, layout_features=features, name_IDs=["*"], notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["DSIG", "meta", "vhea", "vmtx", "VORG", "BASE"]
    worker = subset.Subsetter(options)
    worker.populate(unicodes=codes)
    worker.subset(font)
    rights = font["name"].getDebugName(0) or ""
    if own:
        _rename(font, own)
    font.recalcTimestamp = False
    font.save(FONT_FOLDER / WORLD / name)
    return f"{WORLD}/{name}: {rights}"


def _rename(font: TTFont, name: str) -> None:
    for record in list(font["name"].names):
        if record.nameID in (3, 6):
            record.string = name.replace(" ", "") + "-Bold"
        elif record.nameID in (1, 4, 16):
            record.string = name if record.nameID != 4 else name + " Bold"
        elif record.nameID not in (0, 2, 5, 13, 14, 17):
            font["name"].removeNames(nameID=record.nameID)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames[0] = name.replace(" ", "") + "-Bold"
        top = cff.topDictIndex[0]
        top.FullName, top.FamilyName = name + " Bold", name


def write_table() -> None:
    """Note which letters each fallback face holds, as ranges in hexadecimal."""
    held = {name: _ranges(TTFont(FONT_FOLDER / name, lazy=True).getBestCmap()) for name in NAMES}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(ranges)}" for name, ranges in held.items())
    TABLE.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def _ranges(codes: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in runs)


def _licence(rights: list[str]) -> str:
    """The copyright line of every file, then the licence, as it stands with the other Noto faces."""
    text = (FONT_FOLDER / "licences" / "noto-sans.txt").read_text(encoding="utf-8")
    return "\n".join(rights) + "\n\n" + text[text.index("This Font Software is licensed") :]


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
