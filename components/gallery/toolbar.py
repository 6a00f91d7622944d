"""What stands over a story: its name, how it is shown, and where else it can be seen."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, el, link
from schemas.gallery_views import AboutView

WIDTHS = (320, 360, 390, 768, 1280)
"""Of the story's page in CSS pixels, from the narrowest phone to a desk."""

_THEMES = (("light", "Light"), ("dark", "Dark"))
_LANGUAGES = (("en", "English"), ("sn", "Shona"), ("nd", "Ndebele"))


def toolbar(about: Prop[AboutView]) -> rx.Component:
    """The story's name and its choices; ``assets/gallery.js`` keeps them in the address."""
    return el.header(
        el.div(
            el.h2(
                el.span(about.component, class_name="path"),
                el.span(about.story, data_testid="gallery-title"),
            ),
            class_name="name",
        ),
        _choice("theme", "Theme", _THEMES),
        _choice("lang", "Language", _LANGUAGES, disabled=about.english_only),
        _choice("width", "Width", tuple((str(each), str(each)) for each in WIDTHS)),
        el.div(
            _button("previous", "up", "Previous story (k)"),
            _button("next", "down", "Next story (j)"),
            _button("reload", "retry", "Draw it anew"),
            _button("copy_link", "copy", "Copy link"),
            link(
                icon("send"),
                href="/gallery",
                target="_blank",
                rel="noopener",
                class_name="tool",
                id="gallery-alone",
                aria_label="Open alone, in a tab of its own",
                title="Open alone",
                data_testid="gallery-alone",
            ),
            class_name="tools",
        ),
        class_name="toolbar",
    )


def _choice(
    name: str,
    label: str,
    choices: tuple[tuple[str, str], ...],
    disabled: Value[bool] | bool = False,
) -> rx.Component:
    return el.div(
        *[
            el.label(
                el.input(type="radio", name=name, value=value, data_choice=name, disabled=disabled),
                el.span(text),
            )
            for value, text in choices
        ],
        class_name="switcher",
        role="radiogroup",
        aria_label=label,
        title=cond(disabled, "Staff read English", label),
        data_testid=f"gallery-{name}",
    )


def _button(do: str, shape: str, label: str) -> rx.Component:
    return el.button(
        icon(shape),
        type="button",
        class_name="tool",
        data_do=do,
        aria_label=label,
        title=label,
        data_testid=f"gallery-{do.replace('_', '-')}",
    )
