"""The system message of a run: the instructions and who is asking, when, in which language."""

from datetime import datetime
from importlib.resources import files

from ecocash_copilot.core.clock import HARARE
from schemas.identity import Customer

_INSTRUCTIONS = (
    files("ecocash_copilot.agent").joinpath("instructions.md").read_text(encoding="utf-8").strip()
)


def system_prompt(customer: Customer, moment: datetime) -> str:
    """Return the system message for one run at ``moment`` (aware)."""
    local = moment.astimezone(HARARE)
    lines = [
        _INSTRUCTIONS,
        "",
        f"Today: {local:%Y-%m-%d}",
        f"Weekday: {local:%A}",
        f"Time: {local:%H:%M}",
        f"Language: {customer.locale.value}",
    ]
    if name := _first_name(customer.name or ""):
        lines.append(f"Name: {name}")
    return "\n".join(lines)


def _first_name(name: str) -> str:
    """The first name is enough for a greeting, and one word can't pose as an instruction."""
    return name.split()[0][:30] if name.split() else ""
