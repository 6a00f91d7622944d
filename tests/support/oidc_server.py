"""An OpenID provider over HTTP: discovery, authorization with PKCE, tokens, keys, and faults."""

import asyncio
import base64
import contextlib
import hashlib
import json
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "copilot-tests"
CLIENT_SECRET = "q8Xv2mZr5tLw9cYk1nPj"


class Fault(StrEnum):
    """What the provider does wrong."""

    NONE = auto()
    DENIED = auto()
    """It sends the browser back with an error."""
    OTHER_NONCE = auto()
    NO_NONCE = auto()
    OTHER_AUDIENCE = auto()
    OTHER_ISSUER = auto()
    OTHER_AZP = auto()
    NO_AZP_FOR_MANY = auto()
    EXPIRED = auto()
    NO_EXPIRY = auto()
    NOT_YET = auto()
    BAD_SIGNATURE = auto()
    OTHER_KEY = auto()
    UNSIGNED = auto()
    SECRET_AS_KEY = auto()
    """Signed with HS256 and the public key's text, as if that were a shared secret."""
    NO_ID_TOKEN = auto()
    NOT_JSON = auto()
    SERVER_ERROR = auto()
    SLOW_TOKEN = auto()
    SLOW_DISCOVERY = auto()
    OTHER_DISCOVERY = auto()
    BROKEN_DISCOVERY = auto()


@dataclass
class Grant:
    """A code that was given out."""

    challenge: str
    nonce: str
    redirect_uri: str
    claims: dict[str, Any]


