"""Calls of tools that change something, in the one form that consents are hashed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ecocash_copilot.core.canonical import canonical_hash
from ecocash_copilot.core.errors import Invalid
from schemas.mutations import MUTATIONS, Mutation

CONSENT_ARGUMENT = "consent_id"
"""The argument that names the consent; it is no part of what is consented to."""


@dataclass(frozen=True)
class MutationCall:
    """One call, read by its tool's schema."""

    tool: str
    parsed: Mutation
    arguments: dict[str, Any]
    """As JSON values; what was left out or is None is not in it."""

    @property
    def hash(self) -> str:
        """SHA-256 of the arguments as canonical JSON."""
        return canonical_hash(self.arguments)


def read_call(tool: str, arguments: Mapping[str, Any]) -> MutationCall:
    """Return a call in its one form, so that equal calls have equal hashes.

    Raises:
        Invalid: the tool is not declared in ``schemas.mutations``, or an argument is not right.
    """
    schema = MUTATIONS.get(tool)
    if schema is None:
        raise Invalid("This is not something that can be asked for.")
    try:
        parsed = schema.model_validate(
            {name: value for name, value in arguments.items() if name != CONSENT_ARGUMENT}
        )
    except ValidationError as error:
        raise Invalid(f"{tool}: {_sentences(error)}") from error
    return call_of(parsed)


def call_of(parsed: Mutation) -> MutationCall:
    """Return the call with these arguments."""
    return MutationCall(parsed.tool, parsed, parsed.model_dump(mode="json", exclude_none=True))


def hash_arguments(tool: str, arguments: Mapping[str, Any]) -> str:
    """Return the hash that a consent to this call carries.

    Raises:
        Invalid: as ``read_call``.
    """
    return read_call(tool, arguments).hash


def _sentences(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc']) or 'arguments'}: "
        f"{each['msg'].removeprefix('Value error, ')}"
        for each in found
    )[:500]
