"""How views travel: without the fields that are at their default."""

from typing import Any, cast

import reflex as rx

from schemas.views import ChatLabels, View


@cast("Any", rx).serializer
def serialize_view(view: View) -> dict[str, Any]:
    """Return a view as the page is sent it. Reflex calls this for every view.

    The labels go whole: their defaults are texts, which the page would show in English.
    """
    return view.model_dump(exclude_defaults=not isinstance(view, ChatLabels))