class OidcServer:
    """A provider on a free port, in a thread of its own; a context manager.

    Whoever comes to ``/authorize`` is ``user`` and says yes; with ``asks`` they are shown a page
    with a button first.
    """

    def __init__(self) -> None:
        """Take a free port; make a key."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        """The issuer."""
        self._released = threading.Event()
        self.reset()
        config = uvicorn.Config(self._app(), log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="oidc-server", daemon=True)

    def reset(self) -> None:
        """Be as new, with the same address; whoever waits is let go."""
        self._released.set()
        self.user: dict[str, Any] = {"sub": "u-1", "name": "Rudo Dube", "roles": ["agent"]}
        self.redirect_uris: set[str] = set()
        self.fault = Fault.NONE
        self.asks = False
        self.auth_methods = ["client_secret_basic", "client_secret_post"]
        self.requests: list[str] = []
        """Paths, in the order in which they were asked for."""
        self.authorizations: list[dict[str, str]] = []
        """Parameters of each authorization."""
        self._grants: dict[str, Grant] = {}
        self._keys: list[RSAKey | ECKey] = []
        self._rotations = 0
        self._released = threading.Event()
        self.rotate_keys()

    @property
    def settings(self) -> dict[str, str]:
        """Settings of a product that trusts this provider."""
        return {
            "STAFF_OIDC_ISSUER": self.url,
            "STAFF_OIDC_CLIENT_ID": CLIENT_ID,
            "STAFF_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        }

    def rotate_keys(self, *, ec: bool = False) -> None:
        """Sign with a new key from now on, and withdraw the old ones."""
        self._rotations += 1
        self._keys = [_key(self._rotations, ec=ec)]

    # -- addresses -------------------------------------------------------------------------

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
            ]
        )

    async def _discovery(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        if self.fault is Fault.SLOW_DISCOVERY:
            await self._hold()
        if self.fault is Fault.BROKEN_DISCOVERY:
            return HTMLResponse("<h1>Welcome</h1>")
        issuer = "https://evil.example" if self.fault is Fault.OTHER_DISCOVERY else self.url
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": self.auth_methods,
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if self.asks and asked.pop("agreed", "") != "yes":
            again = f"/authorize?{urlencode({**asked, 'agreed': 'yes'})}"
            return HTMLResponse(f'<h1>Company login</h1><a id="agree" href="{again}">Go on</a>')
        self.requests.append(request.url.path)
        self.authorizations.append(asked)
        problem = self._authorization_problem(asked)
        if problem:
            return HTMLResponse(f"<h1>{problem}</h1>", 400)
        back = {"state": asked["state"], "iss": self.url}
        if self.fault is Fault.DENIED:
            back |= {"error": "access_denied", "error_description": "The user said no."}
        else:
            back["code"] = secrets.token_urlsafe(16)
            self._grants[back["code"]] = Grant(
                asked["code_challenge"], asked["nonce"], asked["redirect_uri"], dict(self.user)
            )
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    def _authorization_problem(self, asked: dict[str, str]) -> str:
        needed = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in needed.items() if asked.get(name) != value]
        if asked.get("redirect_uri") not in self.redirect_uris:
            wrong.append("redirect_uri")
        if "openid" not in asked.get("scope", "").split():
            wrong.append("scope")
        wrong += [
            name
            for name, least in (("state", 22), ("nonce", 22), ("code_challenge", 43))
            if len(asked.get(name, "")) < least
        ]
        return f"Wrong: {', '.join(wrong)}" if wrong else ""

    async def _token(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        if self.fault is Fault.SLOW_TOKEN:
            await self._hold()
        if self.fault is Fault.SERVER_ERROR:
            return Response("down", 503)
        if self.fault is Fault.NOT_JSON:
            return HTMLResponse("<h1>Welcome</h1>")
        form = dict(parse_qsl((await request.body()).decode()))
        if not self._knows_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        grant = self._grants.pop(form.get("code", ""), None)
        if (
            grant is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != grant.redirect_uri
            or _challenge(form.get("code_verifier", "")) != grant.challenge
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        body = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 60}
        if self.fault is not Fault.NO_ID_TOKEN:
            body["id_token"] = self._id_token(grant)
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    def _knows_client(self, request: Request, form: dict[str, str]) -> bool:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic" and "client_secret_basic" in self.auth_methods:
            given = [unquote_plus(each) for each in base64.b64decode(value).decode().split(":")]
        elif "client_secret_post" in self.auth_methods:
            given = [form.get("client_id", ""), form.get("client_secret", "")]
        else:
            return False
        return given == [CLIENT_ID, CLIENT_SECRET]

    async def _jwks(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        return JSONResponse(KeySet([*self._keys]).as_dict(private=False))

    # -- tokens ----------------------------------------------------------------------------

    def _id_token(self, grant: Grant) -> str:
        moment = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": moment,
            "exp": moment + 300,
            "nonce": grant.nonce,
            **grant.claims,
        }
        match self.fault:
            case Fault.OTHER_NONCE:
                claims["nonce"] = secrets.token_urlsafe(32)
            case Fault.NO_NONCE:
                del claims["nonce"]
            case Fault.OTHER_AUDIENCE:
                claims["aud"] = "another-product"
            case Fault.OTHER_ISSUER:
                claims["iss"] = "https://evil.example"
            case Fault.OTHER_AZP:
                claims["azp"] = "another-product"
            case Fault.NO_AZP_FOR_MANY:
                claims["aud"] = [CLIENT_ID, "another-product"]
            case Fault.EXPIRED:
                claims |= {"iat": moment - 900, "exp": moment - 600}
            case Fault.NO_EXPIRY:
                del claims["exp"]
            case Fault.NOT_YET:
                claims["nbf"] = moment + 600
            case _:
                pass
        return self._signed(claims)

    def _signed(self, claims: dict[str, Any]) -> str:
        key = self._keys[-1]
        algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
        header: dict[str, Any] = {"alg": algorithm, "kid": key.kid}
        if self.fault is Fault.UNSIGNED:
            return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."
        if self.fault is Fault.SECRET_AS_KEY:
            shared = OctKey.import_key(json.dumps(key.as_dict(private=False)))
            return jwt.encode({**header, "alg": "HS256"}, claims, shared, algorithms=["HS256"])
        if self.fault is Fault.OTHER_KEY:
            key = RSAKey.import_key(_key(99).as_dict(private=True) | {"kid": str(key.kid)})
            header["alg"] = "RS256"
        token = jwt.encode(header, claims, key, algorithms=[header["alg"]])
        if self.fault is Fault.BAD_SIGNATURE:
            head, body, signature = token.split(".")
            return f"{head}.{body}.{signature[:-8]}AAAAAAAA"
        return token

    # -- running ---------------------------------------------------------------------------

    async def _hold(self) -> None:
        await asyncio.to_thread(self._released.wait, 30)

    def _serve(self) -> None:
        with contextlib.suppress(SystemExit):
            self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        """Start; the port listens already."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, also in the middle of a test: then it is dead."""
        self._released.set()
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()


@cache
def _key(number: int, *, ec: bool = False) -> RSAKey | ECKey:
    """Making an RSA key takes a while; the servers of all tests share a few."""
    fields: KeyParameters = {"kid": f"key-{number}", "use": "sig"}
    return ECKey.generate_key("P-256", fields) if ec else RSAKey.generate_key(2048, fields)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
