"""Every value that a machine may set, typed, from the environment (prefix GOEUL_) or the data folder's goeul.env."""

import os
from pathlib import Path
from typing import Literal

from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DATA_DIR = Path(os.environ.get("GOEUL_DATA_DIR", ".goeul")).absolute()


class Env(BaseSettings):
    """One machine's values. A missing or wrong one stops the start with its name."""

    model_config = SettingsConfigDict(env_prefix="GOEUL_", env_file=DATA_DIR / "goeul.env", extra="ignore")

    mode: Literal["production", "demo", "test"] = "production"
    """demo: log-ins and data are invented, mail goes to files, second factor is off. test: as demo, faster."""
    data_dir: Path = DATA_DIR
    """Media, private files and caches of this machine."""
    secret_key: SecretStr = Field(min_length=40)
    """Signs sessions and links. At least 40 characters; `goeul up` writes one for a demo."""
    field_keys: SecretStr = Field(min_length=44)
    """Fernet keys that encrypt bank data and provider keys, comma separated, newest first."""
    database_url: str = Field(min_length=1)
    """PostgreSQL address, as a URL or key=value pairs. Never through transaction pooling."""
    redis_url: str = ""
    """Valkey for broker and cache, without the database number. Empty only in tests: memory is used instead."""
    base_host: str = "localhost"
    """The portal's host; each mall lives at {slug}.{base_host}."""
    public_port: int | None = None
    """Port in addresses that people see; None means the scheme's own."""
    https: bool = True
    """Whether people reach us over https; production demands it."""
    pg_bin: Path | None = None
    """Folder of pg_dump, no older than the server; None looks on the PATH."""
    email_url: str = ""
    """smtp://user:password@host:port for mail, smtp+tls:// with STARTTLS, smtps:// with TLS.

    Empty writes mail into the data folder (demo and test only).
    """
    email_from: str = "no-reply@goeul.example"
    stripe_api_base: str = ""
    """Address of the payment provider; empty is the real one. The demo points it at the payment simulator."""
    korean_api_base: str = ""
    """Address of the Korean payment company's interface and pages. Not needed where the payment simulator runs."""
    message_api_base: str = ""
    """Address of the provider of phone messages (알림톡, SMS); empty: everybody is told by e-mail."""
    trusted_proxies: int = 0
    """How many proxies in front may be believed about the visitor's address."""

    @field_validator("https")
    @classmethod
    def production_is_https(cls, value: bool, info: object) -> bool:  # noqa: FBT001  pydantic's shape
        """Production never serves plain http."""
        if not value and getattr(info, "data", {}).get("mode") == "production":
            message = "production is served over https only"
            raise ValueError(message)
        return value

    @property
    def database(self) -> dict[str, str]:
        """The database address as libpq words."""
        return {key: str(value) for key, value in conninfo_to_dict(self.database_url).items() if value is not None}

    @property
    def is_production(self) -> bool:
        """Whether real people and money are served."""
        return self.mode == "production"

    def address(self, host: str, path: str = "/") -> str:
        """The absolute address of a page on `host`."""
        port = f":{self.public_port}" if self.public_port else ""
        return f"{'https' if self.https else 'http'}://{host}{port}{path}"


env = Env()  # type: ignore[call-arg]  # values come from the environment
