"""Controls of a story, made from the types of its props."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel

from components.story import CardProps, Props
from schemas.gallery_views import ControlView, PartView
from schemas.views import ChatLabels, ChoiceView

MOST = 60
"""Controls that a story shows; the payload holds the rest."""

_LONG = 60


def parts_of(props: Props) -> list[PartView]:
    """Return the controls of a story, each with what it belongs to, in the order of the schema.

    Fixed values, such as the ``type`` of a card, have none; nor has what is not there, such as a
    transaction that a form is without.
    """
    model = props.widget if isinstance(props, CardProps) else props
    parts: dict[str, PartView] = {}
    for number, control in enumerate(_controls(model, ())):
        if number == MOST:
            break
        parts.setdefault(control.part, PartView(name=control.part)).controls.append(control)
    return list(parts.values())


def _controls(model: BaseModel, path: tuple[str, ...]) -> Iterator[ControlView]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        yield from _of(value, field.annotation, (*path, name), field.description or "")


def _of(value: Any, kind: Any, path: tuple[str, ...], hint: str) -> Iterator[ControlView]:
    match value:
        case ChatLabels():
            return
        case BaseModel():
            yield from _controls(value, path)
        case list():
            inner = next(iter(get_args(kind)), Any)
            for number, each in enumerate(cast("Sequence[Any]", value)):
                yield from _of(each, inner, (*path, str(number)), hint)
        case dict():
            for key, each in cast("dict[str, Any]", value).items():
                yield from _of(each, type(each), (*path, key), hint)
        case _:
            if _has_control(value, kind):
                yield _leaf(value, kind, path, hint)


def _has_control(value: Any, kind: Any) -> bool:
    if value is None:
        return bool(_choices(kind)) or any(each is str for each in _branches(kind))
    fixed = get_origin(kind) is Literal and len(get_args(kind)) == 1
    return not fixed


def _leaf(value: Any, kind: Any, path: tuple[str, ...], hint: str) -> ControlView:
    text = _text(value)
    choices = _choices(kind)
    return ControlView(
        path=".".join(path),
        part=_words(path[:-1]),
        label=_words(path[-1:]),
        kind="choice" if choices else _kind(value, text),
        value=text,
        choices=[ChoiceView(value=each, label=each or "(none)") for each in choices],
        hint=" ".join(hint.split()),
    )


def _kind(value: Any, text: str) -> str:
    match value:
        case bool():
            return "switch"
        case int() | float():
            return "number"
        case str() if len(text) > _LONG or "\n" in text:
            return "long"
        case _:
            return "text"


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def _branches(kind: Any) -> Iterator[Any]:
    """The types that a type is made of, without what is said about them."""
    origin = get_origin(kind)
    if origin is None or origin is Literal:
        yield kind
    elif hasattr(kind, "__metadata__"):
        yield from _branches(kind.__origin__)
    elif origin is Union or type(kind).__name__ == "UnionType":
        for each in get_args(kind):
            yield from _branches(each)


def _choices(kind: Any) -> list[str]:
    """The values that a type chooses from; none for any other."""
    branches = list(_branches(kind))
    found: list[str] = []
    for each in branches:
        if get_origin(each) is Literal:
            found += [str(value) for value in get_args(each)]
        elif isinstance(each, type) and issubclass(each, Enum):
            found += [str(member.value) for member in each]
    return ["", *found] if found and type(None) in branches else found


def _words(path: Sequence[str]) -> str:
    """``balances.0.as_of`` as a designer reads it: ``balances 1 as of``."""
    return " ".join(
        str(int(part) + 1) if part.isdigit() else part.replace("_", " ") for part in path
    )
