"""Deliveries sheet: notices that were given up, in the place of the columns."""

import reflex as rx

from components.markup import Prop, Value, cond, either, el, foreach, fragment
from schemas.board_views import DeliveryView


def _delivery(row: Prop[DeliveryView]) -> rx.Component:
    return el.tr(
        el.th(row.type, scope="row"),
        el.td(row.about),
        el.td(row.error, class_name="error-of"),
        el.td(f"{row.attempts} attempts"),
        el.td(el.span(class_name="age", data_at=either(row.at, 0), data_span="long")),
        el.td(
            el.button(
                "Send again",
                type="button",
                class_name="quiet",
                data_do="resend",
                data_value=row.id,
            )
        ),
        data_testid="dead-delivery",
        data_notice_id=row.id,
        key=row.id,
    )


def deliveries_sheet(rows: Value[list[DeliveryView]], count: Value[int]) -> rx.Component:
    """For supervisors and operators."""
    return el.div(
        el.section(
            el.h2("Notices that could not be delivered"),
            cond(
                count,
                fragment(
                    el.p(
                        "The phone was not told about these changes. Send them again once the "
                        "receiver works.",
                        class_name="muted",
                    ),
                    el.table(el.tbody(foreach(rows, _delivery)), class_name="stack"),
                    el.button(
                        "Send all again",
                        type="button",
                        class_name="quiet",
                        data_do="resend_all",
                    ),
                ),
                el.p("Everything was delivered.", class_name="nothing"),
            ),
        ),
        class_name="sheet",
        data_testid="deliveries-view",
    )
