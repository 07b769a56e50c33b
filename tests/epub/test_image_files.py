"""Image files as e-readers take them. What devices want, and who says so, stands in `image_files.py`."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageOps
from PIL.PngImagePlugin import PngInfo

from notebook_compile.epub.image_files import ImageFile, UnreadableImageError, fit_for_readers, size_of, smaller
from notebook_compile.epub.rasters import MOST_PIXELS

if TYPE_CHECKING:
    from collections.abc import Callable

RED, GREEN, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (255, 255, 255), (0, 0, 0)


@cache
def photograph(width: int = 300, height: int = 200) -> Image.Image:
    """Thousands of colours without an edge."""
    spots = Image.frombytes("RGB", (16, 16), Random(1).randbytes(16 * 16 * 3))
    return spots.resize((width, height), Image.Resampling.BICUBIC)


@cache
def drawing(width: int = 300, height: int = 200, colour: tuple[int, int, int] = BLACK) -> Image.Image:
    """Lines on nothing."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((width // 10, height // 10, width * 9 // 10, height * 9 // 10), outline=colour, width=5)
    pen.line((0, 0, width, height), fill=colour, width=3)
    return picture


def halves() -> Image.Image:
    """Red on the left, green on the right."""
    picture = Image.new("RGB", (120, 60), RED)
    picture.paste(GREEN, (60, 0, 120, 60))
    return picture


def saved(picture: Image.Image, format_: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format_, **options)
    return file.getvalue()


def opened(file: ImageFile) -> Image.Image:
    picture = Image.open(io.BytesIO(file.data))
    picture.load()
    return picture


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 24 for one, other in zip(pixel, colour, strict=True))  # type: ignore[call-overload]


@cache
def profile(*, swapped: bool = False) -> bytes:
    """The profile of sRGB; or one of another name, whose red is what green is."""
    srgb: Any = ImageCms.createProfile("sRGB")
    data: bytes = ImageCms.ImageCmsProfile(srgb).tobytes()
    if not swapped:
        return data
    data = data.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    return data.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)


# --- what is fit ------------------------------------------------------------------------------------------------------

FIT: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved(photograph(), "JPEG"),
    "grey jpeg": lambda: saved(photograph().convert("L"), "JPEG"),
    "progressive jpeg": lambda: saved(photograph(), "JPEG", progressive=True),
    "png": lambda: saved(photograph(), "PNG"),
    "png with an opaque alpha": lambda: saved(photograph().convert("RGBA"), "PNG"),
    "png of one bit": lambda: saved(photograph().convert("1"), "PNG"),
    "png with a palette": lambda: saved(photograph().quantize(20), "PNG"),
    "gif": lambda: saved(photograph(), "GIF"),
    "srgb": lambda: saved(photograph(), "PNG", icc_profile=profile()),
}


@pytest.mark.parametrize("data", FIT.values(), ids=FIT)
def test_what_is_fit_keeps_its_bytes(data: Callable[[], bytes]) -> None:
    file = fit_for_readers(data())
    assert file.data == data()
    assert (file.moved, file.width) == (False, None)


def test_remarks_are_left_out_and_the_picture_stays() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    jpeg = saved(photograph(), "JPEG", exif=exif, comment="secret", xmp=b"secret", icc_profile=profile())
    assert fit_for_readers(jpeg).data == saved(photograph(), "JPEG", icc_profile=profile())

    notes = PngInfo()
    notes.add_text("Comment", "secret")
    notes.add_itxt("XML:com.adobe.xmp", "secret")
    png = saved(photograph(), "PNG", pnginfo=notes, exif=exif, dpi=(300, 300))
    assert fit_for_readers(png).data == saved(photograph(), "PNG", dpi=(300, 300))


# --- what is made fit -------------------------------------------------------------------------------------------------


def wide_png() -> bytes:
    """A PNG of 16 bits a colour, which Pillow does not write."""
    rows = zlib.compress(b"".join(b"\0" + b"\xff\xff\0\0\0\0" * 40 for _ in range(30)))
    return _png(struct.pack(">IIBBBBB", 40, 30, 16, 2, 0, 0, 0), rows)


