"""Evidence field: photos and documents of a report; `assets/chat.js` sends them."""

import reflex as rx

from components.form_fields import note
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach
from schemas.views import ChatLabels, EvidenceView, FormView


def _file(item: Prop[EvidenceView]) -> rx.Component:
    return el.li(
        icon("bill"),
        el.span(item.name),
        el.small(item.size, class_name="muted"),
        el.button(
            icon("close"),
            type="button",
            class_name="square",
            data_do="form_remove_evidence",
            data_value=item.id,
            aria_label=item.remove_label,
        ),
        data_evidence_id=item.id,
        key=item.id,
    )


def evidence_field(
    form: Prop[FormView], labels: Prop[ChatLabels], widget_id: Value[str]
) -> rx.Component:
    """What is there, what is on its way, and the button for more; the script fills the second."""
    identity = f"{widget_id}-evidence"
    return el.div(
        el.p(
            labels.evidence,
            " ",
            el.small(labels.optional, class_name="muted"),
            class_name="legend",
        ),
        el.ul(foreach(form.evidence, _file), class_name="files"),
        el.ul(class_name="files sending"),
        el.label(
            icon("camera"),
            labels.evidence_add,
            el.input(
                type="file",
                accept="image/*,application/pdf",
                multiple=True,
                class_name="who",
                aria_describedby=f"{identity}-note",
                data_sending=labels.evidence_sending,
                data_too_large=labels.evidence_too_large,
                data_wrong_type=labels.evidence_wrong_type,
                data_too_many=labels.evidence_too_many,
                data_failed=labels.evidence_failed,
                data_remove=labels.evidence_remove,
            ),
            class_name="button wide add",
            hidden=cond(form.evidence_left, False, True),
        ),
        el.small(class_name="note wrong", role="alert", data_upload_error=True),
        note(labels.evidence_hint, form.evidence_error, identity),
        class_name="field",
        data_left=either(form.evidence_left, 0),
        role="group",
        aria_label=labels.evidence,
    )
