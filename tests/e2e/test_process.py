"""Starting again is quick; stopping leaves nothing behind; nothing secret is in the log."""

import json
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import PIN, Visit
from tests.support.product import Product
from tests.support.secrets_log import Secrets

QUICK = 8.0
"""Seconds to ready when nothing changed. `make bench` measures them by the clock; here other tests
run beside, so it is processor time that counts."""


@pytest.mark.usefixtures("product")
def test_a_second_start_is_quick_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with Product(tmp_path, {"MONGODB_URI": "memory://"}) as second:
        running = second.processes()
        assert len(running) > 1
        spent = [process.cpu_times() for process in running]
        assert sum(each.user + each.system for each in spent) < QUICK
        second.stop(signal.SIGINT)


async def test_the_log_tells_what_happened_and_no_secret(visit: Visit, secrets: Secrets) -> None:
    chat = await visit("c-1001")
    already = len(visit.product.log)
    secrets.add(PIN, "PIN")

    await chat.ask(f"my PIN is {PIN} and my number is 0771234567, did +263 78 234 5678 pay me?")

    log = visit.product.log[already:]
    entries = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert any("run_id" in entry for entry in entries)
    assert secrets.found_in(visit.product.log) == []
