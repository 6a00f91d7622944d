"""Operator's commands: ``python -m ecocash_copilot --help``.

What a command needs is imported when it runs, so that each starts fast.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ecocash_copilot.core.errors import ProductError
from ecocash_copilot.core.settings import Settings, SettingsError, load_settings
from ecocash_copilot.store.embedded import EmbeddedMongoDBError
from ecocash_copilot.web.build import FrontendBuildError

if TYPE_CHECKING:
    from ecocash_copilot.actions.audit import Verdict

Command = Callable[[argparse.Namespace, Settings], None]


class CommandError(Exception):
    """A command cannot do what was asked; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: without the program's name; None takes this process's.

    Returns:
        The exit code: 0, 1 when the command failed, 2 when it was not understood or settings are
        missing or weak.
    """
    chosen = _parser().parse_args(arguments)
    command: Command | None = chosen.command
    try:
        if command is None:
            _build()
        else:
            command(chosen, load_settings())
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (CommandError, EmbeddedMongoDBError, FrontendBuildError, ProductError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ecocash_copilot",
        description="EcoCash Copilot: run it, and look after it.",
        epilog="Settings come from the environment and .env; .env.example lists them.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, summary: str, command: Command) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(command=command)
        return added

    # Without settings, so that an image is built where no secret is.
    summary = "Make what the first start would: the page, and the offline model's training."
    commands.add_parser("build", help=summary, description=summary).set_defaults(command=None)
    add("serve", "Run the product until it is told to stop.", _serve)
    token = add("dev-token", "Print a token of a demo customer (dev only).", _dev_token)
    token.add_argument("sub", metavar="SUB", help="c-1001, c-1002 or c-1003")
    token.add_argument(
        "--seconds", type=int, default=600, help="how long it is good for (default: %(default)s)"
    )
    token.add_argument(
        "--mcp", action="store_true", help="one for /mcp instead, which is good for two minutes"
    )
    export = add("export-schemas", "Write JSON Schema for the app's developers.", _export_schemas)
    export.add_argument("directory", metavar="DIR", type=Path, help="created if it is not there")
    seeding = add("seed", "Write the demo wallets to the database (dev only).", _seed)
    seeding.add_argument("--reset", action="store_true", help="write them anew, as of today")
    audit = add("audit", "Check the record of decisions.", _verify_audit)
    audit.add_argument("what", choices=["verify"], help="check every entry against the one before")
    audit.add_argument(
        "--known",
        metavar="N:HASH",
        type=_audit_head,
        help="where the record ended once, as an earlier check printed it",
    )
    return parser


def _build() -> None:
    from ecocash_copilot.agent.offline.classifier import load_classifier
    from ecocash_copilot.web.build import ensure_frontend

    ensure_frontend()
    load_classifier()


def _serve(_: argparse.Namespace, settings: Settings) -> None:
    from ecocash_copilot.serve import serve

    serve(settings)


def _dev_token(arguments: argparse.Namespace, settings: Settings) -> None:
    from ecocash_copilot.auth.dev_tokens import DevTokens, demo_customer
    from ecocash_copilot.auth.mcp_tokens import mcp_tokens

    if not settings.trusts_dev_tokens:
        raise CommandError(
            "Demo tokens are for dev mode without CUSTOMER_JWKS; nothing here would trust them."
        )
    if arguments.mcp:
        token = mcp_tokens(settings).mint(demo_customer(arguments.sub))
    else:
        dev = DevTokens(settings.data_dir, settings.customer_audience)
        token = dev.mint(arguments.sub, arguments.seconds)
    sys.stdout.write(f"{token}\n")


def _export_schemas(arguments: argparse.Namespace, _: Settings) -> None:
    from ecocash_copilot.exported import exported_schemas

    directory: Path = arguments.directory
    directory.mkdir(parents=True, exist_ok=True)
    for name, schema in exported_schemas().items():
        path = directory / f"{name}.schema.json"
        text = json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True)
        path.write_text(f"{text}\n", encoding="utf-8")
        sys.stdout.write(f"{path}\n")


def _seed(arguments: argparse.Namespace, settings: Settings) -> None:
    if not settings.is_dev:
        raise CommandError("Demo wallets are for dev mode.")
    day = asyncio.run(_write_demo(settings, reset=arguments.reset))
    sys.stdout.write(f"The demo wallets are there, as of {day}.\n")


def _audit_head(text: str) -> tuple[int, str]:
    count, _, digest = text.partition(":")
    if not count.isdecimal() or re.fullmatch("[0-9a-f]{64}", digest) is None:
        raise argparse.ArgumentTypeError("not a number, a colon and 64 hex digits")
    return int(count), digest


def _verify_audit(arguments: argparse.Namespace, settings: Settings) -> None:
    verdict = asyncio.run(_check_audit(settings, arguments.known))
    for fault in verdict.faults:
        sys.stdout.write(f"Entry {fault.seq}: {fault.problem}.\n")
    if not verdict.intact:
        raise CommandError(
            f"The audit record is not as it was written: {verdict.fault_count} faults, "
            f"{verdict.checked} entries read."
        )
    sys.stdout.write(f"The audit record is intact: {verdict.checked} entries.\n")
    sys.stdout.write(f"It ends with {verdict.head.count}:{verdict.head.hash}\n")


async def _check_audit(settings: Settings, known: tuple[int, str] | None) -> "Verdict":
    from ecocash_copilot.actions.audit import verify_audit
    from ecocash_copilot.store.audit import AuditHead
    from ecocash_copilot.store.client import connect

    async with connect(settings) as store:
        return await verify_audit(store, AuditHead(*known) if known else None)


async def _write_demo(settings: Settings, *, reset: bool) -> str:
    from ecocash_copilot.core.clock import now
    from ecocash_copilot.store.client import connect
    from ecocash_copilot.store.indexes import create_indexes
    from mcp_server.demo.generate import anchor_day_at
    from mcp_server.demo.seed import seed

    async with connect(settings) as store:
        await create_indexes(store)
        return (await seed(store, anchor_day_at(now()), reset=reset)).isoformat()
