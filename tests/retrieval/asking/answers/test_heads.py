"""What must be read with a quote is quoted with it: a table's head with its row, a live blog's time with its post."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.indexing import index
from retrieval.asking.answers.quotes import quote_sentence
from retrieval.domain.answers import Answer
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.language.clock_lines import is_clock_line
from retrieval.language.sentences import split_sentences

TABLE = (
    "The council of Marl published how its parties voted on the plan for the old ferry landing.\n\n"
    "Party\tFor\tAgainst\n\nGreens\t12\t1\n\nCentre\t7\t9\n\nFarmers\t3\t4\n\n"
    "The landing will be closed before the first storms of the autumn."
)
BLOG = (
    "9:05 am\n\nA ferry ran aground off Marl with forty people aboard. "
    "Two people died on the ferry, the coastguard said.\n\n"
    "2:30 p.m.\n\nDivers reached the hull. Eleven people died on the ferry, the coastguard said."
)


async def ask(engine: Engine, question: str) -> list[str]:
    outcome = await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 4, 1, tzinfo=UTC))
    assert isinstance(outcome, Answer), outcome
    for quote in outcome.quotes:
        assert await engine.still_verbatim([quote]) == [True]
    return [quote.text for quote in outcome.quotes]


async def test_a_row_is_quoted_below_its_column_heads(engine: Engine, write):
    await index(engine, [write("a.txt", TABLE)])
    question = "How did the Centre party vote on the plan for the old ferry landing?"
    explained = await engine.explain(question, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 4, 1, tzinfo=UTC))
    (findings,) = explained.found
    catalogue = findings.library.catalogue
    texts = [span.of(TABLE) for span in catalogue.sentence_spans]
    row = texts.index("Centre\t7\t9")
    assert not findings.library.headings[row]
    quote = quote_sentence(findings, row, score=1.0)
    assert quote.text == "Party\tFor\tAgainst\n\nGreens\t12\t1\n\nCentre\t7\t9"
    assert [span.of(quote.text) for span in quote.emphasis] == ["Centre\t7\t9"]
    assert await engine.still_verbatim([quote]) == [True]
    last = quote_sentence(findings, len(texts) - 1, score=1.0)
    assert last.text == texts[-1]


async def test_a_post_of_a_live_blog_is_quoted_with_its_time(engine: Engine, write):
    await index(engine, [write("a.txt", BLOG)])
    texts = await ask(engine, "How many people died on the ferry off Marl, according to the coastguard?")
    for text in texts:
        assert "people died" not in text or text.startswith(("9:05 am", "2:30 p.m."))
    assert any("people died" in text for text in texts)


def test_a_time_is_no_sentence_to_be_quoted():
    assert [s.heading for s in split_sentences(BLOG)] == [True, False, False, True, False, False]
    for line in ("14:05", "9.30pm", "Posted at 14:05 GMT", "March 5, 2024, 2:30 p.m. ET", "5 March 14:05"):
        assert is_clock_line(line)
    for line in ("The vote was 14:05", "14", "He left at 9 am and came back", "21 to 12", "3:2 for Marl"):
        assert not is_clock_line(line)
