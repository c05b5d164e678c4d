"""Every setting of the bot, read from the environment and `.env`, typed and described."""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "PULLQUOTE_"
ENV_FILE = ".env"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's mark does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class SettingsFileError(Exception):
    """The file `.env` cannot be read; the message says why and what to do."""


class Settings(BaseSettings):
    """The settings; all but the token carry the prefix `PULLQUOTE_` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # `DISCORD_TOKEN=` in a copied .env.example means "none"
        extra="ignore",
        populate_by_name=True,
        frozen=True,
        hide_input_in_errors=True,  # a token must not reach a log through a validation error
    )

    discord_token: SecretStr | None = Field(
        default=None,
        validation_alias="DISCORD_TOKEN",
        description="The bot's token from Discord's developer portal; without one there is no Discord.",
    )
    data_dir: Path = Field(default=Path("data"), description="The folder of both databases and the index.")
    seeds_dir: Path = Field(default=Path("seeds"), description="The folder of the articles to start with.")
    folders: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="Further folders of articles of the shared library, watched while the bot runs; separated by ':'.",
    )
    server_articles: int = Field(
        default=2_000, ge=0, description="How many articles one server's own library may hold."
    )
    server_characters: int = Field(
        default=20_000_000, ge=0, description="How many characters of text one server's own library may hold."
    )
    chroma_url: str = Field(
        default="",
        description="A Chroma server, such as http://chroma:8000; empty for the embedded one.",
    )
    model: str = Field(
        default="",
        description="A sentence-transformers name or folder; empty for the packaged weights.",
    )
    attribution: Literal["learned", "rules"] = Field(
        default="learned",
        description="Who is credited in a text is found by rules and a network, or by the rules alone.",
    )
    cache_mb: int = Field(
        default=64,
        ge=1,
        le=100_000,
        description="How many megabytes of what questions read of the libraries are kept in memory.",
    )
    history_days: int = Field(
        default=90, ge=1, le=3650, description="For how many days questions are kept before they are deleted."
    )
    left_server_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description="For how many days the articles, feeds, settings and history of a server that the bot was removed "
        "from are kept, in case it is invited again.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least severe log lines to show."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Log lines for people to read, or one JSON object a line for programs."
    )
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65_535,
        description="A port on this machine alone for /metrics (Prometheus), /healthz and /readyz; 0 for none.",
    )
    time_zone: str = Field(
        default="UTC", description='The time zone of the log, and of "today" and "last week" in questions.'
    )

    @field_validator("chroma_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/]+/?", value):
            raise ValueError("write it like http://localhost:8000")
        return value

    @field_validator("folders", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("data_dir", "seeds_dir", "model")
    @classmethod
    def _home(cls, value: Path | str) -> Path | str:
        return type(value)(_expanded(value)) if str(value).startswith("~") else value

    @field_validator("folders")
    @classmethod
    def _homes(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(map(_expanded, value))

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError only by name
            raise ValueError("this machine knows no such time zone") from error
        except KeyError as error:
            raise ValueError("this machine knows no such time zone") from error
        return value


def read_settings(**given: object) -> Settings:
    """Read the settings; those `given` go before the environment, and that before the file `.env`.

    The file may be in UTF-8, or in any Unicode that says so by its mark, as PowerShell's `>` writes it. Raises
    `SettingsFileError` where it cannot be read, pydantic's `ValidationError` where a setting is not usable.
    """
    try:
        return Settings(_env_file_encoding=_encoding_of(Path(ENV_FILE)), **given)  # type: ignore[arg-type, call-arg]
    except UnicodeDecodeError as error:
        raise SettingsFileError(
            f"{ENV_FILE} is not UTF-8 (byte {error.start} cannot be read); save it as UTF-8."
        ) from error
    except OSError as error:
        raise SettingsFileError(
            f"{ENV_FILE} cannot be read ({error.strerror or error}); mend its permissions."
        ) from error


def _encoding_of(path: Path) -> str:
    if not path.is_file():
        return "utf-8"
    data = path.read_bytes()
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" in data:  # UTF-16 without its mark: no line of it would be understood, and none missed
        raise SettingsFileError(f"{path} is not UTF-8 (it has zero bytes in it); save it as UTF-8.")
    return "utf-8"


def _expanded(path: Path | str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path} names a home folder that this machine does not know; write the path out") from error


def explain(error: ValidationError) -> str:
    """Turn a validation error of `Settings` into one sentence that names each wrong variable."""
    wrong = [f"{_variable(item['loc'])} ({_plain(item['msg'])})" for item in error.errors()]
    verb = "is" if len(wrong) == 1 else "are"
    return f"{' and '.join(wrong)} {verb} not usable; correct the environment or the .env file."


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "a setting"
    return name if name.isupper() else f"{PREFIX}{name.upper()}"


def _plain(message: str) -> str:
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    return message[:1].lower() + message[1:]
