"""Builds motifs.json: path data of openly licensed icons, one for each motif key that `forms` does not draw itself.

Run where the icon packages are installed:

    npm install --ignore-scripts @phosphor-icons/core@2.1.1 @iconify-json/fluent-emoji-high-contrast@1.2.6 \
        @iconify-json/mdi@1.2.3 @iconify-json/healthicons@1.2.13
    python -m covers.engine.poster.build_motifs node_modules covers/engine/poster/motifs.json

Licences are in NOTICE. Each icon becomes one path in absolute M, L, Q, C, Z, centred in a box of side
1000 that its longer side fills, with the even-odd fill rule.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import skia

from covers.engine.poster.geometry import union
from covers.engine.poster.sources import SOURCES

ICONIFY = {"f": "fluent-emoji-high-contrast", "m": "mdi", "h": "healthicons"}


def read_svg(packages: Path, source: str) -> tuple[float, str]:
    """The view box's larger side and the SVG body of "set:name". Raises KeyError for an unknown icon."""
    prefix, name = source.split(":")
    if prefix == "p":
        text = (packages / f"@phosphor-icons/core/assets/fill/{name}-fill.svg").read_text(encoding="utf-8")
        return 256.0, text
    icons = json.loads((packages / f"@iconify-json/{ICONIFY[prefix]}/icons.json").read_text(encoding="utf-8"))
    icon = icons["icons"][name]
    width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
    return float(max(width, height)), icon["body"]


def path_data(body: str) -> list[tuple[str, bool]]:
    """Every drawn path of an SVG body with whether it is filled by the even-odd rule; background squares are left out."""
    body = re.sub(r"<(clipPath|mask|defs)\b.*?</\1>", "", body, flags=re.S)
    found = []
    for tag in re.findall(r"<path\b[^>]*>", body):
        data = re.search(r'\bd="([^"]+)"', tag)
        if data and 'fill="none"' not in tag:
            found.append((data.group(1), "evenodd" in tag))
    for cx, cy, r in re.findall(r'<circle\b[^>]*cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', body):
        found.append(
            (f"M{float(cx) - float(r)} {cy}a{r} {r} 0 1 0 {2 * float(r)} 0a{r} {r} 0 1 0 -{2 * float(r)} 0z", False)
        )
    if not found:
        raise ValueError(f"no path in {body[:80]}")
    return found


NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def commands(data: str) -> list[tuple[str, list[float]]]:
    """SVG path data as (letter, numbers), repeated arguments spelt out; arc flags may be written without spaces."""
    found = []
    for letter, text in re.findall(r"([MLHVCSQTAZmlhvcsqtaz])([^MLHVCSQTAZmlhvcsqtaz]*)", data):
        arity = ARITY[letter.upper()]
        numbers = arc_numbers(text) if arity == 7 else [float(number) for number in NUMBER.findall(text)]
        groups = [numbers[start : start + arity] for start in range(0, len(numbers), arity)] if arity else [[]]
        for index, group in enumerate(groups):
            follows = {"M": "L", "m": "l"}.get(letter, letter) if index else letter
            found.append((follows, group))
    return found


def arc_numbers(text: str) -> list[float]:
    numbers: list[float] = []
    position = 0
    while match := re.compile(
        r"[\s,]*([01])" if len(numbers) % 7 in (3, 4) else r"[\s,]*(" + NUMBER.pattern + ")"
    ).match(text, position):
        numbers.append(float(match.group(1)))
        position = match.end()
    return numbers


def to_path(data: str, is_even_odd: bool) -> skia.Path:
    """The SVG path as a skia path; S and T mirror the last control point as the SVG specification says."""
    path, point, start, control, before = skia.Path(), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), ""
    for letter, numbers in commands(data):
        kind = letter.upper()
        origin = point if letter.islower() else (0.0, 0.0)
        xy = [value + origin[index % 2] for index, value in enumerate(numbers)]
        mirrored = (2 * point[0] - control[0], 2 * point[1] - control[1])
        if kind == "Z":
            path.close()
            point = start
        elif kind == "M":
            point = start = (xy[0], xy[1])
            path.moveTo(*point)
        elif kind in "LHV":
            target = (
                point[0] if kind == "V" else xy[0],
                {"H": point[1], "V": numbers[0] + origin[1]}.get(kind, xy[-1]),
            )
            path.lineTo(*target)
            point = target
        elif kind == "A":
            target = (numbers[5] + origin[0], numbers[6] + origin[1])
            size = skia.Path.kLarge_ArcSize if numbers[3] else skia.Path.kSmall_ArcSize
            turn = skia.PathDirection.kCW if numbers[4] else skia.PathDirection.kCCW
            path.arcTo(numbers[0], numbers[1], numbers[2], size, turn, *target)
            point = target
        else:
            first = mirrored if before in {"S": "CS", "T": "QT"}.get(kind, "") and before else point
            points = [*first, *xy] if kind in "ST" else xy
            (path.cubicTo if kind in "CS" else path.quadTo)(*points)
            control, point = (points[-4], points[-3]), (points[-2], points[-1])
        before = kind
    path.setFillType(skia.PathFillType.kEvenOdd if is_even_odd else skia.PathFillType.kWinding)
    return path


def as_text(path: skia.Path) -> str:
    """Absolute commands with whole numbers; conics become two quadratics."""
    words = []
    verbs = skia.Path.Iter(path, False)
    while (step := verbs.next())[0] != skia.Path.kDone_Verb:
        verb, points = step
        if verb == skia.Path.kConic_Verb:
            quads = skia.Path.ConvertConicToQuads(*points[:3], verbs.conicWeight(), 1)
            words += [f"Q{a.x():.0f} {a.y():.0f} {b.x():.0f} {b.y():.0f}" for a, b in (quads[1:3], quads[3:5])]
            continue
        xy = [f"{point.x():.0f} {point.y():.0f}" for point in points]
        if verb == skia.Path.kMove_Verb:
            words.append("M" + xy[0])
        elif verb == skia.Path.kLine_Verb:
            words.append("L" + xy[1])
        elif verb == skia.Path.kQuad_Verb:
            words.append(f"Q{xy[1]} {xy[2]}")
        elif verb == skia.Path.kCubic_Verb:
            words.append(f"C{xy[1]} {xy[2]} {xy[3]}")
        elif verb == skia.Path.kClose_Verb:
            words.append("Z")
        else:
            raise ValueError(f"verb {verb}")
    return "".join(words)


def normalised(path: skia.Path) -> skia.Path:
    box = path.computeTightBounds()
    scale = 1000 / max(box.width(), box.height())
    matrix = skia.Matrix().setScale(scale, scale)
    matrix.preTranslate(-box.centerX(), -box.centerY())
    result = skia.Path()
    path.transform(matrix, result)
    return result


def main(packages: Path, target: Path) -> None:
    motifs = {}
    for key, source in sorted(SOURCES.items()):
        _, body = read_svg(packages, source)
        motifs[key] = as_text(normalised(union(*(to_path(*part) for part in path_data(body)))))
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(data)}" for key, data in motifs.items())
    target.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
