"""Opens the engine, and its manager, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from retrieval.domain.stages import Observe
    from retrieval.engine import Engine
    from retrieval.keeping.management.manager import Keeping
    from retrieval.store.folder import DataFolder


async def open_engine(settings: Settings, *, observe: Observe | None = None, held: DataFolder | None = None) -> Engine:
    """Open the engine as the settings say, on a data folder that is `held` already or is taken now.

    `observe` hears how long each stage of a question took.
    """
    from retrieval.domain.stages import unobserved
    from retrieval.engine import Engine  # the heavy half: `--help` does not wait for it

    return await Engine.open(
        settings.data_dir,
        model=settings.model,
        chroma_url=settings.chroma_url,
        attribution=settings.attribution,
        cache_mb=settings.cache_mb,
        observe=observe or unobserved,
        held=held,
    )


def keeping_of(settings: Settings) -> Keeping:
    """Return what the settings say of folders and of what a server's library may hold."""
    from retrieval.domain.libraries import Quota
    from retrieval.keeping.management.manager import Keeping

    quota = Quota(settings.server_articles, settings.server_characters)
    return Keeping(folders=(settings.seeds_dir, *settings.folders), quota=quota)
