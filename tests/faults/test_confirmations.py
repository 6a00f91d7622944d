"""Whatever dies after the tap: one ticket or none, and the page says which."""

import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from ecocash_copilot.actions.audit import verify_audit
from tests.faults.ordeal import Ordeal, Verdict, pick

RUNS = int(os.environ.get("FAULT_RUNS", "5"))
"""Confirmations that are disturbed. ``make faults`` makes 200 of them."""

SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
AT_ONCE = 5
"""Customers who tap just before the same fault: it meets each at another step."""

LONGEST = 0.35
"""Seconds after the taps by which the last of them is told its outcome, and a little more."""


@pytest.mark.timeout(120 + 15 * RUNS)
async def test_each_confirmation_makes_one_ticket_or_none_and_the_page_says_which(
    tmp_path: Path,
) -> None:
    dice = random.Random(SEED)
    verdicts: list[Verdict] = []
    faults: Counter[str] = Counter()
    async with Ordeal(tmp_path) as ordeal:
        while len(verdicts) < RUNS:
            first = len(verdicts)
            sufferers = [
                await ordeal.customer(f"fault-{number:04}")
                for number in range(first, min(first + AT_ONCE, RUNS))
            ]
            fault, delay = pick(dice, LONGEST)
            faults[fault.value] += len(sufferers)
            verdicts += await ordeal.suffer(sufferers, fault, delay)
        audit = await verify_audit(ordeal.store)
        numbers = [ticket["_id"] async for ticket in ordeal.store.database["tickets"].find()]
    outcome = Counter(verdict.state for verdict in verdicts)
    sys.stdout.write(
        f"\nseed {SEED}: {len(verdicts)} confirmations, {dict(faults)}, {dict(outcome)}, "
        f"lost {sum(each.lost for each in verdicts)}, "
        f"doubled {sum(each.doubled for each in verdicts)}\n"
    )
    assert not [each for each in verdicts if each.lost], SEED
    assert not [each for each in verdicts if each.doubled], SEED
    assert all(each.agrees for each in verdicts), (SEED, verdicts)
    assert len(numbers) == len(set(numbers))
    assert audit.intact, audit.faults
