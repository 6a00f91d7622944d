import re
from pathlib import Path

import pytest

from ecocash_copilot.core.ids import new_secret
from ecocash_copilot.core.settings import Settings, SettingsError, load_settings
from ecocash_copilot.core.weak_secrets import why_weak

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests counts."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    # Set, then deleted: so that what load_settings puts there is taken back too.
    for name in ("OPENAI_API_KEY", "OPENAI_API_KEY_FILE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def prod(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A complete production."""
    values = {
        "APP_ENV": "prod",
        "PUBLIC_URL": "https://copilot.ecocash.co.zw/",
        "CUSTOMER_JWKS": "https://id.ecocash.co.zw/jwks.json",
        "CUSTOMER_ISSUER": "https://id.ecocash.co.zw",
        "MONGODB_URI": "mongodb://db1/?replicaSet=rs0",
        "EMBED_ORIGINS": "https://app.ecocash.co.zw, https://www.ecocash.co.zw",
        "MCP_SIGNING_KEY": new_secret(),
        "STAFF_OIDC_ISSUER": "https://login.ecocash.co.zw",
        "STAFF_OIDC_CLIENT_ID": "copilot",
        "STAFF_OIDC_CLIENT_SECRET": new_secret(),
        "COPILOT_MODEL": "openai:gpt-5-mini",
        "OPENAI_API_KEY": "sk-" + new_secret(),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def test_dev_needs_nothing() -> None:
    settings = load_settings()
    assert settings.is_dev
    assert settings.embedded_mongodb
    assert settings.trusts_dev_tokens
    assert settings.copilot_model == "offline"
    assert settings.public_url == "http://localhost:8000"


def test_in_dev_staff_choose_who_they_are_until_there_is_a_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load_settings().offers_dev_staff
    monkeypatch.setenv("STAFF_OIDC_ISSUER", "http://localhost:9999")
    with pytest.raises(SettingsError, match="STAFF_OIDC_CLIENT_ID is missing"):
        load_settings()
    monkeypatch.setenv("STAFF_OIDC_CLIENT_ID", "copilot")
    settings = load_settings()
    assert not settings.offers_dev_staff
    assert settings.staff_oidc_roles_claim == "roles"


def test_notices_go_to_an_address_with_its_secret_or_nowhere(
    prod: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().webhook_url == ""
    monkeypatch.setenv("WEBHOOK_URL", "https://push.ecocash.co.zw/hook")
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: is missing"):
        load_settings()
    monkeypatch.setenv("WEBHOOK_SECRET", "short")
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: is weak"):
        load_settings()
    monkeypatch.setenv("WEBHOOK_SECRET", "Kf3-9xQz7Lm2Vb8Nc4Rt6Yw1Hj5Gd0Ps")
    assert load_settings().webhook_secret.get_secret_value()
    monkeypatch.setenv("WEBHOOK_URL", "http://push.ecocash.co.zw/hook")
    with pytest.raises(SettingsError, match="WEBHOOK_URL: must be an https"):
        load_settings()
    monkeypatch.delenv("WEBHOOK_URL")
    with pytest.raises(SettingsError, match="WEBHOOK_URL: is missing"):
        load_settings()


def test_in_dev_a_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:9999/hook")
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET is missing"):
        load_settings()


def test_in_production_nobody_chooses_who_they_are(prod: dict[str, str]) -> None:
    assert not load_settings().offers_dev_staff


def test_the_port_moves_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    assert load_settings().public_url == "http://localhost:9000"


def test_a_complete_production_starts(prod: dict[str, str]) -> None:
    settings = load_settings()
    assert settings.public_url == "https://copilot.ecocash.co.zw"
    assert settings.embed_origins == ("https://app.ecocash.co.zw", "https://www.ecocash.co.zw")
    assert not settings.trusts_dev_tokens


def test_an_empty_production_is_told_everything_at_once(
    prod: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in prod:
        if name not in ("APP_ENV", "COPILOT_MODEL"):
            monkeypatch.delenv(name)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    named = set(re.findall(r"^  - (\w+): is missing", str(raised.value), re.MULTILINE))
    assert named == set(prod) - {"APP_ENV", "COPILOT_MODEL"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PUBLIC_URL", "http://copilot.ecocash.co.zw", "https"),
        ("PUBLIC_URL", "https://localhost:8000", "this machine"),
        ("CUSTOMER_JWKS", "http://id.ecocash.co.zw/jwks.json", "https"),
        ("CUSTOMER_JWKS", "/no/such/file.json", "names no file"),
        ("MONGODB_URI", "memory://", "embedded"),
        ("MONGODB_URI", "postgres://db", "mongodb://"),
        ("EMBED_ORIGINS", "*", "origins"),
        ("EMBED_ORIGINS", "https://*.ecocash.co.zw", "origins"),
        ("EMBED_ORIGINS", "http://app.ecocash.co.zw", "origins"),
        ("EMBED_ORIGINS", "https://app.ecocash.co.zw/path", "origins"),
        ("MCP_SIGNING_KEY", "short", "weak"),
        ("MCP_SIGNING_KEY", "change-me-change-me-change-me-change-me", "placeholder"),
        ("MCP_SIGNING_KEY", "ab" * 30, "repeats"),
        ("STAFF_OIDC_CLIENT_SECRET", "your-client-secret-here", "placeholder"),
        ("OPENAI_API_KEY", "sk", "weak"),
    ],
)
def test_a_weak_value_is_named_and_never_shown(
    prod: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    (line,) = re.findall(r"^  - (.*)$", str(raised.value), re.MULTILINE)
    assert line.startswith(f"{name}: ")
    assert said in line
    if "KEY" in name or "SECRET" in name:
        assert value not in str(raised.value)


def test_a_secret_may_be_a_file(
    prod: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("MCP_SIGNING_KEY", "MONGODB_URI", "OPENAI_API_KEY"):
        path = tmp_path / name
        path.write_text(f"{prod[name]}\n")
        monkeypatch.delenv(name)
        monkeypatch.setenv(f"{name}_FILE", str(path))
    settings = load_settings()
    assert settings.mcp_signing_key.get_secret_value() == prod["MCP_SIGNING_KEY"]
    assert settings.mongodb_uri.get_secret_value() == prod["MONGODB_URI"]
    (tmp_path / "MONGODB_URI").unlink()
    with pytest.raises(SettingsError, match="MONGODB_URI_FILE cannot be read"):
        load_settings()


def test_env_file_counts_where_the_environment_is_silent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PORT", "LOG_LEVEL", "CUSTOMER_AUDIENCE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    (tmp_path / ".env").write_text("PORT=9001\nLOG_LEVEL=ERROR\nCUSTOMER_AUDIENCE=a$b\n")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    settings = load_settings()
    assert (settings.port, settings.log_level, settings.customer_audience) == (9001, "DEBUG", "a$b")


@pytest.mark.parametrize(
    ("name", "value"),
    [("APP_ENV", "staging"), ("PORT", "http"), ("COPILOT_MODEL", "gpt"), ("CUSTOMER_JWKS", "k")],
)
def test_a_value_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}"):
        load_settings()


def test_what_makes_no_sense_hides_nothing_that_is_missing(
    prod: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("MONGODB_DB", "a/b")
    monkeypatch.setenv("MCP_SIGNING_KEY", "short")
    monkeypatch.delenv("CUSTOMER_ISSUER")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    named = re.findall(r"^  - (\w+): ", str(raised.value), re.MULTILINE)
    assert sorted(named) == ["CUSTOMER_ISSUER", "MCP_SIGNING_KEY", "MONGODB_DB", "PORT"]


def test_in_dev_every_problem_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("WEBHOOK_URL", "https://push.ecocash.co.zw/events")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "PORT: " in str(raised.value)
    assert "WEBHOOK_SECRET is missing" in str(raised.value)


def test_secrets_do_not_show_in_a_dump(prod: dict[str, str]) -> None:
    shown = repr(load_settings()) + str(load_settings().model_dump())
    for name in ("MCP_SIGNING_KEY", "MONGODB_URI", "STAFF_OIDC_CLIENT_SECRET"):
        assert prod[name] not in shown


def test_the_example_lists_every_setting() -> None:
    example = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert {name.upper() for name in Settings.model_fields} <= listed


def test_random_secrets_are_strong() -> None:
    assert not any(why_weak(new_secret()) for _ in range(200))
    assert not why_weak("4KP33bCuPH2TEe7xzVja7k_4thXJ3JxXXXjOpYSnRWs")
    assert not why_weak("IzjJti2vEk-tEst7inshtkTKwwxyOur_Q2NN9Yex0pU8ck")
