"""The configuration: read once, from a TOML file and the environment, into typed frozen values.

Every fault is reported at once, each with its place. Secrets come from files (`password_file`) or the environment
(`INTAKE__SUBMISSION__PASSWORD`); they are `SecretStr` from the first moment, so that no log or error can show them.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from intake.settings.alarms import AlarmsConfig
from intake.settings.api import ApiConfig
from intake.settings.attachments import AttachmentsConfig
from intake.settings.audit import AuditConfig
from intake.settings.chat import ChatConfig
from intake.settings.clocks import ClocksConfig, PagingConfig
from intake.settings.keys import KeysConfig
from intake.settings.mail import LOOPBACK, LmtpConfig, MailboxConfig, SmtpConfig, SubmissionConfig
from intake.settings.retention import RetentionConfig
from intake.settings.section import PlainAddress, Section
from intake.settings.sender_trust import SenderTrustConfig
from intake.settings.sign_in import SignInConfig
from intake.settings.telegram import TelegramConfig
from intake.settings.web import WebConfig
from intake.settings.webhooks import WebhooksConfig

ENVIRONMENT_PREFIX = "INTAKE__"


class ConfigError(Exception):
    """The configuration is wrong. `faults` are sentences: where, what, and what to do."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class IdentityConfig(Section):
    """Who we are in the mail that we write."""

    address: PlainAddress = "quality.me@example.test"
    name: str = "Quality.me"
    own_addresses: tuple[PlainAddress, ...] = ()
    """Further addresses of ours: mail from them is never acknowledged."""
    plus_addresses: bool = False
    """Whether the mail server delivers `local+anything@domain` to us; then our Reply-To carries a thread token."""

    @property
    def ours(self) -> frozenset[str]:
        """All our addresses, in lower case."""
        return frozenset(address.lower() for address in (self.address, *self.own_addresses))

    @property
    def domain(self) -> str:
        """The domain of our Message-IDs."""
        return self.address.partition("@")[2].lower()


class DeskConfig(Section):
    """The officers' desk."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535)
    secure_cookies: bool = True
    """Browsers accept secure cookies on loopback without TLS, too; switch off only for one that does not."""
    session_hours: int = Field(default=10, ge=1, le=24)

    @model_validator(mode="after")
    def _secure_beyond_loopback(self) -> Self:
        if not self.secure_cookies and self.host not in LOOPBACK:
            raise ValueError(f"secure_cookies may be off on this machine only, not on {self.host}")
        return self


class FilingConfig(Section):
    """How messages are worked on."""

    workers: int = Field(default=1, ge=1, le=64)
    lease_seconds: float = Field(default=120, gt=0)
    classify_seconds: float = Field(default=10, gt=0)
    reopen_days: int = Field(default=28, ge=0)
    attempts: int = Field(default=5, ge=1)
    """After so many failures a message goes to quarantine, where a person sees it."""


class ClassifierConfig(Section):
    """What the classifier may learn from, and which candidate reads along."""

    learn_from_decisions: bool = True
    shadow: str = Field(default="", pattern=r"^([0-9A-Za-z][0-9A-Za-z._-]{0,63})?$")
    """The version of a model whose verdicts are recorded beside the live ones; nobody acts on them."""


class AcknowledgementConfig(Section):
    """The caps that keep two machines from writing to each other for ever."""

    per_address_a_day: int = Field(default=20, ge=1)
    per_domain_an_hour: int = Field(default=500, ge=1)
    give_up_hours: float = Field(default=48, gt=0)
    access_code: bool = False
    """Put an access code into it, by which the reporter can go on in the chat; never to a work mailbox."""


class StoreConfig(Section):
    """The shared store: SQLite in `data_dir` unless a URL says otherwise."""

    url: str = ""

    @field_validator("url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("the store must be sqlite:////absolute/path or postgresql://user@host/database")
        return value


class LogConfig(Section):
    """What is logged, as one JSON object a line on standard error; never any text, address or secret."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"


MAX_MESSAGE_BYTES = 64 * 1024 * 1024


class Config(Section):
    """All settings. See docs/configuration.md, which is checked against this class."""

    data_dir: Path = Path("intake-data")
    reference_overlay: Path | None = None
    max_message_bytes: int = Field(default=MAX_MESSAGE_BYTES, ge=1024, le=512 * 1024 * 1024)
    identity: IdentityConfig = IdentityConfig()
    store: StoreConfig = StoreConfig()
    keys: KeysConfig = KeysConfig()
    mailboxes: tuple[MailboxConfig, ...] = ()
    smtp: SmtpConfig = SmtpConfig()
    lmtp: LmtpConfig = LmtpConfig()
    submission: SubmissionConfig | None = None
    sender_trust: SenderTrustConfig = SenderTrustConfig()
    desk: DeskConfig = DeskConfig()
    sign_in: SignInConfig = SignInConfig()
    filing: FilingConfig = FilingConfig()
    attachments: AttachmentsConfig = AttachmentsConfig()
    classifier: ClassifierConfig = ClassifierConfig()
    acknowledgement: AcknowledgementConfig = AcknowledgementConfig()
    retention: RetentionConfig = RetentionConfig()
    audit: AuditConfig = AuditConfig()
    chat: ChatConfig = ChatConfig()
    telegram: TelegramConfig = TelegramConfig()
    alarms: AlarmsConfig = AlarmsConfig()
    clocks: ClocksConfig = ClocksConfig()
    paging: PagingConfig = PagingConfig()
    web: WebConfig = WebConfig()
    api: ApiConfig = ApiConfig()
    webhooks: WebhooksConfig = WebhooksConfig()
    log: LogConfig = LogConfig()

    @model_validator(mode="after")
    def _mailboxes_differ(self) -> Self:
        names = [mailbox.name for mailbox in self.mailboxes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two mailboxes are called {', '.join(twice)}; each needs its own name")
        return self

    @property
    def models_dir(self) -> Path:
        """Where trained models are kept."""
        return self.data_dir / "models"

    @property
    def store_url(self) -> str:
        """The store's URL, with the embedded default filled in."""
        return self.store.url or f"sqlite:///{(self.data_dir / 'intake.db').absolute()}"


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the TOML file (if any), let the environment override it, and check all of it; raises ConfigError."""
    settings = _read_toml(path) if path else {}
    for name, value in environ.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            _put(settings, name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__"), value, name)
    try:
        return Config.model_validate(settings)
    except ValidationError as error:
        raise ConfigError(tuple(_sentence(path, fault) for fault in error.errors(include_url=False))) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError((f"{path}: cannot be read ({error.strerror}); give another file with --config",)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError((f"{path}: is not valid TOML: {error}",)) from None


def _put(settings: dict[str, Any], keys: list[str], value: str, name: str) -> None:
    """Put one environment variable where it belongs; a number as key stands for a place in a list."""
    here: Any = settings
    for position, key in enumerate(keys):
        last = position == len(keys) - 1
        if isinstance(here, list):
            if not key.isdigit() or int(key) >= len(here):
                raise ConfigError((f"{name}: the configuration file has no entry {key} there",))
            here = here[int(key)]
        elif last:
            here[key] = value
        else:
            here = here.setdefault(key, {})
        if not isinstance(here, dict | list):
            raise ConfigError((f"{name}: {'.'.join(keys[: position + 1])} is a single value, not a section",))


def _sentence(path: Path | None, fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"]) or "the configuration"
    what = {
        "extra_forbidden": "is no setting; see docs/configuration.md for those there are",
        "missing": "is missing",
    }.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
    return f"{path or 'environment'}: {where}: {what}"
