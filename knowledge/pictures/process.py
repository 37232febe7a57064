"""A process that makes one picture again and ends: what hostile files do to decoders happens here, within limits (S37).

`python -m knowledge.pictures.process SHAPE`. In, on stdin: the file. Out, on stdout: a line of JSON, `{"type"}` and
then the picture's bytes, or `{"problem"}`, a phrase for the owner.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

from knowledge.errors import BadInput
from knowledge.memory_limit import limit_memory
from knowledge.phrases import _, to_plain
from knowledge.store.apps.pictures import LONGEST_SIDE, MOST_PIXELS, SIZES, Picture, Shape

MEMORY = 1024 * 1024 * 1024  # address space: 40 million pixels in four bytes each, twice, and the library
CPU_SECONDS = 20
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
JPEG_QUALITY = 88


def main() -> None:
    """Make the picture on stdin again."""
    _limit()
    try:
        made = remake(sys.stdin.buffer.read(), Shape(sys.argv[1]))
    except BadInput as problem:
        sys.stdout.write(json.dumps({"problem": to_plain(problem.phrase)}) + "\n")
        return
    sys.stdout.buffer.write(json.dumps({"type": made.content_type}).encode() + b"\n" + made.data)


def remake(data: bytes, shape: Shape) -> Picture:
    """The picture in its new shape. Raises BadInput for what is none, too small or too large."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check_size(opened.width, opened.height, shape)
            upright = ImageOps.exif_transpose(opened)
            return _encoded(_shaped(upright, shape))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        # Pillow says what is wrong with a file in all of these ways.
        raise BadInput(_("I cannot read this as a picture. Please send a photo (JPEG, PNG or WebP).")) from error


def _check_size(width: int, height: int, shape: Shape) -> None:
    """From the file's head alone, before a pixel is decoded (S36)."""
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise BadInput(
            _(
                "This picture is {width} × {height} pixels. It can have at most {most} on each side. Please send a "
                "smaller one.",
                width=width,
                height=height,
                most=LONGEST_SIDE,
            )
        )
    size = SIZES[shape]
    if width < size.least_width or height < size.least_height:
        raise BadInput(
            _(
                "This picture is {width} × {height} pixels. It needs at least {least_width} × {least_height}. "
                "Please send a larger one.",
                width=width,
                height=height,
                least_width=size.least_width,
                least_height=size.least_height,
            )
        )


def _shaped(image: Image.Image, shape: Shape) -> Image.Image:
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    image = image.convert("RGBA" if has_alpha else "RGB")
    size = SIZES[shape]
    if shape is Shape.LOOSE:
        image.thumbnail((size.width, size.height))
        return image
    return ImageOps.fit(image, (size.width, size.height), Image.Resampling.LANCZOS)


def _encoded(image: Image.Image) -> Picture:
    """Only the pixels: place, camera and profile stay behind with the file they came in."""
    image.info.clear()
    target = io.BytesIO()
    if image.mode == "RGBA":
        image.save(target, "PNG", optimize=True)
        return Picture("image/png", target.getvalue())
    image.save(target, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    return Picture("image/jpeg", target.getvalue())


def _limit() -> None:
    """Before anything of the file is looked at, and for good."""
    limit_memory(MEMORY)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
