"""Team sheet: load, age of tickets and broken promises, in the place of the columns."""

import reflex as rx

from components.board.card import avatar, clock
from components.markup import Prop, Value, cond, count_of, either, el, foreach, link
from schemas.board_views import AgeRow, BreachRow, EscalatedRow, LoadRow, TeamView


def _figure(label: str, value: Value[int], kind: str = "calm") -> rx.Component:
    return el.div(
        el.strong(either(value, 0)), el.span(label), class_name="figure-box", data_kind=kind
    )


def _bar(share: Value[int]) -> rx.Component:
    """A bar of so many percent; the policy of the page forbids no style set by a script."""
    return el.meter(value=either(share, 0), min="0", max="100", aria_hidden=True)


def _load(row: Prop[LoadRow]) -> rx.Component:
    return el.tr(
        el.th(
            el.span(avatar(row.initials, row.name), el.span(row.name), class_name="person"),
            scope="row",
        ),
        el.td(_bar(row.share)),
        el.td(either(row.open, 0)),
        el.td(
            cond(
                row.late,
                el.span(f"{row.late} late", class_name="mark-word", data_kind="bad"),
                cond(row.open, "none late", "free"),
            )
        ),
        key=row.id,
    )


def _age(row: Prop[AgeRow]) -> rx.Component:
    return el.tr(
        el.th(row.label, scope="row"),
        el.td(_bar(row.share)),
        el.td(either(row.count, 0)),
        key=row.label,
    )


def _breach(row: Prop[BreachRow]) -> rx.Component:
    return el.tr(
        el.th(link(row.id, href=f"/board/{row.id}", data_do="open_link"), scope="row"),
        el.td(row.subject),
        el.td(either(row.assignee, "Nobody")),
        el.td(el.span(class_name="age", data_at=either(row.due, 0), data_span="late")),
        key=row.id,
    )


def _escalated(row: Prop[EscalatedRow]) -> rx.Component:
    return el.tr(
        el.th(link(row.id, href=f"/board/{row.id}", data_do="open_link"), scope="row"),
        el.td(row.subject),
        el.td(either(row.assignee, "Nobody")),
        el.td(clock(row.due, row.due_for, row.paused, row.breached)),
        key=row.id,
    )


def team_sheet(team: Prop[TeamView]) -> rx.Component:
    """For supervisors."""
    return el.div(
        el.div(
            _figure("open tickets", team.open),
            _figure("unassigned", team.unassigned, "warn"),
            _figure("late", team.late, "bad"),
            class_name="figures",
        ),
        el.div(
            el.section(
                el.h2("Load"),
                el.table(el.tbody(foreach(either(team.load, []), _load)), class_name="stack bars"),
            ),
            el.section(
                el.h2("Open tickets by the day they came"),
                el.table(el.tbody(foreach(either(team.ages, []), _age)), class_name="stack bars"),
            ),
            class_name="halves",
        ),
        cond(
            count_of(either(team.escalated, [])),
            el.section(
                el.h2("Escalated"),
                el.table(
                    el.tbody(foreach(either(team.escalated, []), _escalated)), class_name="stack"
                ),
            ),
        ),
        el.section(
            el.h2("Late"),
            cond(
                count_of(either(team.breaches, [])),
                el.table(el.tbody(foreach(either(team.breaches, []), _breach)), class_name="stack"),
                el.p("Every promise is kept so far.", class_name="nothing"),
            ),
        ),
        class_name="sheet",
        data_testid="team-view",
        aria_busy=cond(team.known, "false", "true"),
    )
