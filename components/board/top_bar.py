"""Top bar: the saved views, the search, the filters, and who is signed in."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from components.board.card import avatar
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, form, link
from schemas.board_views import MeView, QueryView
from schemas.board_words import CATEGORIES, DUE, LANGUAGES, VIEWS


def _tab(name: str, label: str, query: Prop[QueryView], badge: Any = None) -> rx.Component:
    return link(
        label,
        badge,
        href="/board" if name == "all" else f"/board?view={name}",
        data_do="view",
        data_value=name,
        aria_current=cond(either(query.view, "all") == name, "page", "false"),
    )


def _filter(
    label: str,
    options: Mapping[Any, str],
    *,
    name: str,
    chosen: Value[str],
    first: str,
) -> rx.Component:
    """A filter; ``first`` is its word for "all". The script chooses what ``data-value`` says."""
    return el.select(
        el.option(first, value=""),
        *[el.option(text, value=str(value)) for value, text in options.items()],
        aria_label=label,
        data_filter=name,
        data_value=either(chosen, ""),
    )


def top_bar(
    me: Prop[MeView], query: Prop[QueryView], dead: Value[int], late: Value[int]
) -> rx.Component:
    """``dead``: notices that were given up; ``late``: tickets about to break a promise."""
    return el.header(
        el.h1(icon("chat"), el.span("EcoCash Support")),
        el.nav(
            *[
                _tab(
                    name,
                    label,
                    query,
                    cond(late, el.span(late, class_name="badge")) if name == "breaching" else None,
                )
                for name, label in VIEWS.items()
            ],
            cond(me.supervises, _tab("team", "Team", query)),
            cond(
                me.supervises | me.operates,
                _tab(
                    "deliveries",
                    "Deliveries",
                    query,
                    cond(dead, el.span(dead, class_name="badge")),
                ),
            ),
            aria_label="Views",
        ),
        el.div(
            icon("search"),
            el.input(
                type="search",
                data_value=either(query.text, ""),
                placeholder="Search tickets",
                aria_label="Search tickets: number, reference, phone or words",
                data_testid="board-search",
                custom_attrs={"id": "board-search", "autoComplete": "off", "spellCheck": "false"},
            ),
            el.kbd("/"),
            class_name="search",
        ),
        _filter("Category", CATEGORIES, name="category", chosen=query.category, first="Category"),
        _filter("Language", LANGUAGES, name="language", chosen=query.language, first="Language"),
        _filter("Due", DUE, name="due", chosen=query.due, first="Due"),
        cond(
            query.filtered,
            el.button(
                "Clear",
                type="button",
                class_name="quiet",
                data_do="clear_filters",
                title="Clear the search and the filters",
            ),
        ),
        el.button(
            icon("moon"),
            type="button",
            class_name="quiet icon-button",
            data_do="theme",
            aria_label="Light or dark",
            title="Light or dark",
        ),
        el.button(
            icon("keys"),
            type="button",
            class_name="quiet icon-button",
            data_do="help",
            aria_label="Keyboard shortcuts",
            title="Keyboard shortcuts (?)",
        ),
        _account(me),
        class_name="top-bar",
    )


def _account(me: Prop[MeView]) -> rx.Component:
    return el.details(
        el.summary(avatar(me.initials, me.name), aria_label="Account", title=me.name),
        el.div(
            el.b(me.name),
            form(
                el.button("Sign out", type="submit", class_name="quiet", data_testid="sign-out"),
                custom_attrs={"method": "post", "action": "/api/staff/sign-out"},
            ),
        ),
        class_name="account",
    )
