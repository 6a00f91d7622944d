import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ecocash_copilot.auth.customer_tokens import customer_tokens
from ecocash_copilot.core.settings import Settings
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
    for command in ("serve", "dev-token", "export-schemas", "seed"):
        assert command in shown.stdout


async def test_a_dev_token_is_accepted(tmp_path: Path):
    data = tmp_path / "data"
    printed = run("dev-token", "c-1002", cwd=tmp_path, DATA_DIR=str(data))
    assert printed.returncode == 0, printed.stderr
    customer = await customer_tokens(Settings(data_dir=data)).verify(printed.stdout.strip())
    assert customer.id == "c-1002"


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
    widget = Draft202012Validator(json.loads((tmp_path / "out/widget.schema.json").read_text()))
    sent = json.loads(Notice(id="n", tone=NoticeTone.INFO, text="hello").model_dump_json())
    assert widget.is_valid(sent)
    assert not widget.is_valid({**sent, "extra": 1})
    assert not widget.is_valid({**sent, "type": "unknown"})


def test_seeding_twice_keeps_the_first_and_writes_no_second(tmp_path: Path):
    first, again = (run("seed", cwd=tmp_path, DATA_DIR=str(tmp_path / "data")) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
