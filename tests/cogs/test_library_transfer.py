"""A library leaves as a file and comes back from one."""

from __future__ import annotations

import pytest
import simcord

from cogs._library import transfer
from retrieval.errors import ArticleError
from tests.cogs.conftest import World
from tests.cogs.managing import FakeManager
from tests.cogs.quotes import FakeLibrary


@pytest.fixture
def manager(library: FakeLibrary, world: World) -> FakeManager:
    async def wait(awaitable: object) -> object:
        return await world.env.external_wait(awaitable, reason="the job goes on")

    library.managed.job.waiting = wait
    return library.managed


async def test_the_library_is_given_as_a_file_to_the_admin_alone(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.put(world.own, "rift")
    result = await ada.slash(world.channel, "library export")
    assert result.ephemeral
    assert result.response.content == "This server's library: 1 article. `/library import` takes it in again."
    (attachment,) = result.response.attachments
    assert attachment.filename == f"library-2026-01-01{transfer.SUFFIX}"
    assert await attachment.read() == manager.export_bytes
    assert manager.calls == [("export", world.own)]


async def test_a_file_that_this_server_does_not_take_is_told(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.export_bytes = b"x" * (26_214_400 + 1)
    result = await ada.slash(world.channel, "library export")
    assert result.response.content == (
        "The library's file has 26.2 MB, and this server takes 26.2. Please ask whoever runs me for it."
    )
    assert result.response.attachments == []


async def test_an_export_is_brought_in_with_progress(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    result = await ada.slash(world.channel, "library import", file=(f"a{transfer.SUFFIX}", b"an export"))
    assert result.response.content.startswith("Import has started;")
    assert manager.imported == b"an export"
    assert manager.calls == [("import_file", world.own)]
    manager.job.end()
    await world.env.settle()
    assert world.channel.last_message.content.startswith("**Import** has ended.")


async def test_a_file_that_is_no_export_is_told(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    result = await ada.slash(world.channel, "library import", file=("a.zip", b"x"))
    assert result.response.content == (
        "a.zip is no export of a library: please give a file that `/library export` made."
    )
    assert manager.calls == []
    manager.refusal = ArticleError("The file is no export.")
    result = await ada.slash(world.channel, "library import", file=(f"a{transfer.SUFFIX}", b"x"))
    assert result.response.content == "The file is no export."


async def test_a_file_that_is_too_large_is_not_downloaded(
    world: World, ada: simcord.MemberActor, manager: FakeManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "IMPORT_LIMIT_MB", 1)
    result = await ada.slash(world.channel, "library import", file=(f"a{transfer.SUFFIX}", b"x" * 1_500_000))
    assert result.response.content == f"a{transfer.SUFFIX} has 1.5 MB, and I can take 1."
    assert manager.calls == []
