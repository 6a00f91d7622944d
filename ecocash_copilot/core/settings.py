"""Settings, from the environment or ``.env``; read once at start and never changed."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import load_dotenv
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ecocash_copilot.core.secret_files import SecretFileSource, read_secret_file
from ecocash_copilot.core.weak_secrets import why_weak

_LOOPBACK = ("localhost", "127.0.0.1", "::1")

_PROVIDER_KEYS = {
    "anthropic": "ANTHROPIC_API_KEY",
    "azure": "AZURE_OPENAI_API_KEY",
    "cohere": "CO_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "google": "GOOGLE_API_KEY",
    "groq": "GROQ_API_KEY",
    "mistral": "MISTRAL_API_KEY",
    "openai": "OPENAI_API_KEY",
    "openai-chat": "OPENAI_API_KEY",
    "openai-responses": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "together": "TOGETHER_API_KEY",
    "xai": "XAI_API_KEY",
}
"""The variable each provider of Agno reads its key from. Others are not checked."""

Seconds = Annotated[float, Field(gt=0)]


class SettingsError(Exception):
    """The product must not start: the message names every setting that is missing or weak."""


class Settings(BaseSettings):
    """Every setting, by its name in lower case. A secret may be given as ``NAME_FILE``."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    app_env: Literal["dev", "prod"] = "dev"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = ""
    """Where browsers reach the product, without a slash at the end."""
    data_dir: Path = Path(".data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    mongodb_uri: SecretStr = SecretStr("")
    """Empty: the embedded server. ``memory://``: embedded, nothing is kept."""
    mongodb_db: str = Field(default="ecocash_copilot", pattern=r"^[A-Za-z0-9_-]{1,63}$")
    redis_url: SecretStr = SecretStr("")

    copilot_model: str = Field(default="offline", pattern=r"^(offline|[a-z0-9_-]+:\S+)$")
    wallet_mcp_url: str = ""
    """Empty: the built-in demo wallet."""

    customer_jwks: str = ""
    """URL or path of the key set that signs customers' tokens."""
    customer_issuer: str = ""
    customer_audience: str = "ecocash-copilot"
    embed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins that may frame the chat and speak to its bridge; separated by commas or spaces."""

    mcp_signing_key: SecretStr = SecretStr("")
    """Signs our own tokens for MCP (HS256); all replicas share it. Generated in dev."""
    staff_oidc_issuer: str = ""
    staff_oidc_client_id: str = ""
    staff_oidc_client_secret: SecretStr = SecretStr("")
    staff_oidc_roles_claim: str = Field(default="roles", min_length=1, max_length=200)
    """The ID token's claim with the roles. Dots lead into nested ones: ``realm_access.roles``."""

    webhook_url: str = ""
    """Where notices for customers' phones are posted. Empty: nowhere."""
    webhook_secret: SecretStr = SecretStr("")
    """Signs what is posted there (HMAC-SHA256)."""

    host: str = ""
    """Address to listen on. Empty: this machine alone in dev, every address in prod."""
    messages_per_minute: int = Field(default=30, ge=1)
    """What one customer may send."""
    tool_calls_per_minute: int = Field(default=60, ge=1)
    """What may be asked of the wallet for one customer."""
    code_seconds: Seconds = 60.0
    """How long a one-time code can be used."""
    session_idle_seconds: Seconds = 30 * 60.0
    session_max_seconds: Seconds = 12 * 3600.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, then ``NAME_FILE``."""
        return init_settings, env_settings, SecretFileSource(settings_cls)

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(origin.rstrip("/") for origin in value.replace(",", " ").split())
        return value

    @model_validator(mode="before")
    @classmethod
    def _fill_public_url(cls, values: dict[str, Any]) -> dict[str, Any]:
        url = str(values.get("public_url") or "").rstrip("/")
        if not url and values.get("app_env") != "prod":
            url = f"http://localhost:{values.get('port', 8000)}"
        return {**values, "public_url": url}

    @model_validator(mode="after")
    def _need_the_other_half(self) -> Self:
        if self.is_dev and self.customer_jwks and not self.customer_issuer:
            raise ValueError("CUSTOMER_ISSUER is missing: CUSTOMER_JWKS needs it")
        if self.is_dev and self.staff_oidc_issuer and not self.staff_oidc_client_id:
            raise ValueError("STAFF_OIDC_CLIENT_ID is missing: STAFF_OIDC_ISSUER needs it")
        if self.is_dev and self.webhook_url and not self.webhook_secret.get_secret_value():
            raise ValueError("WEBHOOK_SECRET is missing: WEBHOOK_URL needs it")
        return self

    @property
    def is_dev(self) -> bool:
        """True unless this is production."""
        return self.app_env == "dev"

    @property
    def embedded_mongodb(self) -> bool:
        """True where the product runs MongoDB itself."""
        return self.mongodb_uri.get_secret_value() in ("", "memory://")

    @property
    def trusts_dev_tokens(self) -> bool:
        """True where tokens that the product made for its own demo customers are accepted."""
        return self.is_dev and not self.customer_jwks

    @property
    def offers_dev_staff(self) -> bool:
        """True where anybody may sign in as one of the demo's staff."""
        return self.is_dev and not self.staff_oidc_issuer

    def checked(self) -> Self:
        """Return itself if the product may start like this.

        Raises:
            SettingsError: in production, something is missing or weak.
        """
        problems = [] if self.is_dev else _production_problems(self)
        if problems:
            raise SettingsError(_refusal(problems))
        return self


def load_settings() -> Settings:
    """Read and check the settings.

    ``.env`` of the working directory goes into this process's environment where a variable is not
    set there already, because model providers read their own variables from it.

    Raises:
        SettingsError: a value is not valid, or production is half configured.
    """
    load_dotenv(Path(".env"), interpolate=False)
    try:
        for variable in set(_PROVIDER_KEYS.values()):
            if not os.environ.get(variable) and (key := read_secret_file(variable)):
                os.environ[variable] = key
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(_refusal(_problems(error))) from None
    except ValueError as error:
        raise SettingsError(_refusal([str(error)])) from None
    return settings.checked()


def _problems(error: ValidationError) -> list[str]:
    """Name what is not valid, and what production lacks besides."""
    found = error.errors(include_input=False, include_url=False)
    problems = [
        ": ".join(filter(None, (".".join(map(str, each["loc"])).upper(), each["msg"])))
        for each in found
    ]
    invalid = {str(each["loc"][0]) for each in found if each["loc"]}
    if not invalid:
        return problems
    try:
        rest = Settings(**{name: Settings.model_fields[name].default for name in invalid})
    except ValidationError as other:
        return problems + _problems(other)
    missing = [] if rest.is_dev else _production_problems(rest)
    return problems + [each for each in missing if each.partition(":")[0].lower() not in invalid]


def _refusal(problems: list[str]) -> str:
    lines = "".join(f"\n  - {problem}" for problem in problems)
    return f"EcoCash Copilot does not start; these settings need attention:{lines}"


def _production_problems(settings: Settings) -> list[str]:
    found = [
        (name, problem)
        for name, problem in (
            ("PUBLIC_URL", _url_problem(settings.public_url)),
            ("CUSTOMER_JWKS", _jwks_problem(settings.customer_jwks)),
            ("CUSTOMER_ISSUER", _missing(settings.customer_issuer)),
            ("MONGODB_URI", _mongodb_problem(settings)),
            ("EMBED_ORIGINS", _origins_problem(settings.embed_origins)),
            ("MCP_SIGNING_KEY", why_weak(settings.mcp_signing_key.get_secret_value())),
            ("STAFF_OIDC_ISSUER", _url_problem(settings.staff_oidc_issuer)),
            ("STAFF_OIDC_CLIENT_ID", _missing(settings.staff_oidc_client_id)),
            (
                "STAFF_OIDC_CLIENT_SECRET",
                why_weak(settings.staff_oidc_client_secret.get_secret_value(), least=16),
            ),
            *_webhook_problems(settings),
            *_provider_problems(settings.copilot_model),
        )
        if problem
    ]
    return [f"{name}: {problem}" for name, problem in found]


def _missing(value: str) -> str:
    return "" if value else "is missing"


def _url_problem(url: str) -> str:
    if not url:
        return "is missing"
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return "must be an https:// address"
    return "names this machine" if parts.hostname in _LOOPBACK else ""


def _jwks_problem(source: str) -> str:
    if not source:
        return "is missing"
    if "://" in source:
        return _url_problem(source)
    return "" if Path(source).is_file() else "names no file"


def _mongodb_problem(settings: Settings) -> str:
    if settings.embedded_mongodb:
        return "is missing (the embedded server is not for production)"
    uri = settings.mongodb_uri.get_secret_value()
    fits = uri.startswith(("mongodb://", "mongodb+srv://"))
    return "" if fits else "must begin with mongodb:// or mongodb+srv://"


def _origins_problem(origins: tuple[str, ...]) -> str:
    if not origins:
        return "is missing"
    return "" if all(map(_is_origin, origins)) else "must be https:// origins, without * or a path"


def _is_origin(origin: str) -> bool:
    parts = urlsplit(origin)
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and "*" not in origin
        and not (parts.path or parts.query or parts.fragment)
    )


def _webhook_problems(settings: Settings) -> list[tuple[str, str]]:
    """Both, or neither: then nobody is told."""
    secret = settings.webhook_secret.get_secret_value()
    if not settings.webhook_url and not secret:
        return []
    return [
        ("WEBHOOK_URL", _url_problem(settings.webhook_url)),
        ("WEBHOOK_SECRET", why_weak(secret)),
    ]


def _provider_problems(model: str) -> list[tuple[str, str]]:
    variable = _PROVIDER_KEYS.get(model.partition(":")[0])
    if variable is None:
        return []
    return [(variable, why_weak(os.environ.get(variable, ""), least=8))]
