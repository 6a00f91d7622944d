"""Language menu: the phone's own list of the languages, each by its name in itself."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, el
from schemas.identity import LANGUAGE_NAMES
from schemas.views import ChatLabels


def language_menu(labels: Prop[ChatLabels], lang: Value[str]) -> rx.Component:
    """``lang`` is the code of the language spoken now.

    The browser's own ``select`` lies, unseen, over the icon: it brings keyboard, Escape, the
    phone's list with large rows and its Back, and a name for screen readers, at no weight.
    `assets/chat.js` calls the handler that the select's name names.
    """
    return el.span(
        icon("language"),
        el.select(
            *[
                el.option(name, value=locale.value, lang=locale.value)
                for locale, name in LANGUAGE_NAMES.items()
            ],
            name="choose_language",
            value=lang,
            aria_label=labels.language,
            title=labels.language,
            data_testid="language-menu",
        ),
        class_name="square language",
    )
