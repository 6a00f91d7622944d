"""A conversation with a ticket, on its customer's page and on an agent's board, and what is so."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from ecocash_copilot.actions.tickets import move, reply
from ecocash_copilot.core.clock import now
from ecocash_copilot.state.window import FIRST
from ecocash_copilot.store.client import Store, open_store
from ecocash_copilot.store.tickets import find_whole_ticket
from ecocash_copilot.store.wallet import replace_wallet
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.ticket import TicketStatus
from tests.support.board_client import BoardClient
from tests.support.page_client import PageClient, State
from tests.support.product import Product
from tests.support.report_page import bring_to_dialog, dialog_state
from tests.support.sign_in import SESSION_COOKIE, STAFF_COOKIE, session_cookie, staff_cookie
from tests.support.tickets import OTHER_AGENT
from tests.support.tokens import TokenIssuer

DATABASE = "ecocash_copilot"
SECONDS = 20.0
"""In which a page shows what is so, after whatever it went through."""


def database_of(product: Product) -> AbstractAsyncContextManager[Store]:
    """Open the database of a product that runs, as soon as it answers."""
    return open_store(product.database_uri, DATABASE, embedded=True)


async def give_wallet(product: Product, sub: str) -> None:
    """Give a customer what the first demo customer has."""
    wallet = generate(anchor_day_at(now()))[0]
    async with database_of(product) as store:
        await replace_wallet(store, sub, wallet.balances, wallet.transactions)


@dataclass(frozen=True)
class Truth:
    """What the database has."""

    messages: list[str]
    """Ids in their order."""
    events: list[int]
    """Versions of the ticket's history, the newest first."""
    status: str

    @property
    def version(self) -> int:
        """The ticket's."""
        return self.events[0]

    @property
    def window(self) -> list[str]:
        """The messages that a page shows as it opens."""
        return self.messages[-FIRST:]


class Sides:
    """The two pages of somebody who looks on."""

    def __init__(self, chat: PageClient, board: BoardClient, ticket_id: str) -> None:
        """``ticket_id``: what is open beside the board, once it is connected."""
        self.chat, self.board, self._ticket_id = chat, board, ticket_id

    async def connect(self) -> None:
        """Open both pages, for the first time or again."""
        await self.chat.connect()
        await self.board.connect()
        await self.board.open(self._ticket_id)

    async def drop(self) -> None:
        """Lose both connections; the server is told."""
        await self.chat.drop()
        await self.board.drop()

    async def vanish(self) -> None:
        """Lose both connections; the server is not told."""
        await self.chat.vanish()
        await self.board.vanish()

    async def close(self) -> None:
        """Close both pages."""
        await self.chat.close()
        await self.board.close()

    async def expect(self, truth: Truth) -> None:
        """Wait until chat, panel and card show what is so, each thing once and in order.

        Raises:
            AssertionError: they do not; it says what they show.
        """
        board, standing = self.board, (truth.version, truth.status)
        await _see(self.chat, lambda: _window(self.chat), truth.window)
        await _see(board, lambda: _window(board), truth.window)
        await _see(board, self._cards, [standing])
        await _see(board, lambda: _standing(board.panel), standing)
        await _see(board, lambda: [each["version"] for each in board.events()], truth.events)

    def _cards(self) -> list[tuple[int, str]]:
        return [_standing(each) for each in self.board.cards() if each["id"] == self._ticket_id]


def _window(page: PageClient | BoardClient) -> list[str]:
    """Return the ids of the messages that every page shows, and see that none is there twice."""
    shown = sorted(page.messages(), key=lambda each: int(each["seq"]))
    ids = [each["id"] for each in shown]
    assert len(set(ids)) == len(ids)
    return ids[-FIRST:]


def _standing(ticket: State) -> tuple[int, str]:
    # Fields at their default are not sent.
    return ticket.get("version", 0), ticket.get("status", "new")


async def _see(page: PageClient | BoardClient, shown: Callable[[], object], wanted: object) -> None:
    try:
        await page.shown(lambda: shown() == wanted, SECONDS)
    except TimeoutError:
        assert shown() == wanted


