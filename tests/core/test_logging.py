import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from ecocash_copilot.core.ids import new_secret
from ecocash_copilot.core.logging import configure_logging, get_logger, log_context
from ecocash_copilot.core.redaction import redact, redact_text, short_hash
from schemas.money import Money

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjLTEwMDEifQ.c2lnbmF0dXJl-_"


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, configured = (list(root.handlers), root.level), structlog.get_config()
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    configure_logging("INFO")
    yield stream
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)
    structlog.configure(**configured)


def lines(output: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_our_lines_are_json_with_their_ids(output: io.StringIO) -> None:
    with log_context(request_id="rq_1", session_ref="abc", run_id="rn_1"):
        get_logger("ecocash_copilot.test").info("turn_started", widgets=2)
    get_logger("ecocash_copilot.test").debug("too_quiet")
    (line,) = lines(output)
    assert line["event"] == "turn_started"
    assert line["widgets"] == 2
    assert line["level"] == "info"
    assert line["logger"] == "ecocash_copilot.test"
    assert (line["request_id"], line["session_ref"], line["run_id"]) == ("rq_1", "abc", "rn_1")


def test_libraries_write_the_same_way_and_are_redacted(output: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info('"%s" %d', "GET /chat?code=abc HTTP/1.1", 200)
    logging.getLogger("httpx").info("HTTP Request: GET https://id/?k=v")
    (line,) = lines(output)
    assert line["event"] == '"GET /chat?[hidden] HTTP/1.1" 200'


def test_a_validation_error_does_not_repeat_what_came_in(output: io.StringIO) -> None:
    said = "-".join(["all", "my", "savings"])
    try:
        Money.model_validate({"amount": said, "currency": "USD"})
    except ValueError:
        get_logger("test").exception("failed")
    assert said not in output.getvalue()
    (line,) = lines(output)
    assert "input_type" in str(line["exception"])


def test_exceptions_are_one_line_and_redacted(output: io.StringIO) -> None:
    try:
        raise ValueError(f"bad token {JWT} of 0771234567")
    except ValueError:
        get_logger("test").exception("failed")
    (line,) = lines(output)
    assert "ValueError" in str(line["exception"])
    assert JWT not in output.getvalue()
    assert "0771234567" not in output.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        JWT,
        "Bearer OJEBc-ho97g6ik_CLst2zMK77IVlncnjjlPd_ECd_RA",
        "session Ia4CW_9xnPU0NQD4t5cdyCPiDXFj5PH5AyGjMEqjicU opened",
        "mongodb://admin:hunter2@db/x",
        "/chat#code=Zx81",
        "my PIN is 4321",
        "pin: 4321",
        "OTP ndeye 123456",
        "0771234567",
        "+263 77 123 4567",
        "263771234567",
        "771234567",
        "077-123-4567",
        "https://x.zw/a?token=Zx81&b=1",
    ],
)
def test_no_secret_is_left_in_a_text(secret: str) -> None:
    shown = redact_text(f"before {secret} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    for part in ("eyJ", "hunter2", "Zx81", "4321", "123456", "1234567", "123 4567"):
        assert part not in shown
    words = [word for word in secret.split() if len(word) == 43]
    assert not any(word in shown for word in words)


@pytest.mark.parametrize(
    "harmless",
    [
        "cv_01m82c9xyze43je8zzaxhcwzd2",
        "MP210304.1412.L06729",
        "US$1,250.00 sent, is that all?",
        "2026-11-22T19:19:45.662543Z",
        "took 0.771234567 s",
        "account 4000123456789",
    ],
)
def test_what_logs_are_for_stays(harmless: str) -> None:
    assert redact_text(harmless) == harmless


def test_fields_named_like_secrets_are_hidden_at_any_depth() -> None:
    shown = redact(
        {
            "headers": {"Authorization": "x", "Cookie": "y", "accept": "z"},
            "items": [{"access_token": "x", "pin": 1234, "n": 1}],
            "raw": b"x",
            "status_code": 200,
            "token": "",
        }
    )
    assert shown == {
        "headers": {"Authorization": "[hidden]", "Cookie": "[hidden]", "accept": "z"},
        "items": [{"access_token": "[hidden]", "pin": "[hidden]", "n": 1}],
        "raw": "[hidden]",
        "status_code": 200,
        "token": "",
    }


def test_a_short_hash_tells_apart_and_leads_nowhere() -> None:
    one, other = new_secret(), new_secret()
    assert short_hash(one) == short_hash(one) != short_hash(other)
    assert len(short_hash(one)) == 12
