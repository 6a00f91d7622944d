"""Windows of columns: what is held, where, and what a change of it sends."""

from itertools import count

import pytest

from ecocash_copilot.state.deck import PAGE, SLOTS, WINDOW, Deck
from schemas.board_views import CardView
from schemas.ticket import TicketStatus

NEW, WORK = TicketStatus.NEW, TicketStatus.IN_PROGRESS


def card(number: int, status: TicketStatus = NEW, version: int = 1) -> CardView:
    return CardView(id=f"TCK-{number:06}", rank=number * 10, status=status.value, version=version)


def ids(deck: Deck, status: TicketStatus = NEW) -> list[int]:
    return [each.rank // 10 for each in deck.cards(status)]


@pytest.fixture
def deck() -> Deck:
    deck = Deck()
    deck.fill(NEW, [card(number) for number in range(10, 10 + PAGE)], more=True)
    deck.take_changes()
    return deck


def test_what_was_read_is_held_in_its_order(deck: Deck):
    assert ids(deck) == list(range(10, 10 + PAGE))
    assert deck.lanes().new.more
    assert deck.lanes().new.count == f"{PAGE}+"


def test_a_changed_card_sends_itself_alone(deck: Deck):
    deck.put(card(12, version=2))
    assert [each.version for each in deck.take_changes().values() if each] == [2]
    assert deck.take_changes() == {}


def test_a_card_that_is_as_it_was_sends_nothing(deck: Deck):
    deck.put(card(12))
    assert deck.take_changes() == {}


def test_a_card_that_moves_keeps_its_slot(deck: Deck):
    deck.put(card(12, WORK, version=2))
    assert len(deck.take_changes()) == 1
    assert 12 not in ids(deck)
    assert ids(deck, WORK) == [12]


def test_a_new_card_enters_where_it_belongs(deck: Deck):
    deck.put(card(5))
    assert ids(deck)[:2] == [5, 10]


def test_a_card_below_the_window_stays_out_and_leaves_it(deck: Deck):
    deck.put(card(99))
    assert 99 not in ids(deck)
    deck.put(card(11).model_copy(update={"rank": 990, "version": 2}))
    assert "TCK-000011" not in {each.id for each in deck.cards(NEW)}


def test_a_card_above_a_window_that_moved_on_stays_out(deck: Deck):
    deck.columns[NEW].starts.append("cursor")
    deck.put(card(5))
    assert 5 not in ids(deck)
    assert deck.lanes().new.newer


def test_a_column_that_ended_takes_cards_at_its_end_up_to_its_window(deck: Deck):
    deck.fill(NEW, [card(number) for number in range(WINDOW)], more=False)
    deck.put(card(500))
    assert len(ids(deck)) == WINDOW
    assert 500 not in ids(deck)
    assert deck.lanes().new.more


def test_a_column_is_read_again_once_more_than_half_of_it_has_left(deck: Deck):
    for number in range(10, 10 + PAGE // 2):
        deck.drop(f"TCK-{number:06}")
    assert deck.thin() == []
    deck.drop("TCK-000029")
    assert deck.thin() == [NEW]
    assert deck.window_of(NEW) == (None, PAGE)
    deck.columns[NEW].more = False
    assert deck.thin() == []


def test_a_column_whose_reading_gave_nothing_is_not_read_again(deck: Deck):
    deck.fill(NEW, [], more=True)
    assert deck.thin() == []


def test_a_window_at_the_end_that_all_left_is_read_from_the_page_before(deck: Deck):
    deck.columns[NEW].starts += ["one", "two"]
    deck.fill(NEW, [card(50)], more=False)
    assert deck.thin() == []
    deck.drop("TCK-000050")
    assert deck.thin() == [NEW]
    assert deck.window_of(NEW) == ("one", PAGE)


def test_reading_again_keeps_what_is_newer(deck: Deck):
    deck.put(card(12, version=7))
    deck.fill(NEW, [card(12, version=6), card(13)], more=False)
    held = deck.card("TCK-000012")
    assert held is not None
    assert held.version == 7
    assert ids(deck) == [12, 13]


def test_slots_suffice_for_every_window_full():
    deck = Deck()
    numbers = count()
    for status in TicketStatus:
        deck.fill(status, [card(next(numbers), status) for _ in range(WINDOW)], more=False)
    for _ in range(3):
        for status in TicketStatus:
            deck.put(card(next(numbers), status))
    first = deck.cards(NEW)[0]
    deck.put(first.model_copy(update={"status": WORK.value, "version": 2}))
    assert all(0 <= slot < SLOTS for slot in deck.take_changes())
    assert all(len(deck.cards(status)) <= WINDOW for status in TicketStatus)
