import asyncio
import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest
from pymongo import AsyncMongoClient

from ecocash_copilot.store.client import Document, Tx, open_store
from ecocash_copilot.store.embedded import EmbeddedMongoDB, EmbeddedMongoDBError
from tests.support.processes import describe

ROOT = Path(__file__).parents[2]

APP = textwrap.dedent(
    """
    import asyncio, signal, sys
    from pathlib import Path
    from ecocash_copilot.store.embedded import EmbeddedMongoDB

    async def main():
        async with EmbeddedMongoDB(Path(sys.argv[1])) as server:
            print(server.uri, flush=True)
            await asyncio.Event().wait()

    # A shell that starts the tests in the background hands SIGINT down ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
    """
)


class App:
    """A program that runs the embedded server, as the product does."""

    def __init__(self, data_dir: Path):
        self.process = subprocess.Popen(
            [sys.executable, "-c", APP, str(data_dir)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.uri = self.process.stdout.readline().strip()
        self.children = psutil.Process(self.process.pid).children(recursive=True)
        assert len(self.children) == 2, "the guard and the server"

    def end(self, number: signal.Signals, *, group: bool = False) -> None:
        watched = [os.pidfd_open(each.pid) for each in self.children]
        (os.killpg if group else os.kill)(self.process.pid, number)
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        # Readable once the process has ended, also while nobody has collected its exit code.
        for descriptor in watched:
            assert select.select([descriptor], [], [], 20)[0], "a process is left"
            os.close(descriptor)


def guard_of(data_dir: Path) -> psutil.Process:
    children = psutil.Process().children()
    (guard,) = (each for each in children if str(data_dir / "mongodb") in each.cmdline())
    return guard


async def count(uri: str, add: int = 0) -> int:
    # Written as the product writes what must not be lost.
    async with AsyncMongoClient[Document](uri, w="majority", journal=True) as client:
        things = client["test"]["things"]
        for _ in range(add):
            await things.insert_one({})
        return await things.count_documents({})


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_however_the_app_ends_no_process_and_no_lock_is_left(
    tmp_path: Path, number: signal.Signals
):
    app = App(tmp_path)
    assert await count(app.uri, add=50) == 50
    app.end(number)
    async with EmbeddedMongoDB(tmp_path) as server:
        assert await count(server.uri) == 50


async def test_ctrl_c_reaches_the_whole_group_and_the_server_outlives_it(tmp_path: Path):
    app = App(tmp_path)
    assert await count(app.uri, add=1) == 1
    app.end(signal.SIGINT, group=True)
    log = (tmp_path / "logs" / "mongodb.log").read_text()
    assert "Traceback" not in log


async def test_a_second_instance_is_told_who_has_the_data(tmp_path: Path):
    async with EmbeddedMongoDB(tmp_path) as first:
        with pytest.raises(EmbeddedMongoDBError, match="Another instance") as raised:
            await EmbeddedMongoDB(tmp_path, patience=0.1).start()
        assert str(tmp_path) in str(raised.value)
        assert await count(first.uri, add=1) == 1


async def test_a_server_that_dies_comes_back_with_its_data(tmp_path: Path):
    async with EmbeddedMongoDB(tmp_path) as server:
        assert await count(server.uri, add=20) == 20
        (died,) = guard_of(tmp_path).children()
        died.kill()
        psutil.wait_procs([died], timeout=10)
        assert await count(server.uri) == 20


async def test_an_acknowledged_transaction_outlives_the_server_that_is_killed_after_it(
    tmp_path: Path,
):
    async with (
        EmbeddedMongoDB(tmp_path) as server,
        open_store(server.uri, "test", embedded=True) as store,
    ):
        await store.kept("things").insert_one({"_id": "first"})
        for number in range(2):

            async def work(tx: Tx, number: int = number) -> None:
                await store.kept("things").insert_one({"_id": f"in-{number}"}, session=tx)

            (dies,) = guard_of(tmp_path).children()
            await store.transact(work)
            dies.kill()
            psutil.wait_procs([dies], timeout=10)
            assert await store.kept("things").find_one({"_id": f"in-{number}"}) is not None


async def test_a_write_that_meets_the_death_of_the_server_is_kept(tmp_path: Path):
    async with (
        EmbeddedMongoDB(tmp_path) as server,
        open_store(server.uri, "test", embedded=True) as store,
    ):
        options = store.client.options
        assert not options.retry_writes, "its memory of writes makes it slow"
        assert (options.pool_options.max_idle_time_seconds or 300) < 300, "closed by it meanwhile"
        things = store.kept("things")
        await things.insert_one({"_id": "first"})
        for write in (
            lambda: things.insert_one({"_id": "second"}),
            lambda: things.update_one({"_id": "first"}, {"$set": {"found": True}}),
        ):
            (dies,) = guard_of(tmp_path).children()
            dies.kill()
            await write()
        assert await things.find({}).sort("_id").to_list() == [
            {"_id": "first", "found": True},
            {"_id": "second"},
        ]


async def test_a_killed_guard_takes_the_server_along(tmp_path: Path):
    async with EmbeddedMongoDB(tmp_path):
        guard = guard_of(tmp_path)
        (server,) = guard.children()
        watched = os.pidfd_open(server.pid)
        guard.kill()
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(watched, ended.set)
        await asyncio.wait_for(ended.wait(), 10)
        asyncio.get_running_loop().remove_reader(watched)
        os.close(watched)


async def test_a_data_directory_that_cannot_be_used_is_explained(tmp_path: Path):
    (tmp_path / "mongodb").write_text("in the way")
    with pytest.raises(EmbeddedMongoDBError, match="does not start"):
        await EmbeddedMongoDB(tmp_path).start()


async def test_what_memory_holds_is_gone_afterwards():
    async with EmbeddedMongoDB(None) as server:
        assert await count(server.uri, add=1) == 1
    async with EmbeddedMongoDB(None) as server:
        assert await count(server.uri) == 0


async def test_stopping_twice_or_while_starting_leaves_nothing(tmp_path: Path):
    before = set(psutil.Process().children())
    server = EmbeddedMongoDB(tmp_path)
    starting = asyncio.create_task(server.start())
    while set(psutil.Process().children()) == before:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await server.stop()
    assert set(psutil.Process().children()) == before
    storage = str(tmp_path / "mongodb")
    running = [describe(each) for each in psutil.process_iter()]
    assert not [each for each in running if storage in each]


async def test_a_server_that_keeps_nothing_holds_more_than_a_cache_on_disk_would() -> None:
    piece = bytes(10_000_000)
    async with EmbeddedMongoDB(None) as server, AsyncMongoClient[Document](server.uri) as client:
        for number in range(20):
            await client["big"]["pieces"].insert_one({"_id": number, "piece": piece})

        assert await client["big"]["pieces"].count_documents({}) == 20
