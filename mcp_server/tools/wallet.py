"""Tools that read the caller's wallets and transactions."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from fastmcp import FastMCP
from fastmcp.tools.base import ToolResult

from ecocash_copilot.store.client import Store
from ecocash_copilot.store.wallet import (
    find_balances,
    find_transaction,
    find_transactions,
    sort_key,
)
from mcp_server.answers import answer
from mcp_server.cursor import decode_cursor, encode_cursor
from mcp_server.errors import BadArguments, Refusal
from mcp_server.identity import CALLER
from mcp_server.tools.arguments import (
    CurrencyArgument,
    CursorArgument,
    DirectionArgument,
    FirstDay,
    HighAmount,
    KindArgument,
    LastDay,
    LowAmount,
    PageSize,
    ReferenceArgument,
    SearchText,
    StatusArgument,
)
from mcp_server.tools.registration import add_tool
from schemas.identity import Customer, CustomerId
from schemas.wallet import Balances, Transaction, TransactionFilter, TransactionPage


class WalletToolset:
    """The wallet's tools over one database; every read is the caller's own."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """``now`` gives the current moment, with its offset."""
        self._store = store
        self._now = now

    def register(self, server: FastMCP) -> None:
        """Add the tools to ``server``."""
        add_tool(
            server,
            self.get_balances,
            name="eco_get_balances",
            title="Wallet balances",
            result=Balances,
        )
        add_tool(
            server,
            self.get_transactions,
            name="eco_get_transactions",
            title="Transactions",
            result=TransactionPage,
        )
        add_tool(
            server,
            self.get_transaction,
            name="eco_get_transaction",
            title="One transaction",
            result=Transaction,
        )

    async def get_balances(self, *, caller: Customer = CALLER) -> ToolResult:
        """Get the balance of each of the customer's EcoCash wallets.

        Amounts of different currencies must never be added up. `pending` is money held by
        transactions that have not settled; it is not part of `available`.
        """
        balances = await find_balances(self._store, caller.id)
        return answer(Balances(balances=balances, as_of=self._now()))

    async def get_transactions(
        self,
        limit: PageSize = 10,
        cursor: CursorArgument = None,
        currency: CurrencyArgument = None,
        direction: DirectionArgument = None,
        status: StatusArgument = None,
        kind: KindArgument = None,
        date_from: FirstDay = None,
        date_to: LastDay = None,
        text: SearchText = None,
        min_amount: LowAmount = None,
        max_amount: HighAmount = None,
        *,
        caller: Customer = CALLER,
    ) -> ToolResult:
        """List the customer's transactions, newest first; all given conditions hold at once.

        `total` says how many match in all, `filter` how the conditions were understood. Where
        there is a `next_cursor`, call again with it and the same conditions for the next page.
        """
        conditions = TransactionFilter(
            currency=currency,
            direction=direction,
            status=status,
            kind=kind,
            date_from=date_from,
            date_to=date_to,
            text=text,
            min_amount=min_amount,
            max_amount=max_amount,
        )
        _check_order(conditions)
        return answer(await self._page(caller.id, conditions, limit, cursor))

    async def get_transaction(
        self, reference: ReferenceArgument, *, caller: Customer = CALLER
    ) -> ToolResult:
        """Get one transaction with its fee, tax (IMTT), approval code, token and reason of failure.

        Use it before saying anything about a particular transaction.
        """
        transaction = await find_transaction(self._store, caller.id, reference)
        if transaction is None:
            raise Refusal(
                f"There is no transaction {reference} in this customer's wallet. Check the "
                "reference, or find it with eco_get_transactions."
            )
        return answer(transaction)

    async def _page(
        self, customer_id: CustomerId, conditions: TransactionFilter, limit: int, cursor: str | None
    ) -> TransactionPage:
        before = decode_cursor(cursor, customer_id, conditions) if cursor else None
        found, total = await find_transactions(
            self._store, customer_id, conditions, before=before, limit=limit + 1
        )
        shown, rest = found[:limit], found[limit:]
        position = sort_key(shown[-1]) if rest else None
        return TransactionPage(
            transactions=shown,
            filter=conditions,
            total=total,
            next_cursor=position and encode_cursor(position, customer_id, conditions),
        )


def _check_order(conditions: TransactionFilter) -> None:
    first, last = conditions.date_from, conditions.date_to
    if first is not None and last is not None and first > last:
        raise BadArguments(
            f"Bad arguments. date_from: {first} is after date_to {last}; date_from must be the "
            "earlier day or the same."
        )
    low, high = conditions.min_amount, conditions.max_amount
    if low is not None and high is not None and low > high:
        raise BadArguments(
            f"Bad arguments. min_amount: {_plain(low)} is more than max_amount {_plain(high)}."
        )


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"
