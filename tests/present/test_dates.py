from datetime import UTC, datetime, timedelta

import pytest

from ecocash_copilot.present.dates import clock_time, day_name, full_moment, short_moment
from schemas.identity import Locale

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""Noon in Harare, two hours ahead of UTC."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "now", "day", "short"),
    [
        ("2026-03-04T12:05", NOW, "Today", "Today, 14:05"),
        ("2026-03-03T22:00", NOW, "Today", "Today, 00:00"),
        ("2026-03-03T21:59", NOW, "Yesterday", "Yesterday, 23:59"),
        ("2026-03-02T22:00", NOW, "Yesterday", "Yesterday, 00:00"),
        ("2026-03-02T21:59", NOW, "2 March", "2 Mar, 23:59"),
        ("2026-01-01T00:00", NOW, "1 January", "1 Jan, 02:00"),
        ("2025-12-31T22:00", NOW, "1 January", "1 Jan, 00:00"),
        ("2025-12-31T21:59", NOW, "31 December 2025", "31 Dec 2025, 23:59"),
        ("2026-03-05T08:00", NOW, "5 March", "5 Mar, 10:00"),
        # New Year in Harare, while it is still the old year in UTC.
        ("2026-12-31T21:00", at("2026-12-31T22:30"), "Yesterday", "Yesterday, 23:00"),
        ("2026-12-30T12:00", at("2026-12-31T22:30"), "30 December 2026", "30 Dec 2026, 14:00"),
    ],
)
def test_days_are_harares(moment: str, now: datetime, day: str, short: str) -> None:
    assert day_name(at(moment), now, Locale.EN) == day
    assert short_moment(at(moment), now, Locale.EN) == short


def test_a_moment_in_full() -> None:
    assert full_moment(at("2026-11-12T12:05"), Locale.EN) == "12 November 2026, 14:05"
    assert clock_time(at("2026-11-12T23:30")) == "01:30"


@pytest.mark.parametrize("locale", list(Locale))
def test_every_language_names_its_days_and_months(locale: Locale) -> None:
    long_ago = NOW - timedelta(days=40)
    texts = [day_name(NOW - timedelta(days=days), NOW, locale) for days in (0, 1, 40)]
    assert len(set(texts)) == 3
    assert all(texts)
    for text in (full_moment(long_ago, locale), short_moment(long_ago, NOW, locale)):
        assert clock_time(long_ago) in text
        assert "M01" not in text
    english = [day_name(NOW - timedelta(days=days), NOW, Locale.EN) for days in (0, 1)]
    assert (texts[:2] == english) == (locale is Locale.EN)
