"""Encoding of finished pictures: the master, the sizes that pages use, the release file. Decoding of untrusted ones."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterable
from typing import cast

from PIL import Image, ImageCms, ImageFilter

from albumsite.picture_files import UPRIGHT, NotAPicture, bare, orientation_in

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
    return _saved(image, "PNG", compress_level=3, icc_profile=SRGB_PROFILE)


def encode_for_mail(content: bytes, side: int) -> bytes:
    """One of our own pictures as a small square JPEG, which every mail program shows. Raises OSError, ValueError."""
    with Image.open(io.BytesIO(content), formats=["WEBP"]) as image:
        small = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    return _saved(small, "JPEG", quality=86)


def encode_release_jpeg(image: Image.Image, max_bytes: int = 10_000_000) -> bytes:
    """Baseline JPEG as stores take it: 8-bit sRGB with its profile, 300 DPI, no EXIF, at most `max_bytes`.

    Source: the intersection of the distributors' published rules, docs/architecture.md.
    """
    for quality in (95, 92, 88, 84, 78, 70):
        content = _saved(
            image, "JPEG", quality=quality, subsampling=0, progressive=False, dpi=(300, 300), icc_profile=SRGB_PROFILE
        )
        if len(content) <= max_bytes:
            break
    return content


def encode_derivatives(image: Image.Image, names: Iterable[str] = DERIVATIVES) -> dict[str, bytes]:
    """The sizes that pages use, by file name. A picture smaller than a size is not enlarged.

    Each size is scaled from the next larger one, which is 50 dB and more from scaling each from the whole, and once for
    both formats. WebP's method 2 needs less than half the time of method 4 for 2 % more bytes: `python -m bench.m1`.
    """
    files, scaled = {}, image
    for name in sorted(names, key=DERIVATIVES.__getitem__, reverse=True):
        scaled = _fitted(scaled, DERIVATIVES[name])
        files[name] = (
            _saved(scaled, "WEBP", quality=82, method=2)
            if name.endswith("webp")
            else _saved(scaled, "AVIF", quality=62, speed=9, max_threads=1)
        )
    return files


def _fitted(image: Image.Image, side: int) -> Image.Image:
    """At most `side` pixels wide and high, in its own proportions."""
    if max(image.size) <= side:
        return image
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def placeholder(image: Image.Image) -> str:
    """A 16-pixel blurred WebP as a data URL, about 150 bytes: shown until the picture arrives."""
    tiny = image.resize((16, 16), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1))
    return "data:image/webp;base64," + base64.b64encode(_saved(tiny, "WEBP", quality=30)).decode()


def dominant_colour(image: Image.Image) -> str:
    """The most common colour after reduction to eight, as "#rrggbb"."""
    reduced = image.resize((64, 64), Image.Resampling.BOX).quantize(8)
    counts = sorted(reduced.getcolors() or [], reverse=True)
    index = cast(int, counts[0][1])  # a palette image counts indices
    palette = reduced.getpalette() or [128] * 24
    return "#{:02x}{:02x}{:02x}".format(*palette[index * 3 : index * 3 + 3])


def open_png(content: bytes) -> Image.Image:
    """A picture that we stored ourselves."""
    image = Image.open(io.BytesIO(content), formats=["PNG"])
    return image.convert("RGB")


def upscale(image: Image.Image, side: int) -> Image.Image:
    """To a square of `side` pixels, for engines that cannot draw that large."""
    return image.resize((side, side), Image.Resampling.LANCZOS)


MAX_UPLOAD_BYTES = 15 * 1024 * 1024

MAX_PIXELS = 64_000_000
"""Of an uploaded picture: phones make 50 million. As RGB that is 192 MB, and half a gigabyte with all its copies."""

MIN_SIDE = 256

LONGEST_SIDE = 2048
"""Of what is kept of an uploaded picture."""

UPLOAD_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
"""Never "MPO", which many phones write: Pillow opens it as JPEG, and raises KeyError for all else when it is named."""


class Refused(Exception):
    """An uploaded picture that is not taken. reason: "not-a-picture", "damaged", "too-large", "too-many-pixels", "too-small"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode_upload(content: bytes) -> Image.Image:
    """An untrusted file as an upright 8-bit sRGB picture without metadata, at most LONGEST_SIDE long. Raises Refused.

    Only for a process that may die: decoders are C, and take time and memory (albumsite/image_process.py). Of a moving
    picture or a phone's "live" photo it takes the first or main frame, which is what the person saw when choosing it.
    Only pixels are judged: a note, a profile or a field of EXIF that cannot be read is dropped (albumsite/picture_files.py).
    """
    if len(content) > MAX_UPLOAD_BYTES:
        raise Refused("too-large")
    prepare_decoders()
    try:
        with warnings.catch_warnings(action="ignore"):
            found = bare(content)
            image = Image.open(io.BytesIO(found.content), formats=UPLOAD_FORMATS)
            _check_size(image)
            orientation = orientation_in(image.info.get("exif") or b"")  # as Pillow and libavif read it out of an AVIF
            return _normalised(image, orientation if image.format == "AVIF" else found.orientation, found.profile)
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise Refused("too-many-pixels") from error
    except NotAPicture as error:
        raise Refused("not-a-picture") from error
    except Exception as error:  # broken files raise whatever their decoder met: OSError, SyntaxError, struct.error, …
        raise Refused("damaged") from error


