"""Says why a new version of an article was kept aside, in words that Discord and the terminal share."""

from __future__ import annotations

from retrieval.domain.addresses import is_web_address
from retrieval.domain.libraries import DoubtfulVersion, Looks

LOOKS = {
    Looks.CONSENT: "a cookie notice",
    Looks.SUBSCRIPTION: "a subscription notice",
    Looks.ROBOT_CHECK: "a check for robots",
    Looks.ERROR: "an error page",
}
MOST = 0.5
"""From this share of the old text on, it is not most of it that is lost."""


def doubt_words(version: DoubtfulVersion) -> str:
    """Return what a place shows now of what it did, without a full stop."""
    noun = "page" if is_web_address(version.origin) else "file"
    looks = f"looks like {LOOKS[version.looks]}" if version.looks else ""
    if version.kept >= MOST:
        return f"The {noun} now shows {version.kept:.0%} of what it did" + (
            f", and what is new {looks}" if looks else ""
        )
    share = f"only {version.kept:.0%}" if version.kept >= 0.005 else "nothing"
    longer = "another text, with " if version.characters > version.old_characters else ""
    return f"The {noun} now shows {longer}{share} of what it did" + (f", and {looks}" if looks else "")


def doubt_question(version: DoubtfulVersion) -> str:
    """Return the question that who keeps the library decides."""
    return f"{doubt_words(version)}; keep the old text?"
