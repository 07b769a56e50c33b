"""Image files as e-readers take them: one picture, opaque, upright, in RGB or grey, no larger than their screens.

The bytes of a file of any common kind come in; those of a JPEG, PNG or GIF go out. A file that is fit as it is keeps
its picture's bytes and loses only what it says beside them: where and with what a photograph was taken.

What devices want, by what they say themselves:

- Kindle (KDP, "Image Guidelines - Reflowable"): JPEG, PNG or GIF, of one frame, without transparency, in RGB, of at
  most 5 MB. 300 pixels an inch of the intended size are enough. Line art is PNG or GIF, not JPEG.
- Kobo (kobolabs/epub-spec, "Image Formatting"): RGB, without transparency, at most 5 MB. It says that it takes WebP;
  its devices do not (issue 74 there).
- Apple (asset guide, "Book images"): at most 5.6 million pixels, sRGB. What is transparent is black by night.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageCms, ImageOps, ImageStat

from notebook_compile.epub.rasters import MOST_PIXELS, is_drawing, png

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 2560  # pixels, the longer side: no e-ink reader has more than 2480 (Kindle Scribe), and covers have as many
QUALITY = 85  # of a JPEG: above it, files grow faster than the eye sees

_MOST_BYTES = 5_000_000
_MOST_PIXELS_READ = 100_000_000  # some 300 MB of memory; a camera's picture has at most so many
_MUCH = 1.5  # times the pixels needed, in each direction: less is not worth a new encoding
_LIGHT = 224  # of 255: a drawing as light as this was made for a dark page
_WORTH_LOSSLESS = 2  # a PNG may be so many times larger than the JPEG

_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")  # of files that have a picture, or had one
_READ = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
_KEPT = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "GIF": ("image/gif", "gif")}
_LOSSLESS = ("PNG", "GIF", "BMP", "TIFF")
_MODES = ("1", "L", "P", "RGB", "RGBA", "LA", "PA")
_MOVING = ("GIF", "PNG", "WEBP", "AVIF")  # other files of several pictures show the first anyway
_NUMBERS = ("I", "F")  # modes of measurements, where no value is white

_ORIENTATION, _UPRIGHT, _SIDEWAYS = 0x0112, 1, 5  # Exif 2.32, 4.6.4: the tag, and its values for these and above

# PNG 1.2, 11.3: what chunks say about the picture's making; the others say how to show it.
_PNG_REMARKS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")

warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # too large a picture is found out below


class UnreadableImageError(ValueError):
    """A file that cannot be shown as an image: what is wrong with it, as a diagnostic's code, message and hint."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image as the package holds it."""

    media_type: str
    extension: str
    data: bytes = field(repr=False)
    moved: bool = False  # whether the file was an animation, of which this is the first picture
    width: int | None = None  # in pixels, before it was made smaller


def fit_for_readers(data: bytes, shown: float | None = None) -> ImageFile:
    """An image file as e-readers take it; raises UnreadableImageError.

    `shown` is the width that it is shown in at most, in CSS pixels, where that is known: more than 300 pixels for an
    inch of it are too many.
    """
    try:
        image = _opened(data)
        format_ = image.format or ""
        upright = image.size[::-1] if _orientation(image) >= _SIDEWAYS else image.size
        size = _fitting(upright, LONGEST, shown)
        moving = format_ in _MOVING and bool(getattr(image, "is_animated", False))
        if size == upright and not moving and len(data) <= _MOST_BYTES and _is_fit(image, data):
            return ImageFile(*_KEPT[format_], _without_remarks(data, format_))
        made = _encoded(_made_fit(image, size), QUALITY, lossless=format_ in _LOSSLESS)
        return replace(made, moved=moving, width=upright[0] if size != upright else None)
    except UnreadableImageError:
        raise
    except Exception as error:  # decoders of broken files raise what they like
        raise _broken() from error


def smaller(file: ImageFile, longest: int, quality: int) -> ImageFile:
    """A file that `fit_for_readers` made, with a longer side and a quality of at most these."""
    image = Image.open(io.BytesIO(file.data), formats=_READ)
    size = _fitting(image.size, longest)
    made = _encoded(_made_fit(image, size), quality, lossless=False)
    return replace(made, moved=file.moved, width=file.width or (image.width if size != image.size else None))


def size_of(file: ImageFile) -> tuple[int, int]:
    """Width and height, in pixels."""
    size: tuple[int, int] = Image.open(io.BytesIO(file.data), formats=_READ).size
    return size


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=_READ)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as error:
        raise (_broken() if data.startswith(_SIGNATURES) else _foreign()) from error
    if image.width * image.height > _MOST_PIXELS_READ:
        raise _too_large()
    if image.mode in _NUMBERS:
        raise _foreign()
    if not _is_whole(data, image.format or ""):
        raise _broken()
    return image


def _is_whole(data: bytes, format_: str) -> bool:
    """Whether a file is not cut off. Pillow does not tell: WeasyPrint has it show as much as there is."""
    match format_:
        case "PNG":
            return b"IEND\xaeB`\x82" in data
        case "JPEG":
            return data.rfind(b"\xff\xd9") > data.rfind(b"\xff\xda")  # the end behind the start of the last scan
        case "WEBP":
            return int.from_bytes(data[4:8], "little") + 8 <= len(data)
        case _:
            return True


