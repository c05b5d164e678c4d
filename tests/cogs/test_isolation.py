"""No command, autocomplete, button, form, direct message or crafted id reaches another server's library.

The commands are walked from the tree, and the buttons and forms from their classes: a new one without a
case here fails a test.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord
from discord import app_commands
from simcord import interactions
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.components import walk_components
from simcord.enums import ComponentType, InteractionType

from bot.records.history import History
from bot.service.client import EXTENSIONS, PullquoteBot
from cogs._answers.as_typed import AsTyped
from cogs._answers.buttons import Action
from cogs._answers.clicks import AnswerButton
from cogs._answers.live import GONE
from cogs._answers.place import FORGOTTEN
from cogs._answers.to_asker import ShowToAsker
from cogs._library.guard import NOT_ALLOWED, NOT_IN_A_SERVER, SETTINGS_NOT_ALLOWED
from cogs._library.progress import EndedJob
from cogs._library.transfer import SUFFIX
from cogs._rendering import texts
from cogs._rendering.library_jobs import ENDED_ALREADY
from cogs._ui.buttons import NOT_HERE
from cogs._ui.pages import NOT_YOURS
from retrieval.domain.articles import Credit
from retrieval.domain.lookups import SourceQuotes
from tests.cogs.conftest import ADMIN, World
from tests.cogs.managing import FakeManager, doubtful
from tests.cogs.quotes import AGENDA, RIFT, VISIT, FakeLibrary, answer, article, placed, quote

OURS, THEIRS = "OUR-SECRET", "THEIR-SECRET"
FEED = 9
SECRET = Credit(title=THEIRS, publisher=THEIRS, url=f"https://example.com/{THEIRS}")
PREVIEW_LIMIT = 12  # articles: two pages

# What each command is given: ids that only the other server's library has. None: a message menu.
COMMANDS: dict[str, dict[str, object] | None] = {
    "ask": {"question": f"What does {THEIRS} say?"},
    "quote": {"text": THEIRS, "speaker": THEIRS},
    "sources": {"topic": THEIRS},
    "source": {"name": THEIRS, "topic": THEIRS},
    "history": {},
    "help": {},
    "about": {},
    "article": {"article": "theirs-0"},
    "Ask about this": None,
    "Check this quote": None,
    "answer-from": {},  # in direct messages only: see below, and test_direct.py
    "library add url": {"url": f"https://example.com/{THEIRS}"},
    "library add file": {"file": ("a.txt", b"words")},
    "library add text": {},
    "library list": {},
    "library show": {"article": "theirs-0"},
    "library remove": {"article": "theirs-0"},
    "library restore": {"article": "theirs-gone"},
    "library review": {},
    "library reindex": {"article": "theirs-0"},
    "library status": {},
    "library export": {},
    "library import": {"file": (f"a{SUFFIX}", b"words")},
    "library settings": {},
    "settings": {},
    "gaps": {},
    "status": {},
    "forget": {"what": "MINE_EVERYWHERE"},
    "library feed add": {"url": f"https://example.com/{THEIRS}"},
    "library feed list": {},
    "library feed remove": {"feed": FEED},
    "library feed pause": {"feed": FEED},
    "library feed resume": {"feed": FEED},
}
IN_SERVERS = [name for name in COMMANDS if name != "answer-from"]
ADMINS_ONLY = [name for name in COMMANDS if name.startswith(("library ", "settings", "gaps", "status"))]
IN_DIRECT_MESSAGES = [name for name in COMMANDS if name not in ADMINS_ONLY and COMMANDS[name] is not None]
AUTOCOMPLETES = [
    ("source", "name"),
    ("article", "article"),
    ("answer-from", "server"),
    ("library show", "article"),
    ("library remove", "article"),
    ("library restore", "article"),
    ("library reindex", "article"),
    ("library reindex", "feed"),
    ("library feed remove", "feed"),
    ("library feed pause", "feed"),
    ("library feed resume", "feed"),
]


@dataclass(frozen=True)
class Scene:
    """Our server with its admin Ada and its member Alice; theirs with its admin Eve. Each library has secrets."""

    world: World
    bot: PullquoteBot
    library: FakeLibrary
    ada: simcord.MemberActor
    eve: simcord.MemberActor
    their_channel: simcord.ChannelHandle

    @property
    def manager(self) -> FakeManager:
        return self.library.managed

    @property
    def theirs(self) -> str:
        return f"guild-{self.eve.guild.id}"

    def touched(self) -> set[str]:
        """Return the libraries that anything was asked of."""
        asked = [libraries for _, libraries, _ in self.library.asked]
        checked = [libraries for _, _, libraries in self.library.checked]
        managed = {library for _, library in self.manager.calls}
        return managed.union(*asked, *checked, *self.library.seen)

    async def state_of(self, library: str, guild_id: int) -> object:
        """Return everything that is kept of a server, to be compared later."""
        history = self.bot.history
        turns = await history.recent(self.world.channel.id, limit=99)
        settings = await self.bot.guild_store.settings(guild_id)
        held = self.manager.shelves[library], self.manager.doubts[library], self.manager.job.cancelled
        return copy.deepcopy((held, settings, turns))


def fill(manager: FakeManager, library: str, name: str, secret: str) -> None:
    for number in range(PREVIEW_LIMIT):
        manager.put(library, f"{name}-{number}", credit=Credit(title=secret, publisher=secret), text=secret)
    gone = manager.put(library, f"{name}-gone", credit=Credit(title=secret))
    shelf = manager.shelves[library]
    shelf.removed[gone.article_id] = shelf.articles.pop(gone.article_id)
    manager.doubts[library] = [doubtful(f"{name}-0", Credit(title=secret), beginning=secret)]


@pytest_asyncio.fixture
async def scene(
    world: World, library: FakeLibrary, simcord_bot: PullquoteBot, ada: simcord.MemberActor
) -> AsyncIterator[Scene]:
    other = world.env.create_guild("Theirs")
    role = other.create_role("admins", permissions=ADMIN)
    eve = other.add_member(world.env.create_user("eve"), roles=[role])
    made = Scene(world, simcord_bot, library, ada, eve, other.create_text_channel("theirs"))
    fill(library.managed, world.own, "ours", OURS)
    fill(library.managed, made.theirs, "theirs", THEIRS)
    library.articles["theirs-0"] = article(THEIRS, article_id="theirs-0", library=made.theirs, credit=SECRET)
    library.managed.follow(made.theirs, FEED, title=THEIRS)
    library.managed.follow(world.own, 1, title="ours")

    async def wait(awaitable: object) -> object:
        return await world.env.external_wait(awaitable, reason="the job goes on")

    library.managed.job.waiting = wait
    world.show_library_to(world.alice)
    yield made
    library.managed.job.end()
    await world.env.settle()
    assert world.only_refusals()


def leaves(bot: PullquoteBot) -> Iterator[Any]:
    yield from (command for command in bot.tree.walk_commands() if isinstance(command, app_commands.Command))
    for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
        yield from bot.tree.get_commands(type=kind)


async def use(scene: Scene, actor: simcord.MemberActor, name: str) -> Any:
    """Use a command in our server."""
    options = COMMANDS[name]
    if options is None:
        message = await scene.world.alice.send(scene.world.channel, THEIRS)
        return await actor.context_menu(scene.world.channel, name, message)
    return await actor.slash(scene.world.channel, name, **options)


def test_every_command_and_every_autocomplete_has_a_case(scene: Scene) -> None:
    commands = list(leaves(scene.bot))
    assert {command.qualified_name for command in commands} == set(COMMANDS)
    completed = {
        (command.qualified_name, parameter.name)
        for command in commands
        if isinstance(command, app_commands.Command)
        for parameter in command.parameters
        if parameter.autocomplete
    }
    assert completed == set(AUTOCOMPLETES)


@pytest.mark.parametrize("name", IN_SERVERS)
async def test_an_admins_command_with_foreign_ids_stays_in_their_own_libraries(scene: Scene, name: str) -> None:
    before = await scene.state_of(scene.theirs, scene.eve.guild.id)
    sent = len(scene.world.env.http_requests)
    await use(scene, scene.ada, name)
    managed = name in ADMINS_ONLY and name != "status"  # which counts what the server is answered from
    own = {scene.world.own} if managed else {scene.world.own, "shared"}
    assert scene.touched() <= own
    after = await scene.state_of(scene.theirs, scene.eve.guild.id)
    assert (before[0], before[1]) == (after[0], after[1])
    shown = str([entry.json for entry in scene.world.env.http_requests[sent:]])
    # What was typed may be shown again; a title that only their library has may not.
    typed = str(COMMANDS[name]) if COMMANDS[name] is not None else THEIRS
    assert THEIRS not in shown or THEIRS in typed


@pytest.mark.parametrize("name", ADMINS_ONLY)
async def test_a_member_who_is_shown_an_admins_command_is_refused(scene: Scene, name: str) -> None:
    result = await use(scene, scene.world.alice, name)
    refusal = SETTINGS_NOT_ALLOWED if name == "settings" else NOT_ALLOWED
    assert (result.response.content, result.ephemeral) == (refusal, True)
    assert scene.touched() == set()


@pytest.mark.parametrize("name", ADMINS_ONLY)
async def test_an_admins_command_forged_in_a_direct_message_is_refused(scene: Scene, name: str) -> None:
    result = await forged_command(scene, scene.ada.user, scene.ada.user.dm_channel, name)
    assert result.response.content == NOT_IN_A_SERVER
    assert scene.touched() == set()


@pytest.mark.parametrize("name", IN_DIRECT_MESSAGES)
async def test_who_has_picked_a_server_without_being_in_it_sees_only_shared(scene: Scene, name: str) -> None:
    """The pick is forged in the database; the server allows direct messages."""
    stranger = scene.world.env.create_user("stranger")
    await scene.bot.guild_store.set_direct_messages(scene.eve.guild.id, allowed=True)
    await scene.bot.guild_store.pick(stranger.id, scene.eve.guild.id)
    await stranger.send_dm("why?")
    if name == "answer-from":
        result = await stranger.slash(name, server=str(scene.eve.guild.id))
        assert "none of your servers" in result.response.content
    else:
        await stranger.slash(name, **COMMANDS[name])
    assert scene.touched() == {"shared"}


async def test_a_mention_sees_its_own_servers_libraries(scene: Scene) -> None:
    await scene.world.alice.send(scene.world.channel, f"{scene.world.me} what does {THEIRS} say?")
    assert scene.touched() == {scene.world.own, "shared"}


@pytest.mark.parametrize(("name", "option"), AUTOCOMPLETES)
async def test_nothing_foreign_is_suggested(scene: Scene, name: str, option: str) -> None:
    await scene.bot.guild_store.set_direct_messages(scene.eve.guild.id, allowed=True)
    if name == "answer-from":
        choices = await scene.ada.user.autocomplete(name, option, "")
    else:
        choices = await scene.ada.autocomplete(scene.world.channel, name, option, "")
        assert scene.touched() <= {scene.world.own, "shared"}
        assert choices or name == "source"
    assert THEIRS not in str(choices)
    assert "Theirs" not in str(choices)


@pytest.mark.parametrize(("name", "option"), [pair for pair in AUTOCOMPLETES if pair[0] in ADMINS_ONLY])
async def test_nothing_is_suggested_to_a_member(scene: Scene, name: str, option: str) -> None:
    assert await scene.world.alice.autocomplete(scene.world.channel, name, option, "") == []
    assert scene.touched() == set()


# ---------------------------------------------------------------- buttons, menus and forms


async def open_pages(scene: Scene) -> Any:
    return (await scene.ada.slash(scene.world.channel, "library list")).response


async def open_removal(scene: Scene) -> Any:
    return (await scene.ada.slash(scene.world.channel, "library remove", article="ours-0")).response


async def open_undo(scene: Scene) -> Any:
    shown = await open_removal(scene)
    await scene.ada.click(shown, label="Remove")
    return shown


async def open_job(scene: Scene) -> Any:
    await scene.ada.slash(scene.world.channel, "library reindex")
    return scene.world.channel.last_message


async def open_ended_job(scene: Scene) -> Any:
    channel = scene.bot.get_channel(scene.world.channel.id)
    return await channel.send("An older job", view=EndedJob())


async def open_settings(scene: Scene) -> Any:
    return (await scene.ada.slash(scene.world.channel, "library settings")).response


async def open_forgetting(scene: Scene) -> Any:
    await scene.ada.send(scene.world.channel, f"{scene.world.me} {OURS}?")
    return (await scene.ada.slash(scene.world.channel, "forget", what="ALL_HERE")).response


async def open_answers(scene: Scene) -> Any:
    return (await scene.ada.slash(scene.world.channel, "settings")).response


async def open_times(scene: Scene) -> Any:
    return await scene.ada.click(await open_answers(scene), label="Memory and time zone")


async def open_form(scene: Scene) -> Any:
    return await scene.ada.slash(scene.world.channel, "library add text")


async def open_doubt(scene: Scene) -> Any:
    return (await scene.ada.slash(scene.world.channel, "library review")).response


async def open_mending(scene: Scene) -> Any:
    form = await open_form(scene)
    return (await scene.ada.submit_modal(form, {"title": OURS, "address": "nowhere", "text": OURS})).response


async def open_sources(scene: Scene) -> Any:
    scene.library.found = SourceQuotes(OURS, tuple(quote(text) for text in (RIFT, AGENDA, VISIT, OURS)))
    return (await scene.ada.slash(scene.world.channel, "source", name="us")).response


async def open_history(scene: Scene) -> Any:
    await scene.ada.send(scene.world.channel, f"{scene.world.me} {OURS}?")
    return (await scene.ada.slash(scene.world.channel, "history")).response


async def open_word(scene: Scene) -> Any:
    await scene.ada.send(scene.world.channel, f"{scene.world.me} {OURS}?")
    kept = scene.world.channel.last_message
    thanked = await scene.ada.click(kept, custom_id=custom_ids(kept)[Action.USEFUL])
    return await scene.ada.click(thanked.response, label="Add a word")


OPENERS: dict[str, Callable[[Scene], Awaitable[Any]]] = {
    "AdminPages": open_pages,
    "ConfirmRemoval": open_removal,
    "OfferUndo": open_undo,
    "CancelJob": open_job,
    "EndedJob": open_ended_job,
    "ChangeSettings": open_settings,
    "ChangeAnswers": open_answers,
    "ChangeTimes": open_times,
    "PastedArticle": open_form,
    "QuotePages": open_sources,
    "WordForm": open_word,
    "MendPasted": open_mending,
    "DecideAboutVersion": open_doubt,
    "ConfirmForgetting": open_forgetting,
    "OfferDeletion": open_history,
}
FOR_ADMINS = [
    *("AdminPages", "ConfirmRemoval", "OfferUndo", "CancelJob", "ChangeSettings", "ChangeAnswers", "ChangeTimes"),
    *("PastedArticle", "MendPasted", "DecideAboutVersion"),
]


def test_every_kind_of_buttons_and_every_form_has_a_case(scene: Scene) -> None:
    assert set(scene.bot.extensions) == set(EXTENSIONS)
    assert {cls.__name__ for cls in last_of(discord.ui.View, discord.ui.Modal)} == set(OPENERS)


def last_of(*bases: type) -> Iterator[type]:
    """Return our classes below `bases` that no other of ours is made from."""
    for base in bases:
        below = [cls for cls in base.__subclasses__() if cls.__module__.startswith(("cogs", "discord.ui"))]
        if not below and base.__module__.startswith("cogs"):
            yield base
        yield from last_of(*below)


@pytest.mark.parametrize("kind", OPENERS)
async def test_a_click_from_another_server_changes_nothing_here_and_shows_nothing(scene: Scene, kind: str) -> None:
    """Eve, an admin elsewhere, sends our custom ids from her own server."""
    opened = await OPENERS[kind](scene)
    before = await scene.state_of(scene.world.own, scene.world.guild.id)
    scene.manager.calls.clear()
    seen = len(scene.world.env.http_requests)
    for data in forgeries(opened):
        result = await forged(scene, scene.eve, scene.their_channel, opened, data)
        assert result.response.content in (NOT_HERE, NOT_YOURS, ENDED_ALREADY)
    assert scene.manager.calls == []
    assert before == await scene.state_of(scene.world.own, scene.world.guild.id)
    replies = [entry for entry in scene.world.env.http_requests[seen:] if "callback" in entry.path]
    assert OURS not in str([entry.json for entry in replies])


@pytest.mark.parametrize("kind", FOR_ADMINS)
@pytest.mark.parametrize("who", ["a member", "an admin no longer"])
async def test_a_click_without_the_permission_is_refused(scene: Scene, kind: str, who: str) -> None:
    opened = await OPENERS[kind](scene)
    if who == "an admin no longer":
        scene.world.take_roles_from(scene.ada)
    actor = scene.world.alice if who == "a member" else scene.ada
    before = await scene.state_of(scene.world.own, scene.world.guild.id)
    scene.manager.calls.clear()
    tried = list(forgeries(opened))
    for data in tried:
        result = await forged(scene, actor, scene.world.channel, opened, data)
        assert result.ephemeral
        assert result.response.content in (NOT_ALLOWED, SETTINGS_NOT_ALLOWED, NOT_YOURS)
    assert tried
    assert scene.manager.calls == []
    assert before == await scene.state_of(scene.world.own, scene.world.guild.id)


@pytest.mark.parametrize("kind", ["OfferDeletion", "ConfirmForgetting"])
async def test_nobody_deletes_what_others_asked(scene: Scene, kind: str, history: History) -> None:
    opened = await OPENERS[kind](scene)
    for data in forgeries(opened):
        await forged(scene, scene.world.alice, scene.world.channel, opened, data)
    assert [turn.question for turn in await history.recent(scene.world.channel.id, limit=9)] == [f"{OURS}?"]


@pytest.mark.parametrize("kind", FOR_ADMINS)
async def test_the_admin_herself_is_admitted(scene: Scene, kind: str) -> None:
    """Else the refusals above would prove nothing."""
    opened = await OPENERS[kind](scene)
    data = next(iter(forgeries(opened)))
    result = await forged(scene, scene.ada, scene.world.channel, opened, data)
    refused = result.ephemeral and result.response.content in (NOT_ALLOWED, SETTINGS_NOT_ALLOWED)
    assert not refused


# ---------------------------------------------------------------- buttons under answers


def custom_ids(message: discord.Message) -> dict[str, str]:
    """Return the ids of the buttons of an answer by what they do."""
    buttons = [b for row in message.components for b in row.children if isinstance(b, discord.Button) and b.custom_id]
    return {button.custom_id.split(":")[1]: button.custom_id for button in buttons}


async def asked_in(scene: Scene, actor: simcord.MemberActor, channel: simcord.ChannelHandle, outcome: Any) -> Any:
    """Ask with a mention and return the answer."""
    scene.library.outcome = outcome
    await actor.send(channel, f"{scene.world.me} {OURS}?")
    return channel.last_message


async def click_anything(
    scene: Scene, actor: simcord.MemberActor, channel: simcord.ChannelHandle, message: Any, custom_id: str
) -> Any:
    """Click a button that carries an id of the forger's choice: the message's own are replaced by it."""
    backend = scene.world.env.backend
    payload = dict(serializers.message_payload(backend, backend.get_message(message.channel.id, message.id)))
    forged_button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id, "id": 2}
    payload["components"] = [{"type": 1, "id": 1, "components": [forged_button]}]
    data = {"custom_id": custom_id, "component_type": 2}
    return await _dispatch_actor_interaction(
        actor, InteractionType.MESSAGE_COMPONENT, channel, data, extra={"message": payload},
        source_message_id=message.id,
    )  # fmt: skip


def test_the_walk_knows_every_kind_of_lasting_button() -> None:
    lasting = {cls for cls in discord.ui.DynamicItem.__subclasses__() if cls.__module__.startswith("cogs")}
    assert lasting == {AnswerButton, AsTyped, ShowToAsker}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("where", ["their server", "another channel", "a direct message"])
async def test_the_buttons_of_an_answer_open_nowhere_but_where_it_was_given(
    scene: Scene, action: Action, where: str
) -> None:
    mine = await asked_in(scene, scene.ada, scene.world.channel, answer(placed(AGENDA), placed(VISIT)))
    exchange = custom_ids(mine)["context"].split(":")[2]
    if where == "their server":
        actor, channel = scene.eve, scene.their_channel
    elif where == "another channel":
        actor, channel = scene.ada, scene.world.guild.create_text_channel("elsewhere")
    else:
        actor, channel = scene.ada.user, scene.ada.user.dm_channel
        await scene.ada.user.send_dm("hello")
    if where == "a direct message":
        message = channel.last_message
    else:
        message = await asked_in(scene, actor, channel, answer(placed(RIFT)))
    before = len(scene.world.env.http_requests)
    result = await click_anything(scene, actor, channel, message, f"answer:{action}:{exchange}:0-2")
    if action is Action.WORD:  # the form shows nothing; sending it is refused, see above
        assert result.response is None or result.response.content == NOT_HERE
    else:
        assert (result.response.content, result.ephemeral) == (NOT_HERE, True)
    shown = str([entry.json for entry in scene.world.env.http_requests[before:]])
    assert AGENDA not in shown
    assert VISIT not in shown
    assert await scene.bot.history.read("SELECT * FROM feedback") == []


@pytest.mark.parametrize("where", ["their server", "another channel", "a direct message"])
@pytest.mark.parametrize(("button", "refused"), [("as-typed", texts.FORGOTTEN), ("asker", texts.QUESTION_LOST)])
async def test_a_question_is_asked_again_nowhere_but_where_it_was_asked(
    scene: Scene, button: str, refused: str, where: str
) -> None:
    """The message that was clicked is forged too: it is that of the answer, or of the offer, in our channel."""
    if button == "asker":
        await scene.bot.guild_store.set_for_asker_only(scene.world.guild.id, wanted=True)
    mine = await asked_in(scene, scene.ada, scene.world.channel, answer(placed(AGENDA)))
    if where == "their server":
        actor, channel = scene.eve, scene.their_channel
    elif where == "another channel":
        actor, channel = scene.ada, scene.world.guild.create_text_channel("elsewhere")
    else:
        await scene.ada.user.send_dm("hello")
        actor, channel = scene.ada.user, scene.ada.user.dm_channel
    asked = len(scene.library.asked)
    custom_id = "pullquote:as-typed" if button == "as-typed" else f"answer:asker:{actor.id}"
    result = await click_anything(scene, actor, channel, mine, custom_id)
    assert (result.response.content, result.ephemeral) == (refused, True)
    assert len(scene.library.asked) == asked


@pytest.mark.parametrize("action", [Action.CONTEXT, Action.MORE, Action.NEAREST, Action.SOURCES])
async def test_an_answer_that_names_a_foreign_article_shows_nothing_of_it(scene: Scene, action: Action) -> None:
    """It is forged in the database: no answer here quotes their articles."""
    theirs = placed(THEIRS, stored=scene.library.articles["theirs-0"])
    mine = await asked_in(scene, scene.ada, scene.world.channel, answer(placed(AGENDA)))
    exchange = int(custom_ids(mine)["context"].split(":")[2])
    await scene.bot.answers.keep(exchange, answer(theirs), shown=1)
    before = len(scene.world.env.http_requests)
    result = await click_anything(scene, scene.ada, scene.world.channel, mine, f"answer:{action}:{exchange}:0-1")
    assert result.response.content == GONE
    assert THEIRS not in str([entry.json for entry in scene.world.env.http_requests[before:]])


@pytest.mark.parametrize("exchange", ["0", "999999", "9" * 18])
@pytest.mark.parametrize("action", Action)
async def test_ids_that_nobody_gave_out_are_forgotten_ones(scene: Scene, action: Action, exchange: str) -> None:
    mine = await asked_in(scene, scene.ada, scene.world.channel, answer(placed(AGENDA)))
    result = await click_anything(scene, scene.ada, scene.world.channel, mine, f"answer:{action}:{exchange}:0-999")
    assert result.response.content == FORGOTTEN


def forgeries(opened: Any) -> Iterator[dict[str, Any]]:
    """Return what a click on each component of a message would send, or what a form would."""
    if isinstance(opened, simcord.results.InteractionResult):
        labels = opened.modal["components"]
        values = [
            {"type": 18, "id": n, "component": {"type": 4, "id": 50 + n, **filled(label["component"])}}
            for n, label in enumerate(labels, 1)
        ]
        yield {"custom_id": opened.modal["custom_id"], "components": values}
        return
    components = opened.components
    if isinstance(opened, discord.Message):
        components = [component.to_dict() for component in components]
    for component in walk_components(components):
        if component["type"] == ComponentType.BUTTON:
            yield {"custom_id": component["custom_id"], "component_type": component["type"]}
        elif component["type"] in (ComponentType.ROLE_SELECT, ComponentType.CHANNEL_SELECT):
            yield {"custom_id": component["custom_id"], "component_type": component["type"], "values": []}
        elif component["type"] == ComponentType.STRING_SELECT:
            value = component["options"][-1]["value"]
            yield {"custom_id": component["custom_id"], "component_type": component["type"], "values": [value]}


def filled(field: dict[str, Any]) -> dict[str, Any]:
    values = {"address": "", "days": "3", "zone": "Asia/Tokyo"}
    return {"custom_id": field["custom_id"], "value": values.get(field["custom_id"], "words")}


async def forged(
    scene: Scene, actor: simcord.MemberActor, channel: simcord.ChannelHandle, opened: Any, data: dict[str, Any]
) -> Any:
    """Send an interaction that Discord's own clients would not let this person send."""
    backend = scene.world.env.backend
    kind, message_id = InteractionType.MESSAGE_COMPONENT, opened.id if hasattr(opened, "id") else None
    if isinstance(opened, simcord.results.InteractionResult):
        kind, message_id = InteractionType.MODAL_SUBMIT, opened._interaction.source_message_id
    if message_id is None:  # a form that a command has opened
        return await _dispatch_actor_interaction(actor, kind, channel, data)
    message = backend.get_message(scene.world.channel.id, message_id)
    return await _dispatch_actor_interaction(
        actor,
        kind,
        channel,
        data,
        extra={"message": dict(serializers.message_payload(backend, message))},
        source_message_id=message_id,
    )


