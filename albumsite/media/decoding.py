"""Decoding of untrusted pictures: for the bounded child of `albumsite.processes.sandbox` only."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageCms

from albumsite.media.encoding import saved
from albumsite.media.picture_files import UPRIGHT, NotAPicture, bare, orientation_in

MAX_UPLOAD_BYTES = 15 * 1024 * 1024


MAX_PIXELS = 64_000_000
"""Of an uploaded picture: phones make 50 million. As RGB that is 192 MB, and half a gigabyte with all its copies."""


MIN_SIDE = 256


LONGEST_SIDE = 2048
"""Of what is kept of an uploaded picture."""


@dataclass(frozen=True)
class UploadBounds:
    """What of an uploaded picture is taken and kept. min_side, longest_side: pixels, before and after. shorter_side: what of a panorama's
    shorter side is kept, where that makes the longer one no longer than panorama_side."""

    max_bytes: int = MAX_UPLOAD_BYTES
    min_side: int = MIN_SIDE
    longest_side: int = LONGEST_SIDE
    shorter_side: int = 0
    panorama_side: int = LONGEST_SIDE

    def scale(self, width: int, height: int) -> float:
        """At most 1."""
        longest, shorter = max(width, height), min(width, height)
        of_panorama = min(self.shorter_side / shorter, self.panorama_side / longest)
        return min(1.0, max(self.longest_side / longest, of_panorama))


PHOTO_BOUNDS = UploadBounds()
"""Of photos of a face."""


UPLOAD_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
"""Never "MPO", which many phones write: Pillow opens it as JPEG, and raises KeyError for all else when it is named."""


class UploadRefused(Exception):
    """An uploaded picture that is not taken. reason: "not-a-picture", "damaged", "too-large", "too-many-pixels", "too-small"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode_upload(content: bytes, bounds: UploadBounds = PHOTO_BOUNDS) -> Image.Image:
    """An untrusted file as an upright 8-bit sRGB picture without metadata, as large as `bounds` says. Raises UploadRefused.

    Only for a process that may die: decoders are C, and take time and memory (albumsite/processes/sandbox.py). Of a moving
    picture or a phone's "live" photo it takes the first or main frame, which is what the person saw when choosing it.
    Only pixels are judged: a note, a profile or a field of EXIF that cannot be read is dropped (albumsite/media/picture_files.py).
    """
    if len(content) > bounds.max_bytes:
        raise UploadRefused("too-large")
    prepare_decoders()
    try:
        with warnings.catch_warnings(action="ignore"):
            found = bare(content)
            image = Image.open(io.BytesIO(found.content), formats=UPLOAD_FORMATS)
            _check_size(image, bounds.min_side)
            orientation = orientation_in(image.info.get("exif") or b"")  # as Pillow and libavif read it out of an AVIF
            orientation = orientation if image.format == "AVIF" else found.orientation
            return _normalised(image, orientation, found.profile, bounds)
    except UploadRefused:
        raise
    except Image.DecompressionBombError as error:
        raise UploadRefused("too-many-pixels") from error
    except NotAPicture as error:
        raise UploadRefused("not-a-picture") from error
    except Exception as error:  # broken files raise whatever their decoder met: OSError, SyntaxError, struct.error, …
        raise UploadRefused("damaged") from error


def encode_photo(image: Image.Image, quality: int = 92) -> bytes:
    """JPEG in full colour, with nothing in it but the picture."""
    bare = image.copy()
    bare.info.clear()  # Pillow would write the comment, profile and resolution found there
    return saved(bare, "JPEG", quality=quality, subsampling=0)


def prepare_decoders() -> None:
    """Teach Pillow HEIF. Not at import: a web process decodes nothing, and need not load the decoders."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _check_size(image: Image.Image, min_side: int) -> None:
    """By the header alone: nothing has been decoded yet."""
    if image.width * image.height > MAX_PIXELS:
        raise UploadRefused("too-many-pixels")
    if min(image.size) < min_side:
        raise UploadRefused("too-small")


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


def _normalised(image: Image.Image, orientation: int, profile: bytes | None, bounds: UploadBounds) -> Image.Image:
    scale = bounds.scale(*image.size)
    if image.format in {"JPEG", "MPO"}:  # of a HEIF it would take the thumbnail
        image.draft(None, (int(image.width * scale), int(image.height * scale)))  # decodes at a half, quarter, eighth
    image.load()
    if image.width * image.height > MAX_PIXELS:  # a HEIF's header may have lied
        raise UploadRefused("too-many-pixels")
    profile = profile or image.info.get("icc_profile")
    reduced = _reduced(_eight_bit(image), bounds)
    return _on_white(reduced if orientation == UPRIGHT else reduced.transpose(TURNS[orientation]), profile)


def _reduced(image: Image.Image, bounds: UploadBounds) -> Image.Image:
    """As small as `bounds` says, without a copy of the whole: `_fitted` would make one, of 256 MB at worst."""
    scale = bounds.scale(*image.size)
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
