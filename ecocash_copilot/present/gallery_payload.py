"""A story's props as JSON that a designer edits, and what is wrong with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from components.story import CardProps, Props
from schemas.gallery_views import FaultView

LARGEST = 200_000
"""Characters that a payload may have."""

_MOST_FAULTS = 12


@dataclass(frozen=True)
class Checked:
    """What became of an edited payload: props, or faults."""

    props: Props | None = None
    faults: list[FaultView] = field(default_factory=list[FaultView])


def payload_of(props: Props) -> str:
    """Return props as indented JSON; of a card the card itself, as the server keeps it."""
    data: Any = props.model_dump(mode="json")
    return json.dumps(data["widget"] if isinstance(props, CardProps) else data, indent=2, **_PLAIN)


def check_payload(text: str, written: Props) -> Checked:
    """Read an edited payload by the schema of its component.

    Args:
        text: JSON as a designer typed it.
        written: the story's own props, whose type says what is valid.
    """
    if len(text) > LARGEST:
        return _faulty("", f"At most {LARGEST} characters, this has {len(text)}.")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return _faulty(f"line {error.lineno}, column {error.colno}", error.msg)
    except RecursionError:
        return _faulty("", "Nested too deeply.")
    card = isinstance(written, CardProps)
    wrapped = {"widget": data} if card else data
    try:
        # As JSON, not as Python's values: so dates and amounts are read as from the wire.
        return Checked(type(written).model_validate_json(json.dumps(wrapped)))
    except ValidationError as error:
        return Checked(faults=_faults(error, data, card=card))


def put_value(text: str, path: str, value: str) -> str:
    """Return a payload with one value changed, as a control gives it.

    Args:
        text: a payload that is valid JSON.
        path: of the value, such as ``balances.0.available.amount``; one that is not there
            changes nothing.
        value: in words; it becomes what stood there before: a number, a truth, a text or nothing.
    """
    data = json.loads(text)
    *way, last = path.split(".")
    place: Any = data
    try:
        for part in way:
            place = place[_key(place, part)]
        key = _key(place, last)
        place[key] = _like(place[key], value)
    except (KeyError, IndexError, TypeError, ValueError):
        return text
    return json.dumps(data, indent=2, **_PLAIN)


_PLAIN: dict[str, Any] = {"ensure_ascii": False}


def _key(place: Any, part: str) -> Any:
    return int(part) if isinstance(place, list) else part


def _like(old: Any, value: str) -> Any:
    match old:
        case bool():
            return value == "true"
        case int() | float():
            return _number(value)
        case None:
            return value or None
        case _:
            return value


def _number(value: str) -> Any:
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value


def _faulty(at: str, message: str) -> Checked:
    return Checked(faults=[FaultView(at=at, message=message)])


def _faults(error: ValidationError, data: Any, *, card: bool) -> list[FaultView]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        FaultView(at=_place(each["loc"], data, card=card), message=each["msg"])
        for each in found[:_MOST_FAULTS]
    ]


def _place(where: Sequence[int | str], data: Any, *, card: bool) -> str:
    """Say where a fault is in the payload; the names of a union's branches are not in it."""
    parts: list[str] = []
    place: Any = data
    for part in where[1:] if card else where:
        inside = _inside(place, part)
        if inside is None and part != where[-1]:
            continue
        parts.append(str(part))
        place = inside
    return ".".join(parts)


def _inside(place: Any, part: int | str) -> Any:
    """Return what is there; None where nothing is."""
    try:
        return place[part]
    except (KeyError, IndexError, TypeError):
        return None
