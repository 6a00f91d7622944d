"""HTML of a component that reads no state, without building the front end."""

import html
import json
from typing import Any, cast

import reflex as rx

_VOID = {"input", "link"}
_NAMES = {"className": "class", "defaultChecked": "checked", "tabIndex": "tabindex"}


def static_html(component: rx.Component) -> str:
    """Return what the browser would get of a static component."""
    return _node(cast("Any", component).render())


def _node(node: dict[str, Any]) -> str:
    if "contents" in node:
        return html.escape(json.loads(node["contents"]))
    if node["name"] == "Fragment":
        return "".join(map(_node, node["children"]))
    tag = json.loads(node["name"])
    opening = f"<{tag}{''.join(_attribute(prop) for prop in node['props'])}>"
    if tag in _VOID:
        return opening
    return f"{opening}{''.join(map(_node, node['children']))}</{tag}>"


def _attribute(prop: str) -> str:
    if prop.startswith('"'):
        name, end = json.JSONDecoder().raw_decode(prop)
        text = prop[end + 1 :]
    else:
        name, _, text = prop.partition(":")
    value = json.loads(text)
    name = _NAMES.get(name, name)
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{html.escape(str(value))}"'
