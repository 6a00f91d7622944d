"""The window of newest messages, under any order of events."""

# pyright: reportPrivateUsage=false

from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from ecocash_copilot.state.chat import ChatState
from ecocash_copilot.state.window import FIRST, SLOTS
from schemas.views import MessageView


def view(seq: int, text: str = "", day: str = "") -> MessageView:
    return MessageView(id=f"ms_{seq}", seq=seq, copy_text=text, day=day)


def new_window() -> ChatState:
    return cast("Any", ChatState)(init_substates=False, _reflex_internal_init=True)


def shown(window: ChatState) -> list[int]:
    return [each.seq for each in [*window.earlier, *window._slots()]]


def dirty(window: ChatState) -> set[str]:
    (delta,) = window.get_delta().values()
    window._clean()
    return {name.removesuffix("_rx_state_") for name in delta}


def test_an_empty_window_has_nothing():
    window = new_window()
    assert shown(window) == []
    assert window._oldest_seq() is None
    window._prepend([])
    window._clear_messages()
    assert shown(window) == []


def test_a_message_dirties_its_slot_alone():
    window = new_window()
    for seq in range(1, SLOTS + 1):
        window._put(view(seq))
        assert dirty(window) == {f"slot_{seq % SLOTS:02}"}
    window._put(view(SLOTS + 1))
    assert dirty(window) == {"slot_01", "has_earlier", "earlier"}
    assert shown(window) == list(range(2, SLOTS + 2))


def test_a_message_drawn_again_keeps_its_place():
    window = new_window()
    for seq in (1, 2, 3):
        window._put(view(seq))
    window._put(view(2, "again"))
    assert shown(window) == [1, 2, 3]
    assert window._slots()[1].copy_text == "again"


def test_what_is_older_than_the_window_stays_out():
    window = new_window()
    for seq in range(40, 60):
        window._put(view(seq))
    window._put(view(3))
    window._put(view(39 - SLOTS + 1))
    assert shown(window) == list(range(40, 60))


def test_an_eviction_takes_what_was_loaded_above_along():
    window = new_window()
    for seq in range(21, 21 + SLOTS):
        window._put(view(seq))
    window._prepend([view(seq) for seq in range(1, 21)])
    assert window._oldest_seq() == 1
    assert not window.has_earlier
    window._put(view(21 + SLOTS))
    assert shown(window) == list(range(22, 22 + SLOTS))
    assert window.has_earlier


def test_a_day_is_headed_once():
    window = new_window()
    for seq in (5, 6):
        window._put(view(seq, day="Today" if seq == 5 else ""))
    window._prepend([view(3, day="Yesterday"), view(4, day="Today")])
    assert [each.day for each in window.earlier] == ["Yesterday", "Today"]
    assert [each.day for each in window._slots()] == ["", ""]
    window._prepend([view(1, day="Yesterday"), view(2)])
    assert [each.day for each in window.earlier] == ["Yesterday", "", "", "Today"]
    window = new_window()
    window._put(view(2, day="Today"))
    window._prepend([view(1, day="Yesterday")])
    assert window._slots()[0].day == "Today"


@settings(max_examples=40, deadline=None)
@given(
    last=st.integers(0, 200),
    steps=st.lists(st.sampled_from(["say", "earlier", "redraw", "late", "clear"]), max_size=80),
)
def test_the_page_is_always_in_order_without_gap_or_double(last: int, steps: list[str]):
    window = new_window()

    def open_page() -> None:
        window._clear_messages()
        first = max(1, last - FIRST + 1)
        for seq in range(first, last + 1):
            window._put(view(seq))
        window.has_earlier = first > 1

    open_page()
    for step in steps:
        oldest = window._oldest_seq()
        if step == "say":
            last += 1
            window._put(view(last))
        elif step == "earlier" and oldest is not None:
            window._prepend([view(seq) for seq in range(max(1, oldest - FIRST), oldest)])
            window.has_earlier = oldest - FIRST > 1
        elif step == "redraw" and window._slots():
            window._put(view(window._slots()[0].seq, "again"))
        elif step == "late" and window._slots():
            window._put(view(max(1, window._slots()[0].seq - 7)))
        elif step == "clear":
            open_page()
        seqs = shown(window)
        assert seqs == list(range(last - len(seqs) + 1, last + 1))
        assert len(window._slots()) <= SLOTS
        assert window.has_earlier == bool(seqs and seqs[0] > 1)
