"""Admins add, show, list, remove and restore articles of their server's library, and nobody else does."""

from __future__ import annotations

import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.service.client import PullquoteBot
from cogs._library.adding import FILE_LIMIT_MB, NOT_LOST
from cogs._library.guard import NOT_ALLOWED, SETTINGS_NOT_ALLOWED
from cogs._library.settings import NOT_EVERYONE
from cogs._rendering import MESSAGE_LIMIT, unescape, units
from cogs._rendering import library as words
from retrieval.domain.articles import ArticleSummary, Credit
from retrieval.domain.libraries import Change
from retrieval.errors import ArticleError, StorageError
from tests.cogs.conftest import World
from tests.cogs.managing import FakeManager
from tests.cogs.quotes import FakeLibrary

HOSTILE = "@everyone <@1> **bold** \u202egpj.exe [x](https://evil.example)"


@pytest.fixture
def manager(library: FakeLibrary) -> FakeManager:
    return library.managed


async def test_a_page_is_added_to_this_servers_library(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    result = await ada.slash(world.channel, "library add url", url=" https://example.com/a ")
    assert result.ephemeral
    assert result.response.content == "Added “A page”, 2 passages.\n-# Id: new-1"
    assert manager.calls == [("add_url", world.own)]
    assert manager.given == [("https://example.com/a",)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change.CHANGED, "has changed; it is now up to date."),
        (Change.UNCHANGED, "is in the library already, word for word."),
        (Change.CREDITED, "The library has these very words already"),
    ],
)
async def test_what_became_of_it_is_told(
    world: World, ada: simcord.MemberActor, manager: FakeManager, change: Change, told: str
) -> None:
    manager.change = change
    result = await ada.slash(world.channel, "library add url", url="https://example.com/a")
    assert told in result.response.content


