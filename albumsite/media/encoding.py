"""Encoding of finished pictures: the master, the sizes that pages use, the release file."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from statistics import fmean
from typing import cast

from PIL import Image, ImageChops, ImageCms, ImageFilter, ImageStat

DERIVATIVES: dict[str, int] = {
    "160.webp": 160,
    "320.webp": 320,
    "640.webp": 640,
    "1024.webp": 1024,
    "320.avif": 320,
    "640.avif": 640,
}
"""File name → side in pixels of the sizes that pages use."""
PUBLISHED = tuple(name for name, side in DERIVATIVES.items() if side <= 640)
"""Those that everybody may have of a cover on the wall. Larger ones are for whoever may take its files."""


def _srgb_profile() -> bytes:
    """The sRGB profile without the moment it was made (header bytes 24 to 35): the same picture is the same file."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((7, 234, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 2026-01-01
    return bytes(profile)


SRGB_PROFILE = _srgb_profile()


def from_rgb(rgb: bytes, width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), rgb)


def encode_png(image: Image.Image) -> bytes:
    """Lossless master, sRGB profile, no other metadata."""
    return saved(image, "PNG", compress_level=3, icc_profile=SRGB_PROFILE)


def encode_for_mail(content: bytes, side: int) -> bytes:
    """One of our own pictures as a small square JPEG, which every mail program shows. Raises OSError, ValueError."""
    with Image.open(io.BytesIO(content), formats=["WEBP"]) as image:
        small = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    return saved(small, "JPEG", quality=86)


def encode_release_jpeg(image: Image.Image) -> bytes:
    """Baseline JPEG as stores take it: 8-bit sRGB with its profile, 300 DPI, no EXIF, at most 10 MB.

    Source: the intersection of the distributors' published rules, docs/architecture.md.
    """
    for quality in (95, 92, 88, 84, 78, 70):
        content = saved(
            image, "JPEG", quality=quality, subsampling=0, progressive=False, dpi=(300, 300), icc_profile=SRGB_PROFILE
        )
        if len(content) <= 10_000_000:
            break
    return content


def encode_derivatives(image: Image.Image, names: Iterable[str] = DERIVATIVES) -> dict[str, bytes]:
    """The sizes that pages use, by file name. A picture smaller than a size is not enlarged.

    Each size is scaled from the next larger one, which is 50 dB and more from scaling each from the whole, and once for
    both formats. WebP's method 2 needs less than half the time of method 4 for 2 % more bytes: `python -m bench.m1`.
    """
    files, scaled = {}, image
    for name in sorted(names, key=DERIVATIVES.__getitem__, reverse=True):
        scaled = fitted(scaled, DERIVATIVES[name])
        files[name] = (
            saved(scaled, "WEBP", quality=82, method=2)
            if name.endswith("webp")
            else saved(scaled, "AVIF", quality=62, speed=9, max_threads=1)
        )
    return files


def fitted(image: Image.Image, side: int) -> Image.Image:
    """At most `side` pixels wide and high, in its own proportions."""
    if max(image.size) <= side:
        return image
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def encode_exact(image: Image.Image) -> bytes:
    """Every pixel as it is, in less room and time than PNG takes at the size of store files."""
    return saved(image, "WEBP", lossless=True, method=0, quality=0)


def encode_look(image: Image.Image) -> bytes:
    """A picture that is looked at once, while somebody works on it: quickly made."""
    return saved(image, "WEBP", quality=84, method=0)


def placeholder(image: Image.Image) -> str:
    """A 16-pixel blurred WebP as a data URL, about 150 bytes: shown until the picture arrives."""
    tiny = image.resize((16, 16), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1))
    return as_data_url(saved(tiny, "WEBP", quality=30))


def dominant_colour(image: Image.Image) -> str:
    """The most common colour after reduction to eight, as "#rrggbb"."""
    reduced = image.resize((64, 64), Image.Resampling.BOX).quantize(8)
    counts = sorted(reduced.getcolors() or [], reverse=True)
    index = cast(int, counts[0][1])  # a palette image counts indices
    palette = reduced.getpalette() or [128] * 24
    return "#{:02x}{:02x}{:02x}".format(*palette[index * 3 : index * 3 + 3])


def main_colours(image: Image.Image, count: int) -> tuple[str, ...]:
    """The colours that a picture is made of, the most common first, as "#rrggbb"; fewer than `count` where it has fewer."""
    return tuple(dict.fromkeys(_written(colour) for _share, colour in _clusters(image, count)))


def telling_colours(image: Image.Image, count: int) -> tuple[str, ...]:
    """As `main_colours`, but in the place of the least common of them a small light and what is small and vivid, if it has them: a lit
    window in the dark is not of its area, and without it the rest is grey."""
    main = [colour for _share, colour in _clusters(image, count)]
    seen = [colour for share, colour in _clusters(image, FINE_CLUSTERS) if share >= LEAST_SHARE]
    small = [max(seen, key=_vividness), max(seen, key=_lightness)]
    is_vivid = _vividness(small[0]) > 1.25 * max(map(_vividness, main)) + 8
    is_light = _lightness(small[1]) > max(map(_lightness, main)) + 15
    told = [colour for colour, is_told in zip(small, (is_vivid, is_light), strict=True) if is_told]
    return tuple(dict.fromkeys(map(_written, (*main[: count - len(told)], *told))))


Rgb = tuple[int, int, int]
FINE_CLUSTERS, LEAST_SHARE = 24, 0.004
"""Colours among which small ones are looked for, and the share of the picture below which nobody sees them."""


def _clusters(image: Image.Image, count: int) -> list[tuple[float, Rgb]]:
    """Shares of a picture and their colours, the largest first."""
    reduced = image.resize((96, 96), Image.Resampling.BOX).quantize(count, method=Image.Quantize.MAXCOVERAGE, kmeans=4)
    palette = reduced.getpalette() or []
    found = [(number / 96**2, cast(int, at)) for number, at in sorted(reduced.getcolors() or [], reverse=True)]
    return [(share, cast(Rgb, tuple(palette[at * 3 : at * 3 + 3]))) for share, at in found]


def _written(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _vividness(colour: Rgb) -> int:
    return max(colour) - min(colour)


def _lightness(colour: Rgb) -> float:
    return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]


def open_png(content: bytes) -> Image.Image:
    """A picture that we stored ourselves."""
    image = Image.open(io.BytesIO(content), formats=["PNG"])
    return image.convert("RGB")


def open_exact(content: bytes) -> Image.Image:
    """What `encode_exact` made. Raises OSError on what is not whole."""
    return Image.open(io.BytesIO(content), formats=["WEBP"]).convert("RGB")


COMPARED_SIDE = 64
SAME_PICTURE = 4.0
"""Mean difference per channel, of 255, below which two pictures of any size are one picture: its grain may differ."""


def shows_the_same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two squares show the same picture, at whatever size each of them is."""
    small = (image.resize((COMPARED_SIDE, COMPARED_SIDE), Image.Resampling.BOX) for image in (one, other))
    return fmean(ImageStat.Stat(ImageChops.difference(*small)).mean) < SAME_PICTURE


def upscale(image: Image.Image, side: int) -> Image.Image:
    """To a square of `side` pixels, for engines that cannot draw that large."""
    return image.resize((side, side), Image.Resampling.LANCZOS)


def as_data_url(content: bytes, kind: str = "webp") -> str:
    """A picture as an address that holds it."""
    return f"data:image/{kind};base64," + base64.b64encode(content).decode()


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    """The file of a picture. options: of Pillow's writer."""
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()
