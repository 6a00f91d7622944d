"""Our own HTTP addresses as one application."""

from collections.abc import Sequence

from limits.aio.storage import Storage
from starlette.applications import Starlette
from starlette.routing import Route

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_flows import StaffFlows
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.api.problem_answers import ProblemAnswers
from ecocash_copilot.api.routes import ApiServices, api_routes
from ecocash_copilot.auth.customer_tokens import customer_tokens
from ecocash_copilot.auth.staff_oidc import StaffOidc
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.feeding import Feed
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.gateways.webhook import ConsoleWebhook
from ecocash_copilot.store.client import Store


def own_app(
    settings: Settings,
    store: Store,
    sign_in: SignIn,
    staff_sign_in: StaffSignIn,
    wallet: WalletTools,
    mcp_routes: Sequence[Route],
    storage: Storage,
    feed: Feed,
) -> Starlette:
    """Return the application for ``/api``, ``/mcp``, health and metrics."""
    services = ApiServices(
        settings=settings,
        store=store,
        tokens=customer_tokens(settings),
        sign_in=sign_in,
        staff_sign_in=staff_sign_in,
        staff_flows=StaffFlows(store, StaffOidc(settings)) if settings.staff_oidc_issuer else None,
        checks={"mongodb": store.ping, "wallet": wallet.ping, "feed": feed.stream.check},
        notices=feed.notices if isinstance(feed.notices, ConsoleWebhook) else None,
        storage=storage,
    )
    mcp = [Route(each.path, ProblemAnswers(each.endpoint)) for each in mcp_routes]
    return Starlette(routes=[*mcp, *api_routes(services)])
