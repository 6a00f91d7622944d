"""Processes of one product, found by the data directory in their environment."""

from pathlib import Path

import psutil


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Return all living processes that were started for this data directory.

    Also those whose parent is gone: they keep the environment they were born with.
    """
    return [each for each in psutil.process_iter() if _belongs(each, str(data_dir))]


def _belongs(process: psutil.Process, data_dir: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get("DATA_DIR") == data_dir
    except psutil.Error:
        return False


def wait_until_gone(data_dir: Path, seconds: float = 10.0) -> list[psutil.Process]:
    """Wait until the processes of a data directory have ended; return those that stay."""
    _, left = psutil.wait_procs(processes_of(data_dir), timeout=seconds)
    return [each for each in left if _belongs(each, str(data_dir))]


def end_all(data_dir: Path) -> None:
    """Kill what is left of a product, so that a failed test leaves nothing behind."""
    left = processes_of(data_dir)
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=5)


def describe(process: psutil.Process) -> str:
    """Return a process's id and command line."""
    try:
        return f"{process.pid} {' '.join(process.cmdline())}"
    except psutil.Error:
        return f"{process.pid} (gone)"
