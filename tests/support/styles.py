"""The product's style sheets as files and as text."""

from collections.abc import Iterable
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets"


def files_of(sheets: Iterable[str]) -> list[Path]:
    """Return the files of style sheets that are named as in ``components/styles.py``."""
    return [ASSETS / sheet.lstrip("/") for sheet in sheets]


def css_of(sheets: Iterable[str]) -> str:
    """Return style sheets in one text, in their order."""
    return "\n".join(path.read_text("utf-8") for path in files_of(sheets))
