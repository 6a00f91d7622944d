"""What was measured, as a table for people and as JSON for programs."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psutil


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number."""

    part: str
    """The part of the bench that measured it."""
    name: str
    value: float
    unit: str
    aim: str = ""
    """What it is to be, such as ``<= 60``; empty where there is no aim."""
    note: str = ""

    @property
    def meets_aim(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if not self.aim:
            return None
        sign, _, limit = self.aim.partition(" ")
        return self.value <= float(limit) if sign == "<=" else self.value >= float(limit)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of the values lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p50(values: Sequence[float]) -> float:
    """Return the median."""
    return median(values)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return percentile(values, 0.95)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures in columns, grouped by part."""
    rows = [("part", "figure", "value", "unit", "aim", "")]
    for figure in figures:
        mark = {True: "met", False: "MISSED", None: ""}[figure.meets_aim]
        value = f"{figure.value:,.0f}" if abs(figure.value) >= 100 else f"{figure.value:,.2f}"
        rows.append((figure.part, figure.name, value, figure.unit, figure.aim, mark))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines: list[str] = []
    for row in rows:
        part, name, value, unit, aim, mark = row
        columns = (
            part.ljust(widths[0]),
            name.ljust(widths[1]),
            value.rjust(widths[2]),
            unit.ljust(widths[3]),
            aim.ljust(widths[4]),
            mark,
        )
        lines.append("  ".join(columns).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines)


def write(path: Path, figures: Sequence[Figure]) -> None:
    """Write the figures with the machine they were taken on.

    Figures of parts that were not run this time are kept from the file that is there.
    """
    parts = {figure.part for figure in figures}
    kept: list[dict[str, object]] = []
    if path.exists():
        before = json.loads(path.read_text("utf-8"))
        kept = [each for each in before["figures"] if each["part"] not in parts]
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    new = [{**asdict(figure), "met": figure.meets_aim, "taken": taken} for figure in figures]
    machine = {
        "cpus": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    document = {"machine": machine, "figures": [*kept, *new]}
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
