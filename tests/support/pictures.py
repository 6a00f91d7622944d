"""Pictures that the repository keeps, and the comparison of new ones with them.

`pixelmatch` measures how far two colours are apart as an eye does (YIQ). A picture passes when no
pixel at all is further away than `THRESHOLD`.
"""

import io
import os
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw
from pixelmatch.contrib.PIL import pixelmatch

ROOT = Path(__file__).parents[2]
THRESHOLD = 0.01
"""0 to 1: lets two of 255 steps of grey pass; another processor may make them, nobody sees them."""
_MARGIN = 8


def opened(picture: bytes | Path) -> Image.Image:
    """Return a picture as opaque pixels."""
    source = io.BytesIO(picture) if isinstance(picture, bytes) else picture
    with Image.open(source) as image:
        return image.convert("RGB")


def difference(old: Image.Image, new: Image.Image) -> tuple[int, Image.Image]:
    """Return how many pixels differ, and a picture that shows which, in red.

    Sizes may differ; the missing edge then differs as a whole.
    """
    width, height = max(old.width, new.width), max(old.height, new.height)
    shown = Image.new("RGB", (width, height), "red")
    common = (min(old.width, new.width), min(old.height, new.height))
    one, other = (image.crop((0, 0, *common)) for image in (old, new))
    shown.paste(Image.blend(one, Image.new("RGB", common, "white"), 0.9))
    count = width * height - common[0] * common[1]
    if box := ImageChops.difference(one, other).getbbox():
        parts = [image.crop(box).convert("RGBA") for image in (one, other)]
        drawn = Image.new("RGBA", parts[0].size)
        # Smoothed edges count as well: all machines draw them with the same font and code.
        count += pixelmatch(parts[0], parts[1], drawn, threshold=THRESHOLD, includeAA=True)
        shown.paste(drawn, box[:2])
    return count, shown


def side_by_side(old: Image.Image | None, new: Image.Image, shown: Image.Image) -> Image.Image:
    """Return the old picture, the new one and their difference in one, each with its caption."""
    parts = [("expected", old or Image.new("RGB", (200, 60), "white")), ("now", new)]
    parts.append(("difference", shown))
    width = sum(image.width + _MARGIN for _, image in parts) + _MARGIN
    height = max(image.height for _, image in parts) + 24 + _MARGIN
    whole = Image.new("RGB", (width, height), "#888")
    pen, left = ImageDraw.Draw(whole), _MARGIN
    for caption, image in parts:
        pen.text((left, 6), caption, fill="white")
        whole.paste(image, (left, 24))
        left += image.width + _MARGIN
    return whole


class Album:
    """Pictures in a folder, by names such as ``balance_card/two-wallets-360-dark``."""

    def __init__(self, kept: Path, results: Path, *, accepting: bool = False) -> None:
        """Use two folders.

        Args:
            kept: holds the pictures that are right.
            results: takes what differs.
            accepting: whether what differs is kept as right instead.
        """
        self._kept, self._results, self.accepting = kept, results, accepting

    def names(self) -> set[str]:
        """Return the names of all pictures that are kept."""
        paths = self._kept.rglob("*.webp")
        return {path.relative_to(self._kept).with_suffix("").as_posix() for path in paths}

    def delete_orphans(self, wanted: set[str]) -> None:
        """Delete the pictures that nothing belongs to any more."""
        for name in self.names() - wanted:
            self.path_of(name).unlink()
        for folder in self._kept.glob("*/"):
            if not any(folder.iterdir()):
                folder.rmdir()

    def path_of(self, name: str) -> Path:
        """Return where a picture is kept."""
        return self._kept / f"{name}.webp"

    @staticmethod
    def _keep(picture: Image.Image, path: Path) -> None:
        """Put a picture in its place as a whole: others may read it at the same time."""
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_suffix(f".{os.getpid()}.tmp")
        picture.save(written, "WEBP", lossless=True, quality=100, method=6)
        written.replace(path)

    def compare(self, name: str, png: bytes) -> list[str]:
        """Compare a new picture with the one that is kept; return what is wrong."""
        new, path = opened(png), self.path_of(name)
        old = opened(path) if path.exists() else None
        count, shown = difference(old, new) if old else (new.width * new.height, new)
        report = self._results / f"{name}.png"
        if not count or self.accepting:
            report.unlink(missing_ok=True)
            if count:
                self._keep(new, path)
            return []
        report.parent.mkdir(parents=True, exist_ok=True)
        side_by_side(old, new, shown).save(report)
        what = f"{count} pixels differ" if old else "there is no such picture yet"
        return [f"{name}: {what}; look at {report}, and if it is meant: make pictures"]


ALBUM = Album(
    ROOT / "tests/pictures/expected",
    ROOT / "test-results/pictures",
    accepting=os.environ.get("PICTURES") == "accept",
)
"""The repository's own; ``make pictures`` accepts what differs."""
