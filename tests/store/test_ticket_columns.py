"""How much of a column's index is read for a window."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ecocash_copilot.store.ticket_columns import Guide
from ecocash_copilot.store.ticket_counts import DueTimes

SPAN = timedelta(hours=3)
BEGIN = datetime(2026, 11, 2, tzinfo=UTC)


def guide(held: int, share: float = 1.0) -> Guide:
    """Return that of a column with so many tickets in each of thirty buckets."""
    due = DueTimes(SPAN)
    first = due.bucket(BEGIN)
    due.counts = Counter({first + number: held for number in range(30)})
    return Guide(due, sorted(due.counts), share)


@pytest.mark.parametrize("wanted", [21, 51, 101])
@pytest.mark.parametrize("held", [1, 3, 8, 28, 300])
@pytest.mark.parametrize("into", [timedelta(0), timedelta(hours=1, minutes=7)])
def test_a_range_holds_what_is_wanted_and_little_more(
    wanted: int, held: int, into: timedelta
) -> None:
    start = BEGIN + into
    end = guide(held).reach(start, wanted)
    if end is None:
        assert held * 30 < wanted + held
        return
    assert wanted <= (end - start) / SPAN * held + 0.01 <= wanted * 1.25 + 0.1


def test_where_a_part_is_guessed_more_is_read() -> None:
    end = guide(28, share=0.5).reach(BEGIN, 21)
    assert end is not None
    assert (end - BEGIN) / SPAN * 14 == pytest.approx(21 * 1.8, abs=0.1)


def test_the_end_of_a_column_is_its_end() -> None:
    assert guide(1).reach(BEGIN, 31) is None
    assert guide(1).reach(BEGIN + 40 * SPAN, 1) is None
