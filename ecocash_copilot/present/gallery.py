"""Stories as the page draws them: in a language, at a fixed moment."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from components.story import Props, StorySet, Surface
from ecocash_copilot.core.i18n import catalogue
from ecocash_copilot.present.labels import chat_labels
from ecocash_copilot.present.messages import message_view, widget_view
from schemas.identity import Locale
from schemas.message import Message
from schemas.views import ChatLabels, MessageView
from schemas.widgets import AnyWidget, Widget

STORY_NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
"""The present of every story: five past two in Harare."""

M = TypeVar("M", bound=BaseModel)

_PLACE = re.compile(r"\{(\w+)\}")


def story_locale(stories: StorySet[Any], locale: Locale) -> Locale:
    """Return the language a component is drawn in: that of staff is English."""
    return Locale.EN if stories.surface is Surface.BOARD else locale


def drawn_props(stories: StorySet[Any], props: Props, locale: Locale) -> Props:
    """Return what the component is drawn from.

    Messages and cards are presented as in the chat; in anything else each text that the catalogues
    know is translated, and what people have written stays.
    """
    values = {name: _presented(getattr(props, name), locale) for name in type(props).model_fields}
    if "labels" in stories.drawn.model_fields:
        values["labels"] = chat_labels(locale)
    return stories.drawn.model_validate(values)


def _presented(value: Any, locale: Locale) -> Any:
    match value:
        case Locale():
            return locale
        case Message():
            # Alone it has no day: that is the thread's.
            told = _model(value, locale)
            return message_view(told, locale, STORY_NOW, previous=value.created_at)
        case Widget():
            # Questions for consent are kept in the customer's language.
            return widget_view(_model(cast("AnyWidget", value), locale), locale, STORY_NOW)
        case [Message(), *_]:
            return _thread(cast("Sequence[Message]", value), locale)
        case [*several]:
            return [_presented(each, locale) for each in several]
        case _:
            return _translated(value, locale)


def _thread(messages: Sequence[Message], locale: Locale) -> list[MessageView]:
    moments = [None, *(message.created_at for message in messages)]
    return [
        message_view(_model(message, locale), locale, STORY_NOW, previous=previous)
        for message, previous in zip(messages, moments, strict=False)
    ]


def _translated(value: Any, locale: Locale) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return _text(value, locale)
        case ChatLabels():
            return chat_labels(locale)
        case BaseModel():
            return _model(value, locale)
        case Mapping():
            entries = cast("Mapping[Any, Any]", value).items()
            return {key: _translated(each, locale) for key, each in entries}
        case Sequence():
            return [_translated(each, locale) for each in cast("Sequence[Any]", value)]
        case _:
            return value


def _text(text: str, locale: Locale) -> str:
    """Translate a text of the catalogues, also one whose places are filled in already."""
    texts = catalogue(locale)
    if text in texts:
        return texts[text]
    for pattern, source in _patterns(locale):
        if found := pattern.fullmatch(text):
            places = {name: texts.get(value, value) for name, value in found.groupdict().items()}
            return texts[source].format(**places)
    return text


@cache
def _patterns(locale: Locale) -> list[tuple[re.Pattern[str], str]]:
    """Return the source texts that hold a place, as patterns; those that say the most first."""
    sources = [source for source in catalogue(locale) if _PLACE.search(source)]
    worded = [source for source in sources if len(re.findall("[a-z]", _PLACE.sub("", source))) > 3]
    return [
        (_pattern(source), source)
        for source in sorted(worded, key=lambda each: -len(_PLACE.sub("", each)))
    ]


def _pattern(source: str) -> re.Pattern[str]:
    words = _PLACE.split(source)
    seen: set[str] = set()
    for at in range(1, len(words), 2):
        name = words[at]
        words[at] = f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
    words[::2] = [re.escape(each) for each in words[::2]]
    return re.compile("".join(words), re.DOTALL)


def _model(model: M, locale: Locale) -> M:
    if locale is Locale.EN:
        return model
    values = {name: getattr(model, name) for name in type(model).model_fields}
    changed = {
        name: new
        for name, value in values.items()
        if (new := _translated(value, locale)) is not value
    }
    return model.model_copy(update=changed)
