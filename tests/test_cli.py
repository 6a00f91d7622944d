import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from ecocash_copilot.actions.audit import append_audit, transact_audited
from ecocash_copilot.auth.customer_tokens import customer_tokens
from ecocash_copilot.auth.mcp_tokens import mcp_tokens
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import open_store
from ecocash_copilot.web.build import source_digest
from schemas.widgets import Notice, NoticeTone

ROOT = Path(__file__).parents[1]


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecocash_copilot", *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path):
    shown = run("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in ("build", "serve", "dev-token", "export-schemas", "seed", "audit"):
        assert command in shown.stdout


def test_a_build_needs_no_settings_and_leaves_nothing_for_the_first_start(tmp_path: Path):
    built = run("build", cwd=tmp_path, PORT="no port")
    assert built.returncode == 0, built.stderr
    assert (ROOT / ".web/.built").read_text("utf-8") == source_digest(ROOT)
    assert len(list((ROOT / ".trained").glob("*.npz"))) == 1


async def test_a_dev_token_is_accepted(tmp_path: Path):
    data = tmp_path / "data"
    printed = run("dev-token", "c-1002", cwd=tmp_path, DATA_DIR=str(data))
    assert printed.returncode == 0, printed.stderr
    customer = await customer_tokens(Settings(data_dir=data)).verify(printed.stdout.strip())
    assert customer.id == "c-1002"


def test_a_token_for_mcp_is_accepted_there(tmp_path: Path):
    data = tmp_path / "data"
    printed = run("dev-token", "c-1002", "--mcp", cwd=tmp_path, DATA_DIR=str(data))
    assert printed.returncode == 0, printed.stderr
    caller = mcp_tokens(Settings(data_dir=data)).verify(printed.stdout.strip())
    assert (caller.customer.id, caller.conversation_id) == ("c-1002", None)


@pytest.mark.parametrize(
    ("sub", "environment"),
    [("c-9", {}), ("c-1001", {"CUSTOMER_JWKS": "k.json", "CUSTOMER_ISSUER": "https://id"})],
)
def test_no_dev_token_where_it_is_worth_nothing(
    tmp_path: Path, sub: str, environment: dict[str, str]
):
    refused = run("dev-token", sub, cwd=tmp_path, DATA_DIR=str(tmp_path), **environment)
    assert refused.returncode == 1
    assert refused.stderr.strip()
    assert not refused.stdout


def test_half_configured_production_does_not_start(tmp_path: Path):
    refused = run("serve", cwd=tmp_path, APP_ENV="prod")
    assert refused.returncode == 2
    assert "MONGODB_URI" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_exported_schemas_are_valid_and_describe_what_is_sent(tmp_path: Path):
    exported = run("export-schemas", "out", cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr
    files = sorted((tmp_path / "out").iterdir())
    assert [str(Path("out", each.name)) for each in files] == sorted(exported.stdout.split())
    for file in files:
        Draft202012Validator.check_schema(json.loads(file.read_text()))
    schema = json.loads((tmp_path / "out/widget.schema.json").read_text())
    widget = cast("Any", Draft202012Validator(schema))
    sent = json.loads(Notice(id="n", tone=NoticeTone.INFO, text="hello").model_dump_json())
    assert widget.is_valid(sent)
    assert not widget.is_valid({**sent, "extra": 1})
    assert not widget.is_valid({**sent, "type": "unknown"})


def test_seeding_twice_keeps_the_first_and_writes_no_second(tmp_path: Path):
    first, again = (run("seed", cwd=tmp_path, DATA_DIR=str(tmp_path / "data")) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout


@pytest.fixture
def database(mongodb_uri: str) -> dict[str, str]:
    """An empty database, as settings of a command."""
    return {"MONGODB_URI": mongodb_uri, "MONGODB_DB": new_id("test")}


async def add_to_audit(database: dict[str, str], *kinds: str) -> None:
    async with open_store(database["MONGODB_URI"], database["MONGODB_DB"], embedded=True) as store:
        for kind in kinds:
            await transact_audited(
                store, lambda tx, kind=kind: append_audit(store, tx, kind, "system", "cs_1", {})
            )


async def test_an_intact_audit_record_is_told(tmp_path: Path, database: dict[str, str]):
    def verify(*more: str) -> subprocess.CompletedProcess[str]:
        return run("audit", "verify", *more, cwd=tmp_path, DATA_DIR=str(tmp_path), **database)

    assert "0 entries" in verify().stdout
    await add_to_audit(database, "consent.asked", "consent.confirmed", "consent.executed")
    checked = await asyncio.to_thread(verify)
    assert checked.returncode == 0, checked.stderr
    assert "intact: 3 entries" in checked.stdout
    end = checked.stdout.split()[-1]
    assert end.startswith("3:")
    assert (await asyncio.to_thread(verify, "--known", end)).returncode == 0
    assert (await asyncio.to_thread(verify, "--known", f"3:{'a' * 64}")).returncode == 1
    assert (await asyncio.to_thread(verify, "--known", "3")).returncode == 2


async def test_a_tampered_audit_record_is_told_entry_by_entry(
    tmp_path: Path, database: dict[str, str]
):
    await add_to_audit(database, *["consent.asked"] * 6)
    async with open_store(database["MONGODB_URI"], database["MONGODB_DB"], embedded=True) as store:
        await store.kept("audit").update_one({"_id": 2}, {"$set": {"actor": "customer:c-9"}})
        await store.kept("audit").delete_one({"_id": 6})
    checked = await asyncio.to_thread(
        run, "audit", "verify", cwd=tmp_path, DATA_DIR=str(tmp_path), **database
    )
    assert checked.returncode == 1
    assert checked.stdout.splitlines() == [
        "Entry 2: changed: its content does not have its hash.",
        "Entry 6: missing.",
    ]
    assert "2 faults" in checked.stderr
    assert "Traceback" not in checked.stderr
