"""Webhooks over real HTTP, to a receiver that fails in every way before it takes them."""

import hashlib
import hmac
import json
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from pydantic import SecretStr

from ecocash_copilot.core.settings import Settings
from ecocash_copilot.exported import exported_schemas
from ecocash_copilot.gateways.webhook import (
    ConsoleWebhook,
    HttpWebhook,
    NotDelivered,
    NoWebhook,
    notice_gateway,
)
from tests.support.product import free_port
from tests.support.tickets import notice
from tests.support.webhook_receiver import receiving

SECRET = SecretStr("Kf3-9xQz7Lm2Vb8Nc4Rt6Yw1Hj5Gd0Ps")


async def test_a_notice_is_posted_once_and_signed() -> None:
    sent = notice()
    async with receiving() as receiver:
        gateway = HttpWebhook(receiver.url, SECRET, clock=lambda: 1_700_000_000.9)
        await gateway.deliver(sent)
        await gateway.aclose()
    (got,) = receiver.received
    assert got.headers["ecocash-event-id"] == sent.id
    assert got.headers["ecocash-timestamp"] == "1700000000"
    assert got.headers["content-type"] == "application/json"
    expected = hmac.new(
        SECRET.get_secret_value().encode(), b"1700000000." + got.body, hashlib.sha256
    ).hexdigest()
    assert got.headers["ecocash-signature"] == f"v1={expected}"
    body = json.loads(got.body)
    assert body == {
        "id": sent.id,
        "type": "ticket.moved",
        "customer_id": "c-1",
        "at": sent.model_dump(mode="json")["at"],
        "data": sent.data.model_dump(mode="json"),
    }
    schema = cast("Any", Draft202012Validator(exported_schemas()["push-event"]))
    assert schema.is_valid(body)
    assert not schema.is_valid({**body, "data": {}})


async def test_each_attempt_has_the_same_body_and_a_signature_of_its_own_moment() -> None:
    sent, moments = notice(), iter((1_700_000_000.0, 1_700_000_060.0))
    async with receiving(500, 200) as receiver:
        gateway = HttpWebhook(receiver.url, SECRET, clock=lambda: next(moments))
        with pytest.raises(NotDelivered, match="answered 500"):
            await gateway.deliver(sent)
        await gateway.deliver(sent)
        await gateway.aclose()
    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["ecocash-event-id"] == second.headers["ecocash-event-id"]
    assert first.headers["ecocash-signature"] != second.headers["ecocash-signature"]


@pytest.mark.parametrize("status", [300, 400, 401, 404, 410, 500, 503])
async def test_anything_but_success_is_a_failure(status: int) -> None:
    async with receiving(status) as receiver:
        gateway = HttpWebhook(receiver.url, SECRET)
        with pytest.raises(NotDelivered, match=f"answered {status}"):
            await gateway.deliver(notice())
        await gateway.aclose()


async def test_a_redirect_is_not_followed() -> None:
    async with receiving("redirect") as receiver:
        gateway = HttpWebhook(receiver.url, SECRET)
        with pytest.raises(NotDelivered, match="answered 307"):
            await gateway.deliver(notice())
        await gateway.aclose()
    assert len(receiver.received) == 1


async def test_a_receiver_that_hangs_is_left_after_a_while() -> None:
    async with receiving("hang") as receiver:
        gateway = HttpWebhook(receiver.url, SECRET, seconds=0.2)
        with pytest.raises(NotDelivered, match="no answer"):
            await gateway.deliver(notice())
        await gateway.aclose()


async def test_nobody_there_is_a_failure_without_the_address() -> None:
    gateway = HttpWebhook(f"http://127.0.0.1:{free_port()}/hook?key=hidden", SECRET)
    with pytest.raises(NotDelivered) as caught:
        await gateway.deliver(notice())
    assert "hidden" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
    await gateway.aclose()


async def test_a_receiver_may_ask_for_time() -> None:
    async with receiving("wait") as receiver:
        gateway = HttpWebhook(receiver.url, SECRET)
        with pytest.raises(NotDelivered) as caught:
            await gateway.deliver(notice())
        await gateway.aclose()
    assert caught.value.retry_after == 1.0


async def test_the_console_keeps_the_latest_of_each_customer() -> None:
    console = ConsoleWebhook()
    number, _ = console.latest("c-1", 0)
    for customer in ("c-1", "c-2", "c-1"):
        await console.deliver(notice(customer, title=customer))
    number, found = console.latest("c-1", number)
    assert [each.customer_id for each in found] == ["c-1", "c-1"]
    assert console.latest("c-1", number) == (number, [])
    # A page that was opened before a restart numbers differently.
    assert len(console.latest("c-1", 1000)[1]) == 2


async def test_the_console_shows_only_what_was_delivered() -> None:
    async with receiving(500, 200) as receiver:
        console = ConsoleWebhook(HttpWebhook(receiver.url, SECRET))
        with pytest.raises(NotDelivered):
            await console.deliver(notice())
        assert console.latest("c-1", 0) == (0, [])
        await console.deliver(notice())
        assert len(console.latest("c-1", 0)[1]) == 1
        await console.aclose()


def settings(**fields: object) -> Settings:
    return Settings.model_validate(fields)


async def test_the_settings_choose_the_way() -> None:
    assert isinstance(notice_gateway(settings()), ConsoleWebhook)
    quiet = settings(app_env="prod")
    assert isinstance(notice_gateway(quiet), NoWebhook)
    loud = settings(app_env="prod", webhook_url="https://a.example/x", webhook_secret=SECRET)
    gateway = notice_gateway(loud)
    assert isinstance(gateway, HttpWebhook)
    await gateway.aclose()
    await NoWebhook().deliver(notice())
