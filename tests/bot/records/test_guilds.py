"""What servers set is kept apart from server to server, and gone when a server is."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from bot.records.guilds import GuildSettings, GuildStore
from bot.records.history import History, migrations
from bot.records.owners import delete_guild
from retrieval.errors import StorageError
from retrieval.store.sqlite import open_database


@pytest.fixture
def store(history: History) -> GuildStore:
    return GuildStore(history)


def test_each_migration_has_a_number_of_its_own() -> None:
    folder = resources.files("bot.records").joinpath("migrations")
    numbers = sorted(entry.name[:4] for entry in folder.iterdir() if entry.name.endswith(".sql"))
    assert numbers == [f"{number:04}" for number in range(1, len(migrations()) + 1)]


async def test_a_server_that_has_set_nothing_has_the_defaults(store: GuildStore) -> None:
    assert await store.settings(1) == GuildSettings(admin_role_id=None, direct_messages=False)
    assert await store.open_to_direct_messages() == frozenset()


async def test_each_setting_is_changed_by_itself_and_for_one_server_only(store: GuildStore) -> None:
    await store.set_admin_role(1, 77)
    await store.set_direct_messages(1, allowed=True)
    await store.set_direct_messages(2, allowed=True)
    assert await store.settings(1) == GuildSettings(admin_role_id=77, direct_messages=True)
    assert await store.settings(2) == GuildSettings(admin_role_id=None, direct_messages=True)
    await store.set_admin_role(1, None)
    await store.set_direct_messages(2, allowed=False)
    assert await store.settings(1) == GuildSettings(admin_role_id=None, direct_messages=True)
    assert await store.open_to_direct_messages() == {1}


async def test_a_person_picks_one_server_or_none(store: GuildStore) -> None:
    assert await store.picked_by(5) is None
    await store.pick(5, 1)
    await store.pick(5, 2)
    await store.pick(6, 1)
    assert (await store.picked_by(5), await store.picked_by(6)) == (2, 1)
    await store.pick(5, None)
    assert (await store.picked_by(5), await store.picked_by(6)) == (None, 1)


async def test_a_server_is_forgotten_whole_and_alone(store: GuildStore, history: History) -> None:
    for guild_id in (1, 2):
        await store.set_direct_messages(guild_id, allowed=True)
        await store.pick(guild_id + 10, guild_id)
    await delete_guild(history, 1)
    assert await store.open_to_direct_messages() == {2}
    assert (await store.picked_by(11), await store.picked_by(12)) == (None, 2)


async def test_settings_outlive_a_restart(tmp_path: Path) -> None:
    for expected in (False, True):
        history = await History.open(tmp_path / "kept.db")
        assert (await GuildStore(history).settings(1)).direct_messages is expected
        await GuildStore(history).set_direct_messages(1, allowed=True)
        await history.close()


async def test_a_file_from_before_there_were_settings_is_taken_over(tmp_path: Path) -> None:
    older = await open_database(tmp_path / "old.db", migrations()[:1])
    await older.execute("INSERT INTO notes VALUES ('name', 'kept')")
    await older.close()
    history = await History.open(tmp_path / "old.db")
    assert await history.note("name") == "kept"
    assert await GuildStore(history).settings(1) == GuildSettings()
    await history.close()


async def test_a_fault_is_a_storage_error(store: GuildStore, history: History) -> None:
    await history._connection.execute("DROP TABLE guild_settings")
    with pytest.raises(StorageError):
        await store.settings(1)
    with pytest.raises(StorageError):
        await store.set_direct_messages(1, allowed=True)