async def test_bad_input_is_told_in_its_own_sentence_made_harmless(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.refusal = ArticleError("The page @everyone <@1> is empty.")
    result = await ada.slash(world.channel, "library add url", url="https://example.com/a")
    assert result.response.content == "The page \\@everyone \\<\\@1\\> is empty."
    assert world.env.errors == []


async def test_a_fault_is_told_calmly(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    manager.refusal = StorageError("/srv/secret is full")
    result = await ada.slash(world.channel, "library add url", url="https://example.com/a")
    assert "/srv/secret" not in result.response.content
    assert world.env.errors


async def test_a_file_is_added(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    result = await ada.slash(world.channel, "library add file", file=("Story.MD", b"# A story"))
    assert result.response.content.startswith("Added “Story.MD”")
    assert manager.given == [("Story.MD", b"# A story")]


@pytest.mark.parametrize("name", ["archive.zip", "picture.png", "program.exe", "noname"])
async def test_a_file_of_another_kind_is_not_even_downloaded(
    world: World, ada: simcord.MemberActor, manager: FakeManager, name: str
) -> None:
    result = await ada.slash(world.channel, "library add file", file=(name, b"x"))
    assert result.response.content.startswith(f"I cannot read {name}: please give")
    assert manager.calls == []


async def test_a_file_that_is_too_large_is_not_even_downloaded(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    result = await ada.slash(world.channel, "library add file", file=("a.txt", b"x" * (FILE_LIMIT_MB * 1_000_000 + 1)))
    assert result.response.content == (
        "a.txt has 10.0 MB, and I can take 10. Please give a smaller file, or the article's text alone."
    )
    assert manager.calls == []


async def test_a_text_is_pasted_into_a_form(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    form = await ada.slash(world.channel, "library add text")
    values = {"title": " T ", "publisher": "The Day", "address": "https://example.com/a", "text": "Words."}
    result = await ada.submit_modal(form, values)
    assert result.ephemeral
    assert result.response.content.startswith("Added “T”")
    assert manager.given == [("Words.", Credit(title="T", publisher="The Day", url="https://example.com/a"))]


def filled(form: simcord.InteractionResult) -> dict[str, str]:
    """Return what stands in the fields of a form that was shown."""
    assert form.modal is not None
    fields = [label["component"] for label in form.modal["components"]]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


async def test_a_text_is_not_lost_when_its_address_is_none(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    form = await ada.slash(world.channel, "library add text")
    typed = {"title": "T", "publisher": "The Day", "address": "javascript:alert(1)", "text": "Words\n\nand more."}
    told = await ada.submit_modal(form, typed)
    assert told.response.content == (
        f"javascript\\:alert(1) is not a web address; it should begin with https://. {NOT_LOST}"
    )
    assert manager.calls == []
    again = await ada.click(told.response, label="Open the form again")
    assert filled(again) == typed
    added = await ada.submit_modal(again, filled(again) | {"address": "https://example.com/a"})
    assert added.response.content.startswith("Added “T”")
    credit = Credit(title="T", publisher="The Day", url="https://example.com/a")
    assert manager.given == [("Words\n\nand more.", credit)]


async def test_a_text_can_be_added_without_the_address_that_was_none(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    form = await ada.slash(world.channel, "library add text")
    told = await ada.submit_modal(form, {"title": "T", "address": "example", "text": "Words."})
    added = await ada.click(told.response, label="Add it without the address")
    assert added.response.content.startswith("Added “T”")
    assert manager.given == [("Words.", Credit(title="T"))]


@pytest.mark.parametrize("fault", [ArticleError("The library is full."), StorageError("/srv/data is full")])
async def test_a_text_is_not_lost_when_it_cannot_be_taken(
    world: World, ada: simcord.MemberActor, manager: FakeManager, fault: Exception
) -> None:
    form = await ada.slash(world.channel, "library add text")
    manager.refusal = fault
    told = await ada.submit_modal(form, {"title": "T", "text": "Words."})
    assert NOT_LOST in told.response.content
    assert "/srv" not in told.response.content
    manager.refusal = None
    again = await ada.click(told.response, label="Open the form again")
    added = await ada.submit_modal(again, filled(again))
    assert added.response.content.startswith("Added “T”")


async def test_a_form_sent_after_the_permission_is_gone_adds_nothing(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    form = await ada.slash(world.channel, "library add text")
    world.take_roles_from(ada)
    result = await ada.submit_modal(form, {"title": "T", "text": "Words."})
    assert result.response.content == NOT_ALLOWED
    assert manager.calls == []


async def test_articles_are_listed_in_pages(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    for number in range(12):
        manager.put(world.own, f"article-{number}")
    shown = (await ada.slash(world.channel, "library list")).response
    assert shown.ephemeral
    assert shown.content.startswith(
        "**This server's library** · 12 articles\n\n- Title of article-0 · The Example Daily · 2 passages\n"
    )
    await ada.click(shown, label="Next")
    assert "article-11" in shown.content
    assert "article-9" not in shown.content
    assert shown.content.endswith("-# Page 2 of 2")


async def test_pages_are_not_turned_once_the_permission_is_gone(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    for number in range(12):
        manager.put(world.own, f"article-{number}")
    shown = (await ada.slash(world.channel, "library list")).response
    world.take_roles_from(ada)
    assert (await ada.click(shown, label="Next")).response.content == NOT_ALLOWED
    assert shown.content.endswith("-# Page 1 of 2")


async def test_an_empty_library_says_what_to_do(world: World, ada: simcord.MemberActor) -> None:
    assert (await ada.slash(world.channel, "library list")).response.content == words.NO_ARTICLES


async def test_one_article_is_shown(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    credit = Credit(title="Rift", publisher="The Day", byline="By A. Writer", url="https://example.com/rift")
    manager.put(world.own, "rift", credit=credit, text="It *began* so.\n\nAnd went on." + " more" * 400)
    content = (await ada.slash(world.channel, "library show", article="rift")).response.content
    assert content.startswith(
        "**Rift**\nPublished by The Day, “Rift” by A. Writer; date not stated\n2 passages · 2,028 characters\n"
        "[Open the article](<https://example.com/rift>)\n> It \\*began\\* so. And went on. more"
    )
    assert content.endswith("…\n-# Id: rift")


async def test_removing_asks_first_and_can_be_undone(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.put(world.own, "rift")
    shown = (await ada.slash(world.channel, "library remove", article="rift")).response
    assert shown.content == "Remove “Title of rift” from this server's library?"
    assert "rift" in manager.shelves[world.own].articles
    await ada.click(shown, label="Remove")
    assert shown.content == (
        "Removed “Title of rift”. You can undo this until <t:1767830400:f>, here or with `/library restore`.\n"
        "-# Id: rift"
    )
    assert manager.shelves[world.own].articles == {}
    await ada.click(shown, label="Undo")
    assert shown.content == "“Title of rift” is back in the library."
    assert shown.components == []
    assert "rift" in manager.shelves[world.own].articles


async def test_removing_may_be_thought_better_of(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    manager.put(world.own, "rift")
    shown = (await ada.slash(world.channel, "library remove", article="rift")).response
    await ada.click(shown, label="Keep it")
    assert (shown.content, shown.components) == (words.NOTHING_REMOVED, [])
    assert ("remove", world.own) not in manager.calls


@pytest.mark.parametrize("label", ["Remove", "Keep it"])
async def test_a_click_after_the_permission_is_gone_removes_nothing(
    world: World, ada: simcord.MemberActor, manager: FakeManager, label: str
) -> None:
    manager.put(world.own, "rift")
    shown = (await ada.slash(world.channel, "library remove", article="rift")).response
    world.take_roles_from(ada)
    assert (await ada.click(shown, label=label)).response.content == NOT_ALLOWED
    assert "rift" in manager.shelves[world.own].articles


async def test_a_removed_article_is_restored_by_its_id(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.put(world.own, "rift")
    await manager.remove(world.own, "rift")
    told = (await ada.slash(world.channel, "library restore", article="rift")).response.content
    assert told == "“Title of rift” is back in the library."
    told = (await ada.slash(world.channel, "library restore", article="rift")).response.content
    assert told == words.NOT_RESTORABLE


@pytest.mark.parametrize("command", ["show", "remove"])
async def test_an_article_that_is_not_there_is_told(world: World, ada: simcord.MemberActor, command: str) -> None:
    told = (await ada.slash(world.channel, f"library {command}", article="nothing")).response.content
    assert told == words.NO_SUCH_ARTICLE


async def test_articles_are_suggested_by_title_and_by_id(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.put(world.own, "rift-2024", credit=Credit(title="A *Rift*", publisher="The Day"))
    manager.put(world.own, "peace")
    manager.put(world.own, "x" * 101, credit=Credit(title="A rift whose id is too long"))
    for typed in ("rift", "RIFT day", "2024"):
        choices = await ada.autocomplete(world.channel, "library show", "article", typed)
        assert [(choice["name"], choice["value"]) for choice in choices] == [("A *Rift* · The Day", "rift-2024")]


async def test_nothing_is_suggested_once_the_permission_is_gone(
    world: World, ada: simcord.MemberActor, manager: FakeManager, library: FakeLibrary
) -> None:
    manager.put(world.own, "rift")
    world.show_library_to(ada)
    world.take_roles_from(ada)
    assert await ada.autocomplete(world.channel, "library show", "article", "rift") == []
    assert manager.calls == []


async def test_titles_stay_harmless(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    manager.put(world.own, "rift", credit=Credit(title=HOSTILE, publisher=HOSTILE, byline=HOSTILE), text=HOSTILE)
    for command in ("library list", "library show", "library remove"):
        options = {} if command.endswith("list") else {"article": "rift"}
        content = (await ada.slash(world.channel, command, **options)).response.content
        assert "\u202e" not in content
        assert "@everyone" not in content.replace("\\@everyone", "")
        assert "](https://evil" not in content
    (choice,) = await ada.autocomplete(world.channel, "library show", "article", "bold")
    assert "\u202e" not in choice["name"]
    bodies = [entry.json for entry in world.env.http_requests if "everyone" in str(entry.json)]
    said = [body.get("data", body) for body in bodies if "choices" not in str(body)]
    assert len(said) == 3
    assert all(body["allowed_mentions"]["parse"] == [] for body in said)


async def test_a_member_is_refused_even_where_discord_lets_them(world: World, manager: FakeManager) -> None:
    world.show_library_to(world.alice)
    result = await world.alice.slash(world.channel, "library list")
    assert (result.response.content, result.ephemeral) == (NOT_ALLOWED, True)
    assert manager.calls == []
    assert world.only_refusals()


async def test_a_role_by_setting_may_manage_but_not_change_the_settings(
    world: World, manager: FakeManager, simcord_bot: PullquoteBot
) -> None:
    role = world.guild.create_role("librarians")
    bea = world.guild.add_member(world.env.create_user("bea"), roles=[role])
    world.show_library_to(role)
    assert (await bea.slash(world.channel, "library list")).response.content == NOT_ALLOWED
    await simcord_bot.guild_store.set_admin_role(world.guild.id, role.id)
    assert (await bea.slash(world.channel, "library list")).response.content == words.NO_ARTICLES
    assert (await bea.slash(world.channel, "library settings")).response.content == SETTINGS_NOT_ALLOWED
    await simcord_bot.guild_store.set_admin_role(world.guild.id, None)
    assert (await bea.slash(world.channel, "library list")).response.content == NOT_ALLOWED
    assert world.only_refusals()


async def test_the_settings_are_shown_and_changed(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot
) -> None:
    role = world.guild.create_role("librarians")
    shown = (await ada.slash(world.channel, "library settings")).response
    assert shown.content == (
        "This library is managed by who may manage the server.\n"
        "Members can use it in this server only, not in direct messages."
    )
    await ada.select(shown, [role])
    assert f"and by <@&{role.id}>" in shown.content
    await ada.click(shown, label="Allow in direct messages")
    assert "in direct messages too, with `/answer-from`" in shown.content
    settings = await simcord_bot.guild_store.settings(world.guild.id)
    assert (settings.admin_role_id, settings.direct_messages) == (role.id, True)
    await ada.select(shown, [])
    await ada.click(shown, label="Stop direct messages")
    settings = await simcord_bot.guild_store.settings(world.guild.id)
    assert (settings.admin_role_id, settings.direct_messages) == (None, False)


async def test_everyone_is_no_role_for_admins(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot, manager: FakeManager
) -> None:
    shown = (await ada.slash(world.channel, "library settings")).response
    await ada.select(shown, [world.guild.default_role])
    assert shown.content.startswith(NOT_EVERYONE)
    assert (await simcord_bot.guild_store.settings(world.guild.id)).admin_role_id is None
    await simcord_bot.guild_store.set_admin_role(world.guild.id, world.guild.id)
    world.show_library_to(world.alice)
    assert (await world.alice.slash(world.channel, "library list")).response.content == NOT_ALLOWED
    assert world.only_refusals()


async def test_settings_are_not_changed_once_the_permission_is_gone(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot
) -> None:
    role = world.guild.create_role("librarians")
    shown = (await ada.slash(world.channel, "library settings")).response
    world.take_roles_from(ada)
    assert (await ada.select(shown, [role])).response.content == SETTINGS_NOT_ALLOWED
    assert (await ada.click(shown, label="Allow in direct messages")).response.content == SETTINGS_NOT_ALLOWED
    settings = await simcord_bot.guild_store.settings(world.guild.id)
    assert (settings.admin_role_id, settings.direct_messages) == (None, False)


async def test_who_is_too_fast_is_told(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    results = [await ada.slash(world.channel, "library list") for _ in range(6)]
    assert "at once" in results[-1].response.content
    assert len(manager.calls) == 5


@given(st.lists(st.text(max_size=400), min_size=1, max_size=25))
def test_every_page_of_the_list_fits_and_has_every_article(titles: list[str]) -> None:
    summaries = [
        ArticleSummary(f"id-{number}-{title}", "guild-1", title, "", "", Credit(title=title, publisher=title), 2)
        for number, title in enumerate(titles)
    ]
    pages = words.article_pages(summaries)
    assert all(units(page) <= MESSAGE_LIMIT for page in pages)
    assert all(f"id-{number}-" in unescape("".join(pages)) for number in range(len(titles)))


@given(st.text(max_size=300))
def test_a_choice_has_a_name_that_discord_takes(text: str) -> None:
    name = words.choice_name(text)
    assert 1 <= units(name) <= 100
    assert name.isprintable() or " " in name or name == name.strip()
    assert not set(name) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\n\r")


@given(st.text(max_size=5_000), st.text(max_size=500))
def test_an_article_is_shown_in_one_message(text: str, title: str) -> None:
    manager = FakeManager()
    credit = Credit(title=title, publisher=title, byline=title, url="https://example.com/" + "a" * 400)
    summary = manager.put("guild-1", title or "id", credit=credit, text=text)
    stored = manager.shelves["guild-1"].articles[title or "id"][1]
    assert units(words.article_text(stored, summary)) <= MESSAGE_LIMIT