def _png(header: bytes, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


UNFIT: dict[str, Callable[[], bytes]] = {
    "webp": lambda: saved(photograph(), "WEBP"),
    "webp of lines": lambda: saved(drawing(), "WEBP", lossless=True),
    "avif": lambda: saved(photograph(), "AVIF"),
    "bmp": lambda: saved(photograph(), "BMP"),
    "tiff": lambda: saved(photograph(), "TIFF"),
    "tiff in cmyk": lambda: saved(photograph().convert("CMYK"), "TIFF"),
    "jpeg in cmyk": lambda: saved(photograph().convert("CMYK"), "JPEG"),
    "jpeg of two pictures": lambda: saved(photograph(), "MPO", save_all=True, append_images=[photograph()]),
    "png of 16 bits": wide_png,
    "grey png of 16 bits": lambda: saved(Image.new("I;16", (40, 30), 40_000), "PNG"),
    "alpha": lambda: saved(drawing(), "PNG"),
    "grey with alpha": lambda: saved(drawing().convert("LA"), "PNG"),
    "transparent colour": lambda: saved(drawing().quantize(8), "PNG", transparency=0),
    "transparent gif": lambda: saved(drawing(), "GIF"),
    "moving gif": lambda: saved(halves(), "GIF", save_all=True, append_images=[photograph(120, 60)]),
    "moving webp": lambda: saved(halves(), "WEBP", save_all=True, append_images=[photograph(120, 60)]),
    "moving png": lambda: saved(halves(), "PNG", save_all=True, append_images=[photograph(120, 60)]),
    "lying": lambda: saved(halves(), "JPEG", exif=turned(6)),
    "wide": lambda: saved(photograph(2700, 300), "PNG"),
    "of many bytes": lambda: saved(
        Image.frombytes("RGB", (1400, 1400), Random(1).randbytes(1400 * 1400 * 3)), "PNG", compress_level=1
    ),
}


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize("data", UNFIT.values(), ids=UNFIT)
def test_what_is_unfit_becomes_fit(data: Callable[[], bytes]) -> None:
    made = fit_for_readers(data())
    assert made.data != data()
    assert made == fit_for_readers(data())  # repeatable
    picture = opened(made)
    assert (picture.format, made.media_type) in {("JPEG", "image/jpeg"), ("PNG", "image/png")}
    assert picture.mode in ("L", "RGB", "P")
    assert not picture.has_transparency_data
    assert not getattr(picture, "is_animated", False)
    assert max(picture.size) <= 2560
    assert len(made.data) < 5_000_000
    assert not {"exif", "icc_profile", "comment"} & picture.info.keys()
    assert fit_for_readers(made.data).data == made.data


def test_photographs_become_jpeg_and_lines_png() -> None:
    assert fit_for_readers(saved(photograph(), "WEBP")).extension == "jpg"
    assert fit_for_readers(saved(photograph(2700, 900), "PNG")).extension == "jpg"
    assert fit_for_readers(saved(drawing(), "WEBP", lossless=True)).extension == "png"
    assert fit_for_readers(saved(drawing(2700, 900), "PNG")).extension == "png"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright(orientation: int) -> None:
    data = saved(halves(), "JPEG", quality=95, exif=turned(orientation))
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    made = opened(fit_for_readers(data))
    assert made.size == shown.size
    for place in ((10, 10), (made.width - 10, made.height - 10)):
        assert near(made.convert("RGB").getpixel(place), shown.getpixel(place))  # type: ignore[arg-type]


def test_transparent_drawings_stand_on_what_shows_them() -> None:
    dark, light = (opened(fit_for_readers(saved(drawing(colour=ink), "PNG"))) for ink in (BLACK, WHITE))
    assert dark.convert("RGB").getpixel((5, 150)) == WHITE
    assert light.convert("RGB").getpixel((5, 150)) == BLACK
    assert dark.convert("L").getextrema() == light.convert("L").getextrema() == (0, 255)


def test_the_first_picture_of_an_animation_is_shown() -> None:
    for name in ("moving gif", "moving webp", "moving png"):
        made = fit_for_readers(UNFIT[name]())
        assert made.moved
        assert near(opened(made).convert("RGB").getpixel((10, 10)), RED)


def test_values_of_16_bits_keep_their_lightness() -> None:
    assert opened(fit_for_readers(UNFIT["grey png of 16 bits"]())).convert("L").getpixel((9, 9)) == 40_000 // 256
    assert opened(fit_for_readers(wide_png())).convert("RGB").getpixel((9, 9)) == RED


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
def test_colours_are_those_of_the_profile(format_: str) -> None:
    made = opened(fit_for_readers(saved(halves(), format_, icc_profile=profile(swapped=True))))
    assert near(made.convert("RGB").getpixel((10, 10)), GREEN)
    assert near(made.convert("RGB").getpixel((110, 10)), RED)


def test_a_profile_that_cannot_be_read_is_passed_over() -> None:
    data = saved(halves(), "PNG", icc_profile=b"nonsense")
    assert near(opened(fit_for_readers(data)).convert("RGB").getpixel((10, 10)), RED)


# --- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "shown", "fitted"),
    [
        ((4000, 1000), None, (2560, 640)),
        ((1000, 4000), None, (640, 2560)),
        ((900, 600), 300, (900, 600)),  # 300 CSS pixels are 937 of 300 an inch
        ((1400, 700), 300, (1400, 700)),  # less than half as many again
        ((1500, 750), 300, (938, 469)),
        ((4000, 2), None, (2560, 1)),
    ],
)
def test_no_larger_than_screens(size: tuple[int, int], shown: float | None, fitted: tuple[int, int]) -> None:
    made = fit_for_readers(saved(Image.new("RGB", size, RED), "PNG"), shown)
    assert size_of(made) == fitted
    assert made.width == (size[0] if fitted != size else None)


