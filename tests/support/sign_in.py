"""Signing in over HTTP, as the app's server and the page do it."""

import httpx

SESSION_COOKIE = "eco_session"
STAFF_COOKIE = "eco_staff"


async def demo_token(url: str, sub: str) -> str:
    """Return the token of a demo customer; only a product in dev gives it."""
    async with httpx.AsyncClient(base_url=url) as client:
        response = await client.post("/api/demo/token", json={"sub": sub})
        response.raise_for_status()
        token: str = response.json()["token"]
        return token


async def one_time_code(url: str, token: str) -> str:
    """Return a one-time code for a customer's token."""
    async with httpx.AsyncClient(base_url=url) as client:
        headers = {"Authorization": f"Bearer {token}"}
        response = await client.post("/api/session", headers=headers)
        response.raise_for_status()
        code: str = response.json()["code"]
        return code


async def session_cookie(url: str, token: str) -> str:
    """Return the cookie of a new session."""
    code = await one_time_code(url, token)
    async with httpx.AsyncClient(base_url=url) as client:
        response = await client.post("/api/session/redeem", json={"code": code})
        response.raise_for_status()
        return response.cookies[SESSION_COOKIE]


async def staff_cookie(url: str, staff: str) -> str:
    """Return the cookie of a new session of one of the demo staff; only in dev."""
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}) as client:
        response = await client.post("/api/staff/sign-in", data={"staff": staff, "next": "/board"})
        if not response.has_redirect_location:
            response.raise_for_status()
        return response.cookies[STAFF_COOKIE]
