"""Whatever dies around the tap: what was confirmed is done, once, and the page says so."""

import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from ecocash_copilot.actions.audit import verify_audit
from tests.faults.ordeal import Fault, Ordeal, Verdict
from tests.faults.steps import Step
from tests.support.both_sides import database_of

RUNS = int(os.environ.get("FAULT_RUNS", "5"))
"""Confirmations that are disturbed. ``make faults`` makes 200 of them."""

SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
AT_ONCE = 5 if RUNS >= 50 else 3
"""Customers who tap around the same fault: it meets each at another step."""

ENOUGH = 100
"""Confirmations, from which on some must have been disturbed in every step."""


def _report(verdicts: list[Verdict]) -> str:
    outcome = Counter(verdict.state.value for verdict in verdicts)
    lines = [f"seed {SEED}: {len(verdicts)} confirmations, {dict(outcome)}"]
    for step in Step:
        faults = Counter(each.fault.value for each in verdicts if each.step is step)
        lines.append(f"  {step.value}: {faults.total()} {dict(faults)}")
    lost, doubled = sum(each.lost for each in verdicts), sum(each.doubled for each in verdicts)
    needless = sum(each.needless for each in verdicts)
    return "\n".join([*lines, f"needless taps {needless}, lost {lost}, doubled {doubled}"])


@pytest.mark.timeout(120 + 15 * RUNS)
async def test_each_confirmation_makes_one_ticket_and_the_page_says_which(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    # However few there are, the server dies once without the database, and the database alone.
    faults = [*dice.sample([Fault.SERVER, Fault.DATABASE], 2), Fault.BOTH]
    steps = dice.sample(list(Step), 5)
    verdicts: list[Verdict] = []
    async with Ordeal(tmp_path) as ordeal:
        for number, first in enumerate(range(0, RUNS, AT_ONCE)):
            crowd = [
                await ordeal.customer(f"fault-{each:04}")
                for each in range(first, min(first + AT_ONCE, RUNS))
            ]
            # Three and five have no common factor: in time each fault comes to each step.
            fault, step = ordeal.bearable(faults[number % 3]), steps[number % 5]
            verdicts += await ordeal.suffer(crowd, fault, step, dice)
        async with database_of(ordeal.product) as store:
            audit = await verify_audit(store)
            numbers = [ticket["_id"] async for ticket in store.database["tickets"].find()]
    sys.stdout.write(f"\n{_report(verdicts)}\n")
    # No fault lasts as long as a consent is good for, so each of them ends in a ticket.
    assert not [each for each in verdicts if each.lost], SEED
    assert not [each for each in verdicts if each.doubled], SEED
    assert all(each.agrees for each in verdicts), (SEED, verdicts)
    assert len(numbers) == len(set(numbers))
    assert audit.intact, audit.faults
    assert not [each for each in verdicts if each.needless], SEED
    assert {each.fault for each in verdicts} >= {Fault.SERVER, Fault.DATABASE}
    if RUNS >= ENOUGH:
        assert {each.step for each in verdicts} == set(Step), SEED
