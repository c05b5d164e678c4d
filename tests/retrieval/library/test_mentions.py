"""What a question names and no article mentions is found, whatever the case, and spelling is forgiven."""

from __future__ import annotations

import pytest

from benchmarks.indexing import index
from retrieval.asking.question.intent import read_intent
from retrieval.language.proper_names import looks_like_name
from retrieval.library.live import LiveLibraries
from retrieval.library.mentions import missing_names

ARTICLE = (
    "Benny Gantz flew to the United States. Emperor Céloron met Jews and Chinese traders near Washington. "
    "The Frame-Relay network was built by Telecom Italia."
)


@pytest.fixture
async def library(engine, write):
    await index(engine, [write("a.txt", ARTICLE)])
    return LiveLibraries(engine._store).open("shared")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Who is Benny Gantz?", ()),
        ("who is benny gantz", ()),
        ("Did Gantz go to the U.S.?", ()),
        ("Did Gantz go to the US?", ()),
        ("Did Gantz go to the UK?", ("UK",)),
        ("When did Gantz meet Kamala Harris?", ("Kamala Harris",)),
        ("why did gantz go to london", ("london",)),
        ("Did President Joe Gantz go?", ("Joe",)),
        ("Who met Celoron?", ()),
        ("What Jewish traders?", ()),
        ("What about Frame Relay?", ()),
        ("Did Gantz meet Macron's minister in Washington?", ("Macron",)),
        ("What is X.25?", ()),
    ],
)
async def test_missing_names_are_those_that_no_article_mentions(library, question, missing):
    intent = read_intent(question)
    assert missing_names(intent.names, intent.terms, [library]) == missing


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("london", True),
        ("france", True),
        ("biden", True),
        ("approve", False),
        ("buy", False),
        ("hit", False),
        ("police", False),
    ],
)
def test_names_typed_in_lower_case_are_told_from_words(word, name):
    assert looks_like_name(word) is name