def test_no_more_pixels_than_apple_takes() -> None:
    width, height = size_of(fit_for_readers(saved(Image.new("L", (2560, 2560)), "PNG")))
    assert width == height
    assert MOST_PIXELS * 0.99 < width * height <= MOST_PIXELS


def test_a_lying_photograph_is_measured_upright() -> None:
    made = fit_for_readers(saved(photograph(3000, 1500), "JPEG", exif=turned(6)))
    assert (size_of(made), made.width) == ((1280, 2560), 1500)


def test_smaller_still() -> None:
    file = fit_for_readers(saved(photograph(1600, 1200), "JPEG", quality=95))
    less = smaller(file, 800, 60)
    assert size_of(less) == (800, 600)
    assert len(less.data) < len(file.data) / 2
    assert less.width == 1600
    assert smaller(less, 400, 50).width == 1600
    assert smaller(fit_for_readers(saved(drawing(), "PNG")), 200, 40).extension == "png"


# --- what cannot be shown ---------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: saved(photograph(), "PNG")[:2000], "broken-image"),
    "cut off in its first bytes": (lambda: saved(photograph(), "PNG")[:30], "broken-image"),
    "jpeg without an end": (lambda: saved(photograph(), "JPEG")[:1500], "broken-image"),
    "bomb": (lambda: _png(struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0), b""), "broken-image"),
    "rather large": (lambda: _png(struct.pack(">IIBBBBB", 12_000, 12_000, 1, 0, 0, 0, 0), b""), "broken-image"),
    "text": (lambda: b"no image", "foreign-image"),
    "nothing": (lambda: b"", "foreign-image"),
    "measurements": (lambda: saved(Image.new("F", (9, 9)), "TIFF"), "foreign-image"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_shown(data: Callable[[], bytes], code: str) -> None:
    with pytest.raises(UnreadableImageError) as raised:
        fit_for_readers(data())
    assert (raised.value.code, bool(raised.value.hint)) == (code, True)


@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.integers(0), st.binary(max_size=6), st.booleans())
def test_whatever_a_file_holds(format_: str, place: int, bytes_: bytes, cut: bool) -> None:
    data = saved(photograph(60, 40), format_)
    place %= len(data)
    try:
        made = fit_for_readers(data[:place] + bytes_ + (b"" if cut else data[place + len(bytes_) :]))
    except UnreadableImageError:
        return
    opened(made)
