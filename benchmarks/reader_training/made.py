"""Questions made from plain statements of news articles, each with one that the same passage does not answer.

"Joe Biden visited Kyiv in February" becomes "Who visited Kyiv in February?", "Did Joe Biden visit Kyiv in February?",
"When did Joe Biden visit Kyiv?"; a name, number or year of another article, or the roles exchanged, make it false.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import simplemma

NAME = r"(?:The |President |Prime Minister |Sen\. |Gov\. |Mr\. )?[A-Z][\w'’&-]+(?: (?:of )?[A-Z][\w'’&-]+){0,3}"
AUXILIARIES = "is are was were has have had will would can could should must may might"
IRREGULAR = (
    "won lost left told made took gave went came became began fell rose led held met found sent built bought sold "
    "paid spent cut put set hit shot struck drew wrote spoke broke drove flew grew knew threw beat kept brought caught "
    "taught fought sought thought felt heard laid read ran saw stood swore wore withdrew quit sued"
)
STATEMENT = re.compile(
    rf"^(?P<subject>{NAME}) (?P<adverb>also |reportedly |later |then |recently )?"
    rf"(?P<verb>{AUXILIARIES.replace(' ', '|')}|{IRREGULAR.replace(' ', '|')}|[a-z]{{2,}}ed) (?P<rest>[^\"“”?:;]+)$"
)
COUNTED = re.compile(
    r"^(?:About |At least |More than |Nearly |Some |Around |Roughly |Almost |Over )?"
    r"(?P<number>\d[\d,.]*(?: (?:million|billion|thousand))?|[A-Z][a-z]+(?:een|ty)|"
    r"Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)"
    r" (?P<rest>(?:[a-z]+ ){0,2}[a-z]+s|people) (?P<verb>[a-z]+) (?P<tail>[^\"“”?:;]+)$"
)
CLAUSE = re.compile(
    r"(?:,| [–—-]) (?:which|who|but|while|after|as|where|with|according|including|adding|when|and|"
    r"though|although|saying)\b.*|[(–—].*"
)
AND = re.compile(r"(?<=.{40}) and (?:\w+ )?(?:\w+ed|is|was|has|had|said|will)\b.*")
WHEN = re.compile(
    r" (?P<time>(?:on|in|last|this|since) (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|week|month|year|\d{4}|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2})?(?:,? \d{4})?))\b"
)
WHERE = re.compile(r" (?P<place>(?:in|at|near) [A-Z][\w'’-]+(?:,? [A-Z][\w'’-]+){0,2})$")
WHY = re.compile(r"^(?P<what>.+?),? (?P<cause>because (?!of course).+)$")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?![\w.])")
NOT_NAMES = set(
    "He She It They This That There But And In On At For When While After If As We I You His Her Its Their These Those "
    "What Who How Why Where Many Most Some Several Both All One Then Now Here Also So Or Not No Yes By From With To Of "
    "Our My Your Such Even Since Despite During Before Although Though Because Earlier Later Last Meanwhile However "
    "Skip Read More Watch Advertisement Other Others Another Each Every Photo Getty Opinion Today Only Just".split()
)


@dataclass(frozen=True)
class Made:
    """A question, the words that answer it (none for yes or no), and false ones beside it."""

    question: str
    answer: str
    kind: str
    false: tuple[tuple[str, str], ...]
    """(question, kind): what the same passage does not answer."""


def make_questions(sentence: str, passage: str, names: Sequence[str], rng: random.Random) -> list[Made]:
    """Make questions that a statement answers; `names` are subjects of other articles, for exchanging."""
    text = CLAUSE.sub("", sentence.strip())
    text = AND.sub("", text).rstrip(" .,!")
    counted = COUNTED.match(text)
    if counted and 4 <= len(text.split()) <= 24:
        tail = f"{counted['rest']} {counted['verb']} {counted['tail']}"
        return [Made(f"How many {tail}?", counted["number"], "made-number", swapped(f"How many {tail}?", passage, rng))]
    found = STATEMENT.match(text)
    if not found or not 5 <= len(text.split()) <= 24 or NOT_NAMES & set(found["subject"].split()):
        return []
    subject, verb, rest = found["subject"], found["verb"], found["rest"]
    if verb in AUXILIARIES.split():
        helper, core = verb, rest
    else:
        helper, core = "did", f"{simplemma.lemmatize(verb, 'en')} {rest}"
    stranger = next((n for n in rng.sample(names, 8) if not set(n.split()) & set(passage.split())), "Nina Okafor")
    made = [
        Made(f"Who {verb} {rest}?", subject, "made-who", swapped(f"Who {verb} {rest}?", passage, rng)),
        Made(
            f"{helper.capitalize()} {subject} {core}?",
            "",
            "made-yes-no",
            ((f"{helper.capitalize()} {stranger} {core}?", "made-stranger"),),
        ),
    ]
    when = WHEN.search(core)
    if when:
        made.append(asked("When", helper, subject, core.replace(when.group(), "", 1), when["time"], stranger))
    where = WHERE.search(core)
    if where:
        made.append(asked("Where", helper, subject, core.replace(where.group(), "", 1), where["place"], stranger))
    why = WHY.match(core)
    if why:
        made.append(asked("Why", helper, subject, why["what"], why["cause"], stranger))
    other = re.match(rf"(?P<object>{NAME})\b(?P<after>.*)$", rest)
    if other and helper == "did" and not NOT_NAMES & set(other["object"].split()):
        thing, after = other["object"], other["after"]
        roles = f"Did {thing} {simplemma.lemmatize(verb, 'en')} {subject}{after}?"
        made.append(Made(f"Did {subject} {core}?", "", "made-yes-no", ((roles, "made-roles"),)))
        passive = (f"Who {verb} {subject}{after}?", "made-roles")
        made.append(Made(f"Who {verb} {thing}{after}?", subject, "made-who", (passive,)))
    return made


def asked(word: str, helper: str, subject: str, core: str, answer: str, stranger: str) -> Made:
    """Make "When did X ...?" and the same of somebody the passage does not name."""
    core = " ".join(core.split()).rstrip(" ,")
    false = (f"{word} {helper} {stranger} {core}?", "made-stranger")
    return Made(f"{word} {helper} {subject} {core}?", answer, f"made-{word.lower()}", (false,))


def swapped(question: str, passage: str, rng: random.Random) -> tuple[tuple[str, str], ...]:
    """Exchange a number, a year or a name inside a question for one that its passage does not hold."""
    number = NUMBER.search(question)
    if number:
        value = int(number.group().replace(",", "") or 0)
        other = str(value + rng.choice([-2, -1, 1, 2, 3]) if value > 1900 else max(2, value + rng.randrange(1, 20)))
        if other not in passage:
            return ((question.replace(number.group(), other, 1), "made-number-swap"),)
    names: list[str] = re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,}(?: [A-Z][a-z]+)?", question)
    if names:
        other = rng.choice(PLACES)
        if other not in passage:
            return ((question.replace(rng.choice(names), other, 1), "made-name-swap"),)
    return ()


PLACES = (
    "Lisbon Toronto Kenya Amazon Toyota Nigeria Chicago Netflix Poland Boeing Sydney Samsung Peru Houston Dublin "
    "Pfizer Vietnam Denver Starbucks Norway Manchester Chile Disney Jakarta Ford Ghana Seattle Sony Belgium"
).split()


def as_typed(question: str, rng: random.Random) -> str:
    """Now and then leave out capitals and the question mark, as people do in a chat."""
    if rng.random() < 0.25:
        question = question.lower()
    return question.rstrip("?") if rng.random() < 0.25 else question
