"""``python -m bench``: measure, print a table, write ``bench/results.json``."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bench import (
    bare,
    both_ways,
    change,
    columns,
    crowd,
    latency,
    mcp_overhead,
    phone,
    push,
    stream,
    tickets,
    weight,
)
from bench.figures import Figure, table, write
from bench.stage import Stage
from ecocash_copilot.core.logging import configure_logging

RESULTS = Path(__file__).with_name("results.json")
PARTS: Mapping[str, Callable[[Stage], Awaitable[list[Figure]]]] = {
    "weight": weight.measure,
    "phone": phone.measure,
    "latency": latency.measure,
    "stream": stream.measure,
    "crowd": crowd.measure,
    "push": push.measure,
    "tickets": tickets.measure,
    "both-ways": both_ways.measure,
    "change": change.measure,
    "bare": bare.measure,
    "mcp": mcp_overhead.measure,
    # It fills a database for minutes, in which this process loses touch with the product's.
    "columns": columns.measure,
}


async def measure(parts: list[str], runs: int, output: Path) -> list[Figure]:
    """Run parts one after the other on one stage; what each measured is written at once."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="copilot-bench-") as directory:
        async with Stage(Path(directory), runs) as stage:
            for part in parts:
                begun = time.monotonic()
                measured = await PARTS[part](stage)
                write(output, measured)
                figures += measured
                sys.stderr.write(f"{part}: {time.monotonic() - begun:.0f} s\n")
    return figures


def main() -> None:
    """Parse the options, measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", default=",".join(PARTS), help=f"parts, by commas, of {', '.join(PARTS)}"
    )
    parser.add_argument("--runs", type=int, default=40, help="turns timed at each thread length")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := sorted(set(wanted) - PARTS.keys()):
        parser.error(f"no such part: {', '.join(unknown)}")
    configure_logging("WARNING")
    # Ended from outside it stops what it started, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parts = [part for part in PARTS if part in wanted]
    figures = asyncio.run(measure(parts, options.runs, options.output))
    sys.stdout.write(table(figures) + "\n")


if __name__ == "__main__":
    main()
