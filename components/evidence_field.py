"""Evidence field: photos and documents of a report; `assets/forms.js` sends them."""

import reflex as rx

from components.form_fields import note
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach
from schemas.views import ChatLabels, EvidenceView, FormView, SendingView


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


def _on_its_way(
    label: Value[str] = "", stop_label: Value[str] = "", share: Value[float] | None = None
) -> rx.Component:
    return el.li(
        el.span(label),
        el.progress(max=1) if share is None else el.progress(max=1, value=share),
        el.button(icon("close"), type="button", class_name="square", aria_label=stop_label),
    )


def _sending(item: Prop[SendingView]) -> rx.Component:
    return _on_its_way(item.label, item.stop_label, item.share)


def evidence_field(
    form: Prop[FormView],
    labels: Prop[ChatLabels],
    widget_id: Value[str],
    sending: Value[list[SendingView]] | None = None,
    failed: Value[str] = "",
) -> rx.Component:
    """What is there, what is on its way, and the button for more.

    ``sending`` and ``failed`` are for stories: in the chat the page's script, which alone knows,
    fills the one from the pattern and the other in words.
    """
    identity = f"{widget_id}-evidence"
    return el.div(
        el.p(
            labels.evidence,
            " ",
            el.small(labels.optional, class_name="muted"),
            class_name="legend",
        ),
        el.ul(foreach(form.evidence, _file), class_name="files"),
        el.ul(
            *([] if sending is None else [foreach(sending, _sending)]), class_name="files sending"
        ),
        el.ul(_on_its_way(), hidden=True, data_pattern=True),
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
        el.small(failed, class_name="note wrong", role="alert", data_upload_error=True),
        note(labels.evidence_hint, form.evidence_error, identity),
        class_name="field",
        data_left=either(form.evidence_left, 0),
        role="group",
        aria_label=labels.evidence,
    )
