"""Every setting there is, typed, checked and described, read once from the environment."""

import secrets
from collections.abc import Mapping
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.credentials import credential_problems
from bot.env_lines import has_comment, plain
from bot.letters import mailbox_of
from handlers.accounts.accounts import Signup
from knowledge.model.models import USUAL, Prices
from knowledge.store.spending.spend_counts import Cap, SpendLimits

SECRET_KEY_LENGTH = 32
METRICS_TOKEN_LENGTH = 16
# `serve` refuses to start without these; under `run` each has an embedded stand-in.
REQUIRED = (
    "MIMI_SECRET_KEY",
    "MONGODB_URI",
    "LINE_CHANNEL_SECRET",
    "LINE_CHANNEL_ACCESS_TOKEN",
    "ANTHROPIC_API_KEY",
    "SMTP_URL",
    "MAIL_FROM",
)
# What new-env.sh and the examples of deploy/ have in its place.
EXAMPLE_URL = "https://mimi.example.com"
OF_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
# What pydantic says of a value, said so that one knows what to write.
EXPECTED = {
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
}


class SettingsProblem(Exception):
    """One message that names every variable that is wrong or missing."""


class Settings(BaseSettings):
    """The table that `python -m bot settings` prints. Unset means the default; an empty value means unset."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", populate_by_name=True)

    public_url: str = Field(
        "",
        alias="MIMI_PUBLIC_URL",
        description="Where people reach mimi, as they type it; by default http://localhost:PORT",
    )
    host: str = Field("127.0.0.1", alias="MIMI_HOST", description="The address to listen on")
    port: int = Field(8080, alias="MIMI_PORT", ge=0, le=65535, description="The port to listen on; 0 takes a free one")
    data_dir: Path = Field(Path(".mimi"), alias="MIMI_DATA_DIR", description="Where embedded parts keep their files")
    runtime_dir: Path = Field(
        Path("/tmp"),  # noqa: S108 (a folder of our own is made in it, see knowledge/meaning/embedder_socket.py)
        alias="MIMI_RUNTIME_DIR",
        description="Where the processes of one machine meet: web and worker share the one that reads meaning",
    )
    trusted_proxy: bool = Field(
        False,
        alias="MIMI_TRUSTED_PROXY",
        description="true when one reverse proxy in front adds the visitor's address to X-Forwarded-For",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        alias="MIMI_SECRET_KEY",
        description="At least 32 characters; keys of conversations are derived from it",
    )
    model: str = Field(USUAL, alias="MIMI_MODEL", description="The Claude model that answers visitors")
    model_max_tokens: int = Field(
        1_200, alias="MIMI_MODEL_MAX_TOKENS", ge=200, le=8_000, description="The longest answer, in tokens"
    )
    model_deadline: float = Field(
        45.0,
        alias="MIMI_MODEL_DEADLINE",
        ge=5,
        le=55,
        description="Seconds Claude has for an answer; after that it is quoted from the knowledge",
    )
    model_retries: int = Field(
        1, alias="MIMI_MODEL_RETRIES", ge=0, le=3, description="How often Claude is asked again when it is overloaded"
    )
    knowledge_tokens: int = Field(
        20_000,
        alias="MIMI_KNOWLEDGE_TOKENS",
        ge=2_000,
        le=60_000,
        description="Up to this many tokens, Claude gets an app's whole knowledge; beyond it, the best passages",
    )
    prices: str = Field(
        "",
        alias="MIMI_PRICES",
        description="US dollars per million tokens: in, out, cache read, cache write; unset: Anthropic's list",
    )
    spend_per_day: float = Field(
        1.0, alias="MIMI_SPEND_PER_DAY", ge=0, description="US dollars an app's answers may cost per day; 0: no limit"
    )
    spend_per_month: float = Field(
        10.0,
        alias="MIMI_SPEND_PER_MONTH",
        ge=0,
        description="US dollars an app's answers may cost per month; 0: no limit",
    )
    spend_owner_per_day: float = Field(
        3.0,
        alias="MIMI_SPEND_OWNER_PER_DAY",
        ge=0,
        description="The same for all of an owner's apps together, per day",
    )
    spend_owner_per_month: float = Field(30.0, alias="MIMI_SPEND_OWNER_PER_MONTH", ge=0, description="... per month")
    spend_total_per_day: float = Field(
        25.0,
        alias="MIMI_SPEND_TOTAL_PER_DAY",
        ge=0,
        description="The same for the whole service, per day; `doctor`, the log and metrics report it",
    )
    spend_total_per_month: float = Field(250.0, alias="MIMI_SPEND_TOTAL_PER_MONTH", ge=0, description="... per month")
    embeddings: bool = Field(
        True,
        alias="MIMI_EMBEDDINGS",
        description="false to find knowledge by its words alone, which saves a process of 200 MB",
    )
    rich_menu: bool = Field(
        True,
        alias="MIMI_RICH_MENU",
        description="false to leave the menu below the chat to LINE's own console",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        alias="MIMI_METRICS_TOKEN",
        description="Whoever sends it as a bearer token can read /metrics (Prometheus); unset: no such page",
    )
    signup: Signup = Field(
        Signup.OPEN,
        alias="MIMI_SIGNUP",
        description="Who may sign up: open, invite (`python -m bot invite`) or closed",
    )
    handle_views: int = Field(
        30,
        alias="MIMI_HANDLE_VIEWS",
        ge=0,
        description="A page with more views than this in six months keeps its handle, whether or not its owner comes",
    )
    handle_cool_off: int = Field(
        90,
        alias="MIMI_HANDLE_COOL_OFF",
        ge=0,
        le=3650,
        description="Days for which nobody else can take a handle that was deleted, given up or released",
    )
    operator: str = Field(
        "", alias="MIMI_OPERATOR", description="Who runs this mimi, as /privacy names them: a person or a company"
    )
    operator_address: str = Field(
        "",
        alias="MIMI_OPERATOR_ADDRESS",
        description="Their postal address, and who represents a company; unset: /privacy says it is given on request",
    )
    contact: str = Field(
        "",
        alias="MIMI_CONTACT",
        description="The e-mail address for questions and complaints that /privacy names; unset: MAIL_FROM's",
    )
    hosting: str = Field(
        "",
        alias="MIMI_HOSTING",
        description="Who runs the machines and the mail server, and in which country, as /privacy says it",
    )
    backup_days: int = Field(
        30,
        alias="MIMI_BACKUP_DAYS",
        ge=0,
        le=3650,
        description="Days after which you delete backups, as /privacy promises; 0: you make none",
    )
    mongodb_uri: SecretStr = Field(
        SecretStr(""), alias="MONGODB_URI", description="A MongoDB replica set; unset: an embedded mongod"
    )
    line_channel_secret: SecretStr = Field(
        SecretStr(""), alias="LINE_CHANNEL_SECRET", description="Verifies webhooks; unset: the LINE simulator"
    )
    line_channel_access_token: SecretStr = Field(
        SecretStr(""), alias="LINE_CHANNEL_ACCESS_TOKEN", description="Sends messages; unset: the LINE simulator"
    )
    line_bot_user_id: str = Field(
        "",
        alias="LINE_BOT_USER_ID",
        pattern="^(U[0-9a-f]{32})?$",
        description="Optional: webhooks for another destination are refused",
    )
    line_api_url: str = Field("https://api.line.me", alias="LINE_API_URL", description="LINE's Messaging API")
    line_data_api_url: str = Field(
        "https://api-data.line.me", alias="LINE_DATA_API_URL", description="LINE's API for content"
    )
    line_link_url: str = Field(
        "https://access.line.me/dialog/bot/accountLink",
        alias="LINE_LINK_URL",
        description="LINE's page where its user confirms linking an account",
    )
    import_hosts: str = Field(
        "",
        alias="MIMI_IMPORT_HOSTS",
        description="Hosts of your own network to import pages from: host (80, 443) or host:port, separated by commas",
    )
    anthropic_api_key: SecretStr = Field(
        SecretStr(""), alias="ANTHROPIC_API_KEY", description="Claude; unset: answers are quoted from the knowledge"
    )
    anthropic_base_url: str = Field(
        "https://api.anthropic.com", alias="ANTHROPIC_BASE_URL", description="Anthropic's API"
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        alias="SMTP_URL",
        description="smtp://user:password@host:587 (STARTTLS where offered) or smtps://; unset: a local mailbox page",
    )
    mail_from: str = Field(
        "mimi@localhost",
        alias="MAIL_FROM",
        description="Sender of e-mails, and recipient of the contact form: an address, or `name <address>`",
    )

    @model_validator(mode="before")
    @classmethod
    def _values_themselves(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Without the quotes and white space that some readers of environment files leave on; nothing left is unset."""
        read = {name: plain(value) if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in read.items() if value != ""}

    @classmethod
    def read(cls, given: Mapping[str, str] | None = None) -> Self:
        """From the environment; what is `given` wins over it. Raises SettingsProblem with all problems in one."""
        try:
            settings = cls.model_validate(given or {})
        except ValidationError as error:
            raise SettingsProblem("\n".join(_refused(problem) for problem in error.errors())) from None
        if problems := settings.problems():
            raise SettingsProblem("\n".join(problems))
        return settings

    def problems(self) -> list[str]:
        """What is wrong in whichever way mimi is started."""
        found = []
        if self.public_url and not _is_origin(self.public_url):
            found.append("MIMI_PUBLIC_URL: must be http(s)://host[:port] without a path")
        found += self._commented()
        found += credential_problems(
            self.line_channel_secret.get_secret_value(),
            self.line_channel_access_token.get_secret_value(),
            self.anthropic_api_key.get_secret_value(),
        )
        if bool(self.line_channel_secret.get_secret_value()) != bool(self.line_channel_access_token.get_secret_value()):
            found.append("LINE_CHANNEL_SECRET, LINE_CHANNEL_ACCESS_TOKEN: set both or neither")
        if (key := self.secret_key.get_secret_value()) and len(key) < SECRET_KEY_LENGTH:
            found.append(f"MIMI_SECRET_KEY: must have at least {SECRET_KEY_LENGTH} characters")
        if (token := self.metrics_token.get_secret_value()) and len(token) < METRICS_TOKEN_LENGTH:
            found.append(f"MIMI_METRICS_TOKEN: must have at least {METRICS_TOKEN_LENGTH} characters")
        try:
            self.model_prices()
        except ValueError as error:
            found.append(f"MIMI_PRICES: {error}")
        if (url := self.smtp_url.get_secret_value()) and not _is_mail_server(url):
            found.append("SMTP_URL: must be smtp(s)://user:password@host:port, special characters percent-encoded")
        if self.smtp_url.get_secret_value() and "MAIL_FROM" not in self.named():
            found.append("MAIL_FROM: must be set when SMTP_URL is")
        try:
            self.mail_sender()
        except ValueError as error:
            found.append(f"MAIL_FROM: {error}")
        try:
            self.contact and mailbox_of(self.contact)
        except ValueError as error:
            found.append(f"MIMI_CONTACT: {error}")
        return found

    def _commented(self) -> list[str]:
        """The variables with a comment behind their value, as far as they could be read at all."""
        given = {str(type(self).model_fields[name].alias): getattr(self, name) for name in self.model_fields_set}
        read = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in given.items()
        }
        return [_comment(name) for name, value in read.items() if has_comment(str(value))]

    def mail_sender(self) -> Address:
        """MAIL_FROM in its parts. Raises ValueError."""
        return mailbox_of(self.mail_from)

    def model_prices(self) -> Prices | None:
        """The prices that were set; None for Anthropic's list. Raises ValueError."""
        return Prices.parse(self.prices) if self.prices else None

    def spend_limits(self) -> SpendLimits:
        return SpendLimits(
            app=Cap(self.spend_per_day, self.spend_per_month),
            owner=Cap(self.spend_owner_per_day, self.spend_owner_per_month),
            everybody=Cap(self.spend_total_per_day, self.spend_total_per_month),
        )

    def named(self) -> set[str]:
        """The variables that were given a value."""
        fields = type(self).model_fields
        return {str(fields[name].alias) for name in self.model_fields_set}

    def for_production(self) -> Self:
        """These settings, if `serve` may use them. Raises SettingsProblem naming what is missing."""
        named = self.named()
        missing = [
            f"{name}: must be set (`run` has an embedded stand-in, `serve` has none)"
            for name in (*REQUIRED, "MIMI_PUBLIC_URL")
            if name not in named
        ]
        if self.public_url and not self.public_url.startswith("https://"):
            missing.append("MIMI_PUBLIC_URL: must start with https:// (owners' session cookies need it)")
        if self.public_url.rstrip("/") == EXAMPLE_URL:
            missing.append(f"MIMI_PUBLIC_URL: is still the example's ({EXAMPLE_URL}): write your own")
        if urlsplit(self.public_url).hostname in OF_THIS_MACHINE:
            missing.append("MIMI_PUBLIC_URL: is a name that leads from this machine to itself: write what others type")
        if missing:
            raise SettingsProblem("\n".join(missing))
        return self

    @property
    def key_file(self) -> Path:
        """Where the secret key is kept when none is given."""
        return self.data_dir / "secret_key"

    def with_own_secret(self) -> Self:
        """These settings with a secret key: the given one, or one made once and kept in the data folder."""
        if self.secret_key.get_secret_value():
            return self
        path = self.key_file
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(SECRET_KEY_LENGTH))
        return self.model_copy(update={"secret_key": SecretStr(path.read_text())})


def _refused(problem: ErrorDetails) -> str:
    """One line for a value that is none of its kind."""
    name, value = str(problem["loc"][0]), problem["input"]
    if isinstance(value, str) and has_comment(value):
        return _comment(name)
    return f"{name}: {EXPECTED.get(problem['type'], problem['msg'])}"


def _comment(name: str) -> str:
    return f"{name}: has a comment behind its value: write comments on lines of their own"


def _is_mail_server(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return (
            parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0 and parts.path in {"", "/"}
        )
    except ValueError:  # the port is none
        return False


def _is_origin(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and parts.path in {"", "/"} and not parts.query
