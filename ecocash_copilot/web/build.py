"""Builds the frontend when, and only when, something it is made of has changed."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder, where ``rxconfig.py`` is; Reflex works relative to it."""

_SOURCES = (
    "assets",
    "components",
    "ecocash_copilot/pages",
    "ecocash_copilot/state",
    "ecocash_copilot/web",
    "schemas",
)
_SINGLE = ("rxconfig.py", "ecocash_copilot/ecocash_copilot.py", "reflex.lock/bun.lock")
_PACKAGES = Path("reflex.lock/package.json")
_SUFFIXES = frozenset({".py", ".js", ".css", ".svg", ".png", ".json", ".lock"})
_STAMP = Path(".web/.built")
_LOCK = ".build.lock"

_BUILD = """
from reflex.utils import prerequisites
from reflex.utils.export import export
from reflex_base import constants

if prerequisites.needs_reinit():
    prerequisites.initialize_reflex_user_directory()
    prerequisites.initialize_frontend_dependencies()
export(zipping=False, backend=False, env=constants.Env.PROD)
"""

_log = get_logger(__name__)


class FrontendBuildError(RuntimeError):
    """The frontend could not be built; the message holds the end of the build's output."""


def ensure_frontend(root: Path = ROOT) -> bool:
    """Build the frontend unless the last build was made of the same files.

    Returns:
        Whether it was built now.

    Raises:
        FrontendBuildError: the build failed.
    """
    digest = source_digest(root)
    with _alone(root):
        return _build_unless(digest, root)


@contextmanager
def _alone(root: Path) -> Generator[None]:
    """Let one process at a time build; a second one finds what the first has built."""
    with (root / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build_unless(digest: str, root: Path) -> bool:
    stamp = root / _STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return False
    _log.info("frontend_build_started")
    stamp.unlink(missing_ok=True)
    done = subprocess.run(  # noqa: S603 - our own interpreter and a constant
        [sys.executable, "-c", _BUILD],
        cwd=root,
        env=_without_settings(build_environment(root)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise FrontendBuildError(done.stdout[-4000:])
    _tidy(root / _PACKAGES)
    stamp.write_text(digest, "utf-8")
    _log.info("frontend_build_finished")
    return True


def _tidy(packages: Path) -> None:
    """Write the list of packages as it is kept in version control; builds write it both ways."""
    content = json.loads(packages.read_text("utf-8"))
    packages.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def _without_settings(environment: dict[str, str]) -> dict[str, str]:
    """Leave out the product's settings but ``APP_ENV``, which decides what pages there are."""
    ours = Settings.model_fields.keys() - {"app_env"}
    return {name: each for name, each in environment.items() if name.lower() not in ours}


def build_environment(root: Path) -> dict[str, str]:
    """Return the environment in which Reflex runs: production, no phoning home, venv's tools."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(root),
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_TELEMETRY_ENABLED": "false",
    }


def source_digest(root: Path) -> str:
    """Return a digest of every file that the frontend is made of."""
    mode = os.environ.get("APP_ENV", "dev")
    digest = hashlib.sha256(f"reflex {version('reflex')}, {mode}".encode())
    for path in sorted(_source_files(root)):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    for folder in _SOURCES:
        for path in (root / folder).rglob("*"):
            if path.suffix in _SUFFIXES and "__pycache__" not in path.parts:
                yield path
    yield from (root / name for name in _SINGLE)