def encode_photo(image: Image.Image) -> bytes:
    """JPEG of quality 92, full colour, with nothing in it but the picture."""
    bare = image.copy()
    bare.info.clear()  # Pillow would write the comment, profile and resolution found there
    return _saved(bare, "JPEG", quality=92, subsampling=0)


def prepare_decoders() -> None:
    """Teach Pillow HEIF. Not at import: a web process decodes nothing, and need not load the decoders."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _check_size(image: Image.Image) -> None:
    """By the header alone: nothing has been decoded yet."""
    if image.width * image.height > MAX_PIXELS:
        raise Refused("too-many-pixels")
    if min(image.size) < MIN_SIDE:
        raise Refused("too-small")


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its orientation in EXIF."""


def _normalised(image: Image.Image, orientation: int, profile: bytes | None) -> Image.Image:
    scale = LONGEST_SIDE / max(image.size)
    if image.format in {"JPEG", "MPO"}:  # of a HEIF it would take the thumbnail
        image.draft(None, (int(image.width * scale), int(image.height * scale)))  # decodes at a half, quarter, eighth
    image.load()
    if image.width * image.height > MAX_PIXELS:  # a HEIF's header may have lied
        raise Refused("too-many-pixels")
    profile = profile or image.info.get("icc_profile")
    reduced = _reduced(_eight_bit(image))
    return _on_white(reduced if orientation == UPRIGHT else reduced.transpose(TURNS[orientation]), profile)


def _reduced(image: Image.Image) -> Image.Image:
    """At most LONGEST_SIDE long, without a copy of the whole: `_fitted` would make one, of 256 MB at worst."""
    scale = LONGEST_SIDE / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _eight_bit(image: Image.Image) -> Image.Image:
    """In a mode that can be scaled: L, LA, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):
        deep = image.convert("I").point(lambda value: value * (1 / 257))  # convert("L") alone would cut at 255
        grey = deep.convert("L")
        grey.info = image.info
        return grey
    if image.mode in {"P", "PA"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} else image.convert("RGB")


def _on_white(image: Image.Image, profile: bytes | None) -> Image.Image:
    """As RGB, its colours converted to sRGB and what is transparent laid on white."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = _srgb(image.convert("L" if image.mode == "LA" else "RGB") if alpha else image, profile)
    if alpha is None:
        return colours
    white = Image.new("RGB", image.size, "white")
    white.paste(colours, mask=alpha)
    return white


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile, or one for another mode than the picture's: viewers ignore it, too
        else:
            return cast(Image.Image, converted)
    return image.convert("RGB")


def _saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()