class Case:
    """A customer and an agent who deal with one ticket, each on a page that is never away.

    All that they do goes through these pages, as people do it.
    """

    def __init__(self, product: Product, customer: str, agent: str, ticket_id: str) -> None:
        """``customer``, ``agent``: the cookies of their sessions."""
        self.product, self.ticket_id = product, ticket_id
        self._customer, self._agent = customer, agent
        self.steady = self.sides()

    def sides(self) -> Sides:
        """Return two pages more, not connected yet."""
        chat = PageClient(self.product.url, {SESSION_COOKIE: self._customer})
        board = BoardClient(self.product.url, {STAFF_COOKIE: self._agent}, "view=mine")
        return Sides(chat, board, self.ticket_id)

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies with which a browser shows the same."""
        return {SESSION_COOKIE: self._customer, STAFF_COOKIE: self._agent}

    async def truth(self) -> Truth:
        """Read what is so."""
        async with database_of(self.product) as store:
            ticket = await find_whole_ticket(store, self.ticket_id)
            assert ticket is not None
            said = store.database["messages"].find({"conversation_id": ticket.conversation_id})
            messages = [each["_id"] async for each in said.sort("seq", 1)]
            kept = store.database["ticket_events"].find({"ticket_id": self.ticket_id})
            events = [each["version"] async for each in kept.sort("version", -1)]
        assert events == list(range(ticket.version, 0, -1))
        return Truth(messages, events, ticket.status.value)

    async def act(self) -> None:
        """Let the agent answer and move the ticket, and the customer say something."""
        chat, board = self.steady.chat, self.steady.board
        await self._as_agent("reply", text="We look into it.", then="")
        to = "resolved" if board.panel["status"] == "in_progress" else "in_progress"
        await self._as_agent("move", status=to)
        # What comes of it is on the page before the question, and not taken for its answer.
        await self.steady.expect(await self.truth())
        await chat.ask("thanks")

    async def act_elsewhere(self, store: Store) -> None:
        """Let a colleague answer and move the ticket, as another replica of the product does it."""
        version = self.steady.board.panel["version"]
        ticket = await reply(store, OTHER_AGENT, self.ticket_id, version, "I have asked the shop.")
        to = TicketStatus.RESOLVED
        if ticket.status is TicketStatus.RESOLVED:
            to = TicketStatus.IN_PROGRESS
        await move(store, OTHER_AGENT, self.ticket_id, ticket.version, to)

    async def _as_agent(self, handler: str, **payload: str) -> None:
        board = self.steady.board
        version = board.panel["version"]
        await board.act(handler, self.ticket_id, version, **payload)
        await board.shown(lambda: board.panel["version"] > version)

    async def expect(self, *others: Sides) -> None:
        """Wait until the steady pages and others show what is so."""
        truth = await self.truth()
        for sides in (self.steady, *others):
            await sides.expect(truth)


@asynccontextmanager
async def case_of(product: Product, issuer: TokenIssuer, sub: str) -> AsyncGenerator[Case]:
    """Let a customer report a problem and an agent take it on; both stay on their pages."""
    await give_wallet(product, sub)
    customer = await session_cookie(product.url, issuer.token(sub))
    agent = await staff_cookie(product.url, "agent-1")
    async with PageClient(product.url, {SESSION_COOKIE: customer}) as page:
        dialog_id = await bring_to_dialog(page)
        await page.emit("confirm_accept", widget_id=dialog_id)
        await page.until(lambda _vars: dialog_state(page, dialog_id) == "executed")
        ticket_id: str = page.widget(dialog_id)["dialog"]["ticket_id"]
    board = BoardClient(product.url, {STAFF_COOKIE: agent})
    async with board:
        await board.open(ticket_id)
        await board.act("assign", ticket_id, board.panel["version"], assignee="me")
        await board.shown(lambda: board.panel.get("assignee_id") == "agent-1")
    async with AsyncExitStack() as stack:
        case = Case(product, customer, agent, ticket_id)
        stack.push_async_callback(case.steady.close)
        await case.steady.connect()
        yield case
