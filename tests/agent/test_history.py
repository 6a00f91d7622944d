import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecocash_copilot.agent.history import (
    MAX_MESSAGES,
    MAX_RESULT_CHARS,
    MAX_TOOL_MESSAGES,
    model_history,
)
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from schemas.message import Message, Role, ToolUse


def use(call_id: str = "c1", result: str = "{}", **fields: Any) -> ToolUse:
    given_fields: dict[str, Any] = {
        "name": "eco_get_balances",
        "arguments": {},
        "ok": True,
        **fields,
    }
    return ToolUse(call_id=call_id, result=result, **given_fields)


def message(role: Role = Role.CUSTOMER, text: str = "hi", *uses: ToolUse) -> Message:
    return Message(
        id=new_id("ms"),
        conversation_id="cv_" + "0" * 26,
        customer_id="c-1",
        seq=1,
        role=role,
        text=text,
        tools=list(uses),
        created_at=now(),
    )


def test_nothing_said_is_nothing():
    assert model_history([]) == []


def test_a_turn_with_a_tool_is_told_as_it_happened():
    answer = message(
        Role.ASSISTANT, "You have US$5.", use(arguments={"limit": 5, "text": None, "all": True})
    )
    question, call, result, said = model_history([message(text="balance?"), answer])
    assert (question.role, question.content) == ("user", "balance?")
    assert call.role == "assistant"
    assert call.tool_calls is not None
    (made,) = call.tool_calls
    assert (made["id"], made["function"]["name"]) == ("c1", "eco_get_balances")
    assert json.loads(made["function"]["arguments"]) == {"limit": 5, "text": None, "all": True}
    assert (result.role, result.tool_call_id, result.content, result.tool_call_error) == (
        "tool",
        "c1",
        "{}",
        False,
    )
    assert (said.role, said.content) == ("assistant", "You have US$5.")


def test_a_failed_call_is_told_as_failed():
    history = model_history([message(Role.ASSISTANT, "Sorry.", use(result="Error: no", ok=False))])
    assert history[1].tool_call_error is True


def test_an_answer_of_cards_alone_has_no_empty_text():
    assert [m.role for m in model_history([message(Role.ASSISTANT, "", use())])] == [
        "assistant",
        "tool",
    ]
    assert model_history([message(Role.ASSISTANT, "")]) == []


def test_a_result_that_is_too_long_goes_with_its_call():
    long = use("c2", "x" * (MAX_RESULT_CHARS + 1))
    kept = model_history([message(Role.ASSISTANT, "Here.", use(), long)])
    assert [call["id"] for call in kept[0].tool_calls or []] == ["c1"]
    assert [m.tool_call_id for m in kept if m.role == "tool"] == ["c1"]
    assert [m.role for m in model_history([message(Role.ASSISTANT, "Here.", long)])] == [
        "assistant"
    ]


def test_people_of_support_speak_on_our_side():
    said = model_history([message(Role.AGENT, "I am Chipo."), message(Role.SYSTEM, "Joined.")])
    assert [m.role for m in said] == ["assistant", "assistant"]
    assert said[0].content == "(Support, a person from EcoCash, said:) I am Chipo."
    assert said[1].content == "Joined."


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Role)), st.integers(0, 3), st.sampled_from([1, 10_000])),
        max_size=60,
    )
)
def test_a_history_is_bounded_and_every_call_has_its_result(
    shapes: list[tuple[Role, int, int]],
):
    settled = [
        message(role, f"m{n}", *(use(f"c{n}-{i}", "x" * size) for i in range(count)))
        for n, (role, count, size) in enumerate(shapes)
    ]
    history = model_history(settled)
    calls = [call["id"] for m in history for call in m.tool_calls or []]
    results = [m.tool_call_id for m in history if m.role == "tool"]
    assert calls == results
    assert len({call.split("-")[0] for call in calls}) <= MAX_TOOL_MESSAGES
    assert sum(len(str(m.content or "")) for m in history) <= (
        MAX_MESSAGES * 50 + MAX_TOOL_MESSAGES * 3 * MAX_RESULT_CHARS
    )
    texts = [m.content for m in history if m.role != "tool" and m.content]
    assert [str(text).split()[-1] for text in texts] == [m.text for m in settled[-MAX_MESSAGES:]]
