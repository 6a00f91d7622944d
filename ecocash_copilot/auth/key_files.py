"""Keys that the product makes for itself on its first start, kept in ``DATA_DIR/keys``."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def read_or_create(path: Path, create: Callable[[], str]) -> str:
    """Return a key file's content, writing it first if it is not there.

    Processes that start at the same moment agree on one content. Only the owner may read the file.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(create())
        # A link, unlike a rename, never takes the place of a file that is there.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="utf-8")