async def forged_command(scene: Scene, user: Any, channel: simcord.ChannelHandle, name: str) -> Any:
    """Send a command from where Discord does not show it."""
    root = scene.world.env.backend.find_command(name.split()[0], scene.world.guild.id, type=1)
    leaf, nesting = interactions.walk_to_subcommand(root, name.split()[1:])
    options, resolved = interactions.build_options(user, name, leaf, COMMANDS[name], channel_id=channel.id)
    data = {"id": root["id"], "name": root["name"], "type": 1, "resolved": resolved}
    data["options"] = interactions.nest_options(root, nesting, options)
    return await _dispatch_actor_interaction(user, InteractionType.APPLICATION_COMMAND, channel, data)


async def test_a_feed_is_never_announced_in_a_channel_of_another_server(scene: Scene) -> None:
    """Discord offers only channels of the server; the id of another is forged, with what Discord would resolve."""
    backend = scene.world.env.backend
    root = backend.find_command("library", scene.world.guild.id, type=1)
    theirs = str(scene.their_channel.id)
    payload = dict(serializers.channel_payload(backend, backend.get_channel(scene.their_channel.id)))
    options = [
        {"name": "url", "type": 3, "value": "https://example.com/f"},
        {"name": "channel", "type": 7, "value": theirs},
    ]
    data = {
        "id": root["id"],
        "name": "library",
        "type": 1,
        "options": interactions.nest_options(root, ["feed", "add"], options),
        "resolved": {"channels": {theirs: {**payload, "permissions": "8"}}},
    }
    result = await _dispatch_actor_interaction(
        scene.ada, InteractionType.APPLICATION_COMMAND, scene.world.channel, data
    )
    assert result.response is not None
    assert ("add_feed", scene.world.own) not in scene.manager.calls
    assert [type(error) for error in scene.world.env.errors] == [app_commands.TransformerError]
