"""Chats and boards through lost connections, a restarted server and a restarted database.

What happens meanwhile is done by people on other pages. Afterwards each message, each line of the
ticket's history and the ticket's card are on the page once, in order, as the database has them. The
product runs as it does by default, with its own database, whose positions it never trusts; the last
test has a database beside the product, where the feed goes on from its position.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from ecocash_copilot.store.embedded import EmbeddedMongoDB
from tests.support.both_sides import Case, Sides, case_of, database_of
from tests.support.product import Product
from tests.support.tokens import TokenIssuer


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
def issuer(directory: Path) -> TokenIssuer:
    return TokenIssuer(directory)


@pytest.fixture(scope="module")
def product(directory: Path, issuer: TokenIssuer) -> Iterator[Product]:
    with Product(directory / "product", issuer.settings) as product:
        yield product


@pytest.fixture
async def case(
    product: Product, issuer: TokenIssuer, request: pytest.FixtureRequest
) -> AsyncIterator[Case]:
    async with case_of(product, issuer, request.node.name) as case:
        yield case


@pytest.fixture
async def away(case: Case) -> AsyncIterator[Sides]:
    """The pages that lose their connection."""
    sides = case.sides()
    await sides.connect()
    yield sides
    await sides.close()


async def test_a_lost_connection_loses_and_doubles_nothing(case: Case, away: Sides) -> None:
    for seconds in (0.0, 0.2, 1.0):
        for lose in (away.drop, away.vanish):
            await lose()
            acting = asyncio.create_task(case.act())
            await asyncio.sleep(seconds)  # The time without a connection is what is tested.
            await away.connect()
            await acting
            await case.expect(away)
            await case.act()
            await case.expect(away)


async def test_a_restarted_server_loses_and_doubles_nothing(case: Case, away: Sides) -> None:
    await case.act()
    with case.product.down():
        for sides in (case.steady, away):
            await sides.drop()
    for sides in (case.steady, away):
        await sides.connect()
    await case.expect(away)
    await case.act()
    await case.expect(away)


async def test_a_restarted_database_loses_and_doubles_nothing(case: Case, away: Sides) -> None:
    database = database_of(case.product)
    await case.act()
    with case.product.frozen():
        # What is written before the product reads changes again, it can't have been told of.
        case.product.kill_database()
        async with database as store:
            await case.act_elsewhere(store)
    await case.expect(away)
    await case.act()
    case.product.kill_database()
    case.product.wait_until_ready()
    await case.act()
    await case.expect(away)


def _stop_server(storage: Path) -> None:
    """Tell the database's own process to stop; its guard starts it again on the same port."""
    (server,) = (
        each
        for each in psutil.Process().children(recursive=True)
        if "secantus" in each.cmdline() and str(storage) in each.cmdline()
    )
    for _ in range(10):
        # Its main thread sometimes sleeps through a signal.
        server.terminate()
        if not psutil.wait_procs([server], timeout=3)[1]:
            return
    raise AssertionError("the database does not stop")


async def test_a_restarted_database_beside_the_product_loses_and_doubles_nothing(
    directory: Path, issuer: TokenIssuer
) -> None:
    """The embedded server stands for a replica set, on whose positions the product relies.

    It is told to stop, not killed: after that its positions hold, as a replica set's always do, and
    after a crash they do not (docs/decisions/0019-one-change-stream.md).
    """
    async with EmbeddedMongoDB(directory / "beside") as server:
        settings = {"MONGODB_URI": server.uri, **issuer.settings}
        with Product(directory / "external", settings) as product:
            async with case_of(product, issuer, "live-beside") as case:
                await case.act()
                with product.frozen():
                    _stop_server(directory / "beside" / "mongodb")
                    async with database_of(product) as store:
                        await case.act_elsewhere(store)
                await case.expect()
                await case.act()
                await case.expect()
                assert '"resumed": true' in product.log
