from hypothesis import given, settings
from hypothesis import strategies as st

from ecocash_copilot.present.rich_text import parse_blocks
from ecocash_copilot.state.live import LiveAnswer
from schemas.identity import Locale
from schemas.turn import BasicMode, TextDelta, ToolStarted, TurnEvent, WidgetReady
from schemas.views import BlockView
from schemas.widgets import Notice, NoticeTone


def notice(identity: str) -> WidgetReady:
    return WidgetReady(widget=Notice(id=identity, tone=NoticeTone.INFO, text="hello"))


def words(blocks: list[BlockView]) -> list[str]:
    return [span.text for block in blocks for line in block.lines for span in line.spans]


def test_finished_paragraphs_leave_the_growing_one():
    live = LiveAnswer(Locale.EN)
    live.add([TextDelta(text="One.")])
    assert (live.blocks, live.tail) == ([], "One.")
    live.add([TextDelta(text="\n"), TextDelta(text="\nTwo.\n\nThr")])
    assert (words(live.blocks), live.tail) == (["One.", "Two."], "Thr")
    live.add([TextDelta(text="ee")])
    assert (words(live.blocks), live.tail) == (["One.", "Two."], "Three")


def test_what_did_not_change_stays_the_same_object():
    live = LiveAnswer(Locale.EN)
    live.add([TextDelta(text="One.\n\n"), notice("w-1")])
    blocks, widgets = live.blocks, live.widgets
    live.add([TextDelta(text="Two"), ToolStarted(call_id="1", name="x")])
    assert live.blocks is blocks
    assert live.widgets is widgets
    live.add([notice("w-2")])
    assert live.widgets is not widgets
    assert [each.id for each in live.widgets] == ["w-1", "w-2"]


def test_basic_mode_voids_the_text_and_the_cards_unless_it_keeps_them():
    for keeps in (True, False):
        live = LiveAnswer(Locale.EN)
        live.add([TextDelta(text="One.\n\nTwo"), notice("w-1")])
        live.add([BasicMode(keeps_cards=keeps)])
        assert (live.blocks, live.tail) == ([], "")
        assert len(live.widgets) == int(keeps)
        live.add([TextDelta(text="Again."), notice("w-2")])
        assert live.tail == "Again."
        assert len(live.widgets) == 1 + int(keeps)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab*_-1. \n", max_size=12), max_size=30))
def test_what_is_shown_live_says_what_the_settled_answer_says(pieces: list[str]):
    live = LiveAnswer(Locale.EN)
    for piece in pieces:
        events: list[TurnEvent] = [TextDelta(text=piece)]
        live.add(events)
    together = "".join(words(live.blocks)) + "".join(words(parse_blocks(live.tail)))
    settled = "".join(words(parse_blocks("".join(pieces))))
    assert "".join(together.split()) == "".join(settled.split())
