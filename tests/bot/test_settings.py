"""Settings come from the environment or `.env`, and a wrong one is named in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from typer.testing import CliRunner

from bot.commands.app import app
from bot.settings import Settings, SettingsFileError, explain, read_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PULLQUOTE_{name.upper()}", raising=False)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)


def test_everything_has_a_default() -> None:
    settings = Settings()
    assert settings.discord_token is None
    assert (settings.history_days, settings.log_level, settings.chroma_url) == (90, "INFO", "")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "abc")
    monkeypatch.setenv("PULLQUOTE_DATA_DIR", "/srv/quotes")
    monkeypatch.setenv("PULLQUOTE_LOG_LEVEL", "debug")
    settings = Settings()
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "abc"
    assert (settings.data_dir, settings.log_level) == (Path("/srv/quotes"), "DEBUG")


def test_the_example_file_is_valid_and_names_every_setting(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert Settings() == Settings(_env_file=None)
    for name in Settings.model_fields:
        assert f"{'' if name == 'discord_token' else 'PULLQUOTE_'}{name.upper()}=" in text


def test_the_token_shows_in_no_text() -> None:
    settings = Settings(discord_token=SecretStr("hunter2"))
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PULLQUOTE_HISTORY_DAYS", "soon", "valid integer"),
        ("PULLQUOTE_HISTORY_DAYS", "0", "greater than or equal to 1"),
        ("PULLQUOTE_LOG_LEVEL", "LOUD", "should be 'DEBUG'"),
        ("PULLQUOTE_TIME_ZONE", "Mars/Olympus", "knows no such time zone"),
        ("PULLQUOTE_TIME_ZONE", "../etc/passwd", "knows no such time zone"),
        ("PULLQUOTE_CHROMA_URL", "chroma:8000", "write it like http:"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    sentence = explain(caught.value)
    assert sentence.startswith(f"{name} (")
    assert reason in sentence
    assert "\n" not in sentence


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_any_unicode_that_says_so_is_read(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""  # PowerShell writes one
    (tmp_path / ".env").write_bytes(f"{mark}DISCORD_TOKEN=abc\r\nPULLQUOTE_HISTORY_DAYS=7\r\n".encode(encoding))
    settings = read_settings()
    assert settings.discord_token is not None
    assert (settings.discord_token.get_secret_value(), settings.history_days) == ("abc", 7)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("DISCORD_TOKEN=ä".encode("latin-1"), r"\.env is not UTF-8 \(byte 14 cannot be read\); save it as UTF-8\."),
        (
            "DISCORD_TOKEN=abc".encode("utf-16-le"),
            r"\.env is not UTF-8 \(it has zero bytes in it\); save it as UTF-8\.",
        ),
        (b"\xff\xfeD\x00I", r"\.env is not UTF-8"),
    ],
)
def test_a_file_that_is_no_text_is_one_sentence_and_status_2(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / ".env").write_bytes(data)
    with pytest.raises(SettingsFileError, match=says):
        read_settings()
    result = CliRunner().invoke(app, ["articles"])
    assert (result.exit_code, result.stderr.count("\n"), result.stderr[:11]) == (2, 1, "pullquote: ")


def test_a_home_folder_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULLQUOTE_FOLDERS", "~/news:/srv/news")
    monkeypatch.setenv("PULLQUOTE_MODEL", "~/model")
    (tmp_path / ".env").write_text("PULLQUOTE_DATA_DIR=~/data\nPULLQUOTE_SEEDS_DIR=~/seeds\n")
    settings, home = read_settings(), tmp_path / "home"
    assert (settings.data_dir, settings.seeds_dir, settings.model) == (home / "data", home / "seeds", f"{home}/model")
    assert settings.folders == (home / "news", Path("/srv/news"))
    assert read_settings(data_dir=Path("~/other")).data_dir == home / "other"
    monkeypatch.setenv("PULLQUOTE_DATA_DIR", "~nobody-of-this-name/data")
    with pytest.raises(ValidationError) as caught:
        read_settings()
    assert "names a home folder that this machine does not know" in explain(caught.value)
