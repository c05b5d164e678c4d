"""The doctor finds what is wrong, says what to do in one line each, and never shows the token."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import discord
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from benchmarks.indexing import index
from bot.commands.app import app
from bot.records.history import History
from bot.service import checkup
from bot.service.checkup import Check, State, checks_of_machine
from bot.service.discord_checks import checks_of_discord
from bot.settings import Settings
from retrieval.engine import Engine
from retrieval.errors import EncoderError
from tests.support.chroma_server import free_port
from tests.support.discord_server import TOKEN, LoopbackDiscord
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader


async def make(data: Path) -> Settings:
    """Make a data folder with an article and a history."""
    engine = await Engine.open(data, encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    await engine.ready()
    (data / "a.txt").write_text("The ferry carries forty cars, Ewan Grant said.")
    await index(engine, [data / "a.txt"])
    await engine.close()
    await (await History.open(data / "history.db")).close()
    return settings_on(data)


def settings_on(data: Path, token: str | None = TOKEN) -> Settings:
    return Settings(_env_file=None, data_dir=data, discord_token=token and SecretStr(token))


async def of_discord(settings: Settings) -> dict[str, Check]:
    return {check.name: check async for check in checks_of_discord(settings)}


async def of_machine(settings: Settings) -> dict[str, Check]:
    found = {check.name: check async for check in checks_of_machine(settings, load=lambda _: "fake-1")}
    assert all("\n" not in check.says and check.says.endswith((".", ")")) for check in found.values())
    return found


async def test_where_all_is_in_order_it_says_so(discords: LoopbackDiscord, tmp_path: Path):
    settings = await make(tmp_path / "data")
    found = await of_discord(settings) | await of_machine(settings)
    assert {check.state for check in found.values()} == {State.OK}, found
    assert found.keys() == {
        "token", "clock and Discord", "application", "permissions",
        "clock", "data folder", "library.db", "history.db", "models", "vector index",
    }  # fmt: skip
    assert "all 1 vectors" in found["vector index"].says
    assert TOKEN not in str(found)


# -- Discord


async def test_without_a_token_it_says_where_it_belongs(tmp_path: Path):
    found = await of_discord(settings_on(tmp_path, token=None))
    assert [(check.state, "DISCORD_TOKEN" in check.says) for check in found.values()] == [(State.WRONG, True)]


async def test_a_token_that_discord_does_not_take_is_not_shown(discords: LoopbackDiscord, tmp_path: Path):
    other = TOKEN[:-3] + "xyz"
    found = await of_discord(settings_on(tmp_path, token=other))
    assert found["token"].state is State.WRONG
    assert "developer portal" in found["token"].says
    assert other not in str(found)


async def test_a_discord_that_cannot_be_reached_is_no_fault_of_the_bot(
    discords: LoopbackDiscord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9/api/v10")
    found = await of_discord(settings_on(tmp_path))
    assert [check.state for check in found.values()] == [State.SKIPPED]
    discords.fail("GET", "/users/@me", 503)
    monkeypatch.setattr(discord.http.Route, "BASE", f"{discords.base}/api/v10")
    assert (await of_discord(settings_on(tmp_path)))["token"].state is State.SKIPPED


@pytest.mark.parametrize(("seconds", "state"), [(-300, State.WRONG), (300, State.WRONG), (-5, State.OK), (5, State.OK)])
async def test_clocks_that_differ_are_told(discords: LoopbackDiscord, tmp_path: Path, seconds: int, state: State):
    discords.skew_s = seconds
    check = (await of_discord(settings_on(tmp_path)))["clock and Discord"]
    assert check.state is state
    if state is State.WRONG:
        assert ("ahead of" if seconds < 0 else "behind") in check.says
        assert any(f"{close} seconds" in check.says for close in (298, 299, 300, 301))


async def test_what_the_bot_may_not_do_is_counted_by_permission(discords: LoopbackDiscord, tmp_path: Path):
    discords.permissions = str(discord.Permissions(view_channel=True, send_messages=True).value)
    discords.guilds = 3
    check = (await of_discord(settings_on(tmp_path)))["permissions"]
    assert check.state is State.WRONG
    assert "Send Messages in Threads in 3 servers and Read Message History in 3 servers, of 3" in check.says
    discords.permissions = str(discord.Permissions(administrator=True).value)
    assert (await of_discord(settings_on(tmp_path)))["permissions"].state is State.OK
    discords.guilds = 0
    assert "in no server" in (await of_discord(settings_on(tmp_path)))["permissions"].says


async def test_an_application_set_up_otherwise_is_told(discords: LoopbackDiscord, tmp_path: Path):
    discords.application = {"flags": discord.ApplicationFlags(gateway_message_content=True).value}
    check = (await of_discord(settings_on(tmp_path)))["application"]
    assert (check.state, "Message Content" in check.says) == (State.OK, True)
    discords.application = {"interactions_endpoint_url": "https://example.com"}
    check = (await of_discord(settings_on(tmp_path)))["application"]
    assert (check.state, "clear the field" in check.says) == (State.WRONG, True)


# -- this machine


async def test_an_empty_folder_is_in_order(tmp_path: Path):
    found = await of_machine(settings_on(tmp_path / "new"))
    assert State.WRONG not in {check.state for check in found.values()}
    assert not (tmp_path / "new" / "library.db").exists()


async def test_a_folder_that_is_none_is_told(tmp_path: Path):
    (tmp_path / "data").write_text("a file")
    found = await of_machine(settings_on(tmp_path / "data"))
    assert found["data folder"].state is State.WRONG
    assert found["vector index"].state is State.SKIPPED


async def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = shutil.disk_usage
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda path: real(path)._replace(free=5_000_000))
    assert "free some space" in (await of_machine(settings_on(tmp_path)))["data folder"].says


@pytest.mark.parametrize("name", ["library.db", "history.db"])
async def test_a_damaged_database_is_named(tmp_path: Path, name: str):
    settings = await make(tmp_path / "data")
    with (tmp_path / "data" / name).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    found = await of_machine(settings)
    assert (found[name].state, "damaged" in found[name].says) == (State.WRONG, True)
    assert found["vector index"].state is State.SKIPPED


async def test_a_row_that_belongs_to_nothing_is_damage(tmp_path: Path):
    settings = await make(tmp_path / "data")
    with sqlite3.connect(tmp_path / "data" / "library.db") as db:
        db.execute("UPDATE sentences SET article_id = 'nobody'")
    db.close()
    assert (await of_machine(settings))["library.db"].state is State.WRONG


async def test_a_database_of_a_newer_version_is_named(tmp_path: Path):
    settings = await make(tmp_path / "data")
    with sqlite3.connect(tmp_path / "data" / "history.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    assert "newer version" in (await of_machine(settings))["history.db"].says


async def test_vectors_that_chroma_has_lost_are_counted_and_nothing_is_changed(tmp_path: Path):
    settings = await make(tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "chroma")
    for _ in range(2):
        check = (await of_machine(settings))["vector index"]
        assert (check.state, "lacks 1 of 1 vectors" in check.says) == (State.WRONG, True)


async def test_a_chroma_server_that_is_down_is_named(tmp_path: Path):
    await make(tmp_path / "data")
    url = f"http://127.0.0.1:{free_port()}"
    check = (await of_machine(Settings(_env_file=None, data_dir=tmp_path / "data", chroma_url=url)))["vector index"]
    assert (check.state, url in check.says) == (State.WRONG, True)


async def test_a_running_bot_is_not_disturbed(tmp_path: Path):
    settings = await make(tmp_path / "data")
    engine = await Engine.open(tmp_path / "data", encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    found = await of_machine(settings)
    assert State.WRONG not in {check.state for check in found.values()}
    assert (found["library.db"].state, found["vector index"].state) == (State.OK, State.SKIPPED)
    await engine.close()


async def test_a_model_that_does_not_load_is_told(tmp_path: Path):
    def fail(_: str) -> str:
        raise EncoderError("The model 'x' cannot be loaded; leave PULLQUOTE_MODEL empty.")

    found = {check.name: check async for check in checks_of_machine(settings_on(tmp_path), load=fail)}
    assert found["models"] == Check(
        "models", State.WRONG, "The model 'x' cannot be loaded; leave PULLQUOTE_MODEL empty."
    )


def test_the_command_prints_a_line_a_check_and_ends_with_status_1_where_anything_is_wrong(tmp_path: Path):
    lines = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path)])
    assert lines.exit_code == 1
    assert lines.stdout.startswith("wrong   token: No DISCORD_TOKEN is set")
    assert "ok      models: Encoder and reader load" in lines.stdout
    printed = json.loads(CliRunner().invoke(app, ["doctor", "--data", str(tmp_path), "--json"]).stdout)
    assert len(printed) == len(lines.stdout.splitlines())
    assert printed[0].keys() == {"check", "state", "says"}
