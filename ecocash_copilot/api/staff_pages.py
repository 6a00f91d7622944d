"""Pages of the staff's sign-in: plain HTML without scripts, for a browser that goes there."""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.styles import STAFF_STYLES
from ecocash_copilot.api.endpoint import Endpoint
from ecocash_copilot.api.problems import REQUEST_ID, problem
from ecocash_copilot.core.errors import NotAllowed, NotAuthenticated, ProductError
from schemas.staff import Staff, StaffRole

SIGN_IN_PATH = "/api/staff/sign-in"
SIGN_OUT_PATH = "/api/staff/sign-out"

_HEADERS = {
    "Cache-Control": "no-store",
    # With "no-referrer" the page's own form would name no origin, and be taken for a stranger's.
    "Referrer-Policy": "same-origin",
}
_TITLES = {401: "You are not signed in", 403: "This is not open to you", 429: "One moment"}

_DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · EcoCash Copilot</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
{styles}
</head>
<body class="staff">
<main>
<header><img src="/favicon.svg" alt="" width="40" height="40"><p>EcoCash Copilot</p></header>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

_STYLES = "\n".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in STAFF_STYLES)

_CHOICE = """<li><button name="staff" value="{id}" data-testid="staff-choice" data-staff="{id}">
<span class="initials" aria-hidden="true">{initials}</span>
<b>{name}</b><small>{id}</small><span class="roles">{roles}</span>
</button></li>"""

_ABOUT = {
    StaffRole.AGENT: "works tickets",
    StaffRole.SUPERVISOR: "leads a team",
    StaffRole.OPERATOR: "watches the system",
    StaffRole.DESIGNER: "sees the gallery",
}


class PageEndpoint(Endpoint):
    """An address that browsers go to themselves: they get a page where programs get a problem."""

    def _failure(self, request: Request, error: ProductError) -> Response:
        return failure(request, error)


def wants_page(request: Request) -> bool:
    """Return whether a browser goes there, rather than a program."""
    return "text/html" in request.headers.get("accept", "")


def sign_in_address(target: str) -> str:
    """Return where to sign in, to be led on to a page of ours."""
    return f"{SIGN_IN_PATH}?{urlencode({'next': target})}"


def failure(request: Request, error: ProductError) -> Response:
    """Return what went wrong, as a page or as a problem."""
    answer = problem(request.scope, error)
    if not wants_page(request):
        return answer
    if isinstance(error, NotAllowed):
        way_out = _form(SIGN_OUT_PATH, '<button class="fill">Sign in as somebody else</button>')
    else:
        label = "Sign in" if isinstance(error, NotAuthenticated) else "Try again"
        way_out = f'<a class="fill" href="{SIGN_IN_PATH}">{label}</a>'
    reference = escape(str(request.scope.get(REQUEST_ID, "")))
    body = f"<p>{escape(error.detail)}</p>{way_out}<small>Reference: {reference}</small>"
    title = _TITLES.get(error.status, "This did not work")
    retry = {name: answer.headers[name] for name in ("retry-after",) if name in answer.headers}
    return _page(title, body, error.status, retry)


def choice_page(staff: Iterable[Staff], target: str) -> Response:
    """Return the sign-in of dev: one tap on a name."""
    rows = "".join(_choice(each) for each in staff)
    hidden = f'<input type="hidden" name="next" value="{escape(target)}">'
    note = "<p>Development only: choose who works. No password is asked for.</p>"
    return _page("Sign in", note + _form(SIGN_IN_PATH, f"{hidden}<ul>{rows}</ul>"))


def signed_out_page() -> Response:
    """Return what is shown after signing out."""
    # A desk is shared: whoever comes next is asked who they are.
    way_in = f'<a class="fill" href="{SIGN_IN_PATH}?again=1">Sign in again</a>'
    return _page("You are signed out", f"<p>You can close this page.</p>{way_in}")


def _choice(staff: Staff) -> str:
    initials = "".join(part[0] for part in staff.name.split()[:2])
    roles = ", ".join(_ABOUT[role] for role in StaffRole if staff.has(role))
    return _CHOICE.format(
        id=escape(staff.id),
        name=escape(staff.name),
        initials=escape(initials),
        roles=escape(roles),
    )


def _form(action: str, content: str) -> str:
    return f'<form method="post" action="{action}">{content}</form>'


def _page(
    title: str, body: str, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    document = _DOCUMENT.format(title=escape(title), body=body, styles=_STYLES)
    return HTMLResponse(document, status, {**_HEADERS, **(headers or {})})
