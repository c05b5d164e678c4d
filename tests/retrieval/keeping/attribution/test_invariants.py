from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.attribution.attributing import ReadArticle, attribute_all
from retrieval.domain.articles import Span
from retrieval.keeping.attribution.extractor import Extractor
from tests.retrieval.keeping.attribution.helpers import attribute, sentences

_PIECES = st.sampled_from(
    ["According to ", "said ", "“", "”", '"', "Gantz ", "as reported by ", ", ", ". ", "\n\n", "The Post ", "he ",
     "told ", "who ", "’s ", "(", ")", "that ", "—", "we will win ", "U.S. ", "a source ", "\u2028", "İ"]
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=200), st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=40).map("".join))


@given(_TEXTS, st.data())
@settings(max_examples=300, deadline=None)
def test_spans_lie_inside_the_text(text: str, data: st.DataObject) -> None:
    """Every span of every attribution is a range of the text, whatever the text and its sentences."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [Span(a, b) for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    for cut in (sentences(text), spans):
        for found in attribute_all(Extractor(), [ReadArticle(text, cut)])[0]:
            assert found.content
            for span in (*found.source, *found.cue, *found.content):
                assert 0 <= span.start < span.end <= len(text)


def test_seed_article_has_its_three_outlets() -> None:
    """The seed article credits three outlets, with their content, and nobody else."""
    seed = Path(__file__).parents[4] / "seeds" / "gantz-washington.md"
    text = seed.read_text(encoding="utf-8") if seed.exists() else _SEED
    found = [(a.name, a.content[0].of(text)[:24]) for a in attribute(text) if a.shown]
    assert found == [
        ("The New York Sun", "the visit is particularl"),
        ("All Israel News", "Gantz's agenda in Washin"),
        ("POLITICO", "the rift within Israel's"),
    ]


_SEED = """Unsanctioned Trip Sparks Controversy

Gantz's journey to the U.S. capital underscores the conflict. According to The New York Sun, the visit is \
particularly contentious due to disagreements. Gantz seeks to strengthen support.

Gantz's agenda in Washington includes bolstering the alliance, as reported by All Israel News. This move \
reflects Gantz's determination.

As highlighted by POLITICO, the rift within Israel's government showcases the challenges.
"""