def _too_large() -> UnreadableImageError:
    message = f"has more than {_MOST_PIXELS_READ // 1_000_000} million pixels"
    return UnreadableImageError("broken-image", message, "scale it down, or cut it into several")


def _broken() -> UnreadableImageError:
    return UnreadableImageError("broken-image", "is broken", "open it in an image editor and save it anew")


def _foreign() -> UnreadableImageError:
    message, hint = "is of a kind that an EPUB cannot hold", "save it as PNG, JPEG, GIF, WebP or SVG"
    return UnreadableImageError("foreign-image", message, hint)


# --- whether it is fit ------------------------------------------------------------------------------------------------


def _is_fit(image: Image.Image, data: bytes) -> bool:
    image.load()
    return (
        image.format in _KEPT
        and image.mode in _MODES
        and not (image.format == "PNG" and data[24] == 16)  # bits of each colour
        and not _transparent(image)
        and _orientation(image) == _UPRIGHT
        and _foreign_colours(image) is None
    )


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION, _UPRIGHT)
    return value if value in range(_UPRIGHT, 9) else _UPRIGHT


def _transparent(image: Image.Image) -> bool:
    if not image.has_transparency_data:
        return False
    return image.convert("RGBA").getchannel("A").getextrema()[0] < 255  # type: ignore[operator]


def _foreign_colours(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The colour profile of an image in colours, if it is another than sRGB and can be used."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode in ("1", "L", "LA", "I", "I;16"):
        return None
    try:
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = "CMYK" if image.mode == "CMYK" else "RGB "
        known = "srgb" in ImageCms.getProfileDescription(read).lower() or read.profile.xcolor_space != space
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return None if known else read


def _without_remarks(data: bytes, format_: str) -> bytes:
    """The file without what it says of camera, place, time and program; the picture stays as it is."""
    if format_ == "PNG":
        return data[:8] + b"".join(chunk for kind, chunk in _chunks(data) if kind not in _PNG_REMARKS)
    return b"\xff\xd8" + b"".join(_segments(data)) if format_ == "JPEG" else data


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        kind = data[place + 4 : place + 8]
        yield kind, data[place:end]
        place = end if kind != b"IEND" else len(data)


def _segments(data: bytes) -> Iterator[bytes]:
    """The segments of a JPEG behind its first mark: of the applications', those on resolution and colours only."""
    place = 2
    while data[place + 1] != 0xDA:  # start of scan: the picture itself
        mark = data[place + 1]
        if data[place] != 0xFF or mark == 0xFF:  # what fills the space between segments
            place += 1
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if mark in (0xE0, 0xE2, 0xEE) or not (0xE0 <= mark <= 0xEF or mark == 0xFE):
            yield data[place:end]
        place = end
    yield data[place:]


# --- making it fit ----------------------------------------------------------------------------------------------------


def _fitting(size: tuple[int, int], longest: int, shown: float | None = None) -> tuple[int, int]:
    """The size that is no larger than wanted, in the same proportion; the size itself if it will do."""
    width, height = size
    factor = min(1.0, longest / max(size), (MOST_PIXELS / (width * height)) ** 0.5)
    enough = shown * 300 / 96 if shown else width  # KDP: 300 pixels an inch; a CSS pixel is 1/96 inch
    if width * factor > enough * _MUCH:
        factor = enough / width
    return (max(1, round(width * factor)), max(1, round(height * factor))) if factor < 1.0 else size


def _made_fit(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image as an opaque picture in RGB or grey, upright, in sRGB."""
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (max(size), max(size)))  # decodes no more than is needed
    upright = ImageOps.exif_transpose(image)
    foreign = _foreign_colours(upright)
    picture = _opaque(upright)
    if foreign is not None:
        srgb = ImageCms.createProfile("sRGB")
        picture = ImageCms.profileToProfile(picture, foreign, srgb, outputMode="RGB") or picture
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.info.clear()  # it would be written into the file
    return picture


def _opaque(image: Image.Image) -> Image.Image:
    """The picture on white; one that was drawn in light colours on black, or nothing of it would be seen."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if not _transparent(image):
        plain = {"1": "L", "L": "L", "LA": "L", "CMYK": "CMYK"}
        return image.convert(plain.get(image.mode, "RGB"))
    drawn = image.convert("RGBA")
    alpha = drawn.getchannel("A")
    lightness = ImageStat.Stat(drawn.convert("L"), mask=alpha.point(lambda value: 255 * (value > 127))).mean
    ground = Image.new("RGBA", drawn.size, "black" if lightness and lightness[0] >= _LIGHT else "white")
    return Image.alpha_composite(ground, drawn).convert("L" if image.mode == "LA" else "RGB")


def _encoded(picture: Image.Image, quality: int, *, lossless: bool) -> ImageFile:
    """The picture as JPEG; as PNG if it is drawn or `lossless` is wanted, and that is not much larger."""
    # Baseline: the oldest readers show no progressive JPEG.
    jpeg = _saved(picture, "JPEG", quality=quality, optimize=True)
    most = len(jpeg) * _WORTH_LOSSLESS
    if is_drawing(picture) or (lossless and len(_saved(picture, "PNG", compress_level=1)) < 2 * most):
        exact = png(picture)
        if len(exact) <= most:
            return ImageFile(*_KEPT["PNG"], exact)
    return ImageFile(*_KEPT["JPEG"], jpeg)


def _saved(picture: Image.Image, format_: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format_, **options)
    return file.getvalue()
