"""CPU time and memory of the product's processes, the database's apart from the app's."""

from collections.abc import Iterable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Usage:
    """CPU seconds used since their start, and memory held now in bytes, app and database."""

    app_cpu: float
    database_cpu: float
    app_memory: int
    database_memory: int


def is_database(process: psutil.Process) -> bool:
    """Whether a process is the embedded database or its guard."""
    try:
        return any("secantus" in part or "embedded_guard" in part for part in process.cmdline())
    except psutil.Error:
        return False


def measure(processes: Iterable[psutil.Process]) -> Usage:
    """Return what living processes have used. A process that just ended counts as nothing."""
    app_cpu = database_cpu = 0.0
    app_memory = database_memory = 0
    for process in processes:
        try:
            times = process.cpu_times()
            memory = process.memory_info().rss
        except psutil.Error:
            continue
        if is_database(process):
            database_cpu += times.user + times.system
            database_memory += memory
        else:
            app_cpu += times.user + times.system
            app_memory += memory
    return Usage(app_cpu, database_cpu, app_memory, database_memory)
