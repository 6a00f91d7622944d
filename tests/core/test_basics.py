import re
from datetime import UTC

import pytest

from ecocash_copilot.core import errors
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.expiring_cache import ExpiringCache
from ecocash_copilot.core.ids import new_id, new_secret
from schemas.message import Conversation


def test_now_is_what_mongodb_gives_back() -> None:
    moment = now()
    assert moment.tzinfo is UTC
    assert moment.microsecond % 1000 == 0


def test_ids_fit_their_schema_sort_by_time_and_do_not_repeat() -> None:
    ids = [new_id("cv") for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert [each[:13] for each in ids] == sorted(each[:13] for each in ids)
    pattern = re.compile(r"^cv_[0-9a-hjkmnp-tv-z]{26}$")
    assert all(pattern.match(each) for each in ids)
    assert Conversation(id=ids[0], customer_id="c-1", created_at=now(), updated_at=now())


def test_secrets_have_256_bits() -> None:
    assert re.fullmatch(r"[\w-]{43}", new_secret())
    assert new_secret() != new_secret()


def test_every_error_says_something_safe_with_a_status_of_its_own() -> None:
    kinds = errors.ProductError.__subclasses__()
    assert len({kind.status for kind in kinds}) == len({kind.code for kind in kinds}) == len(kinds)
    assert str(errors.NotFound("No such ticket.")) == "No such ticket."
    assert errors.NotFound().detail
    assert errors.RateLimited(2.5).retry_after == pytest.approx(2.5)


def test_a_cache_forgets_what_is_old_dropped_or_too_much() -> None:
    time = 0.0
    cache: ExpiringCache[str, int] = ExpiringCache(2, lambda: time)
    cache.put("a", 1, 10)
    cache.put("b", 2, 20)
    cache.put("c", 3, 20)
    cache.put("never", 4, 0)
    assert [cache.get(key) for key in ("a", "b", "c", "never")] == [None, 2, 3, None]
    cache.drop("b")
    time = 20.0
    assert [cache.get(key) for key in "bc"] == [None, None]
