from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.attribution.attributing import ReadArticle, attribute_all
from retrieval.domain.articles import Span
from retrieval.keeping.attribution.extractor import Extractor
from retrieval.keeping.attribution.judging import FEATURES
from retrieval.keeping.attribution.network.guessing import AttributionGuess
from retrieval.keeping.attribution.network.model import Network, NetworkSize
from retrieval.keeping.attribution.network.stored import WEIGHTS, Trained, load, save
from retrieval.keeping.attribution.rules.analysis import analyse
from retrieval.keeping.attribution.rules.lexicon import lexicon
from retrieval.keeping.attribution.rules.standing import Standing, standing
from tests.retrieval.keeping.attribution.helpers import sentences

TEXT = "“We will win,” said Karine Jean-Pierre.\n\nThe bank failed, as reported by All Israel News. Ünal said so."


@dataclass
class FakeSeen:
    """A passage of one token a word, with states that mean nothing."""

    start: int
    offsets: np.ndarray
    states: np.ndarray


def see(text: str, width: int = 8, layers: int = 3) -> list[FakeSeen]:
    words = [(0, 0), *((i, i + 1) for i, c in enumerate(text) if not c.isspace()), (0, 0)][:200]
    dice = np.random.default_rng(len(text))
    return [FakeSeen(0, np.array(words), dice.normal(size=(len(words), layers, width)).astype(np.float32))]


def trained(shown_from: float = 0.0) -> Trained:
    torch.manual_seed(5)
    networks = tuple(Network(NetworkSize(width=8, inner=8, hidden=8, link=8)).eval() for _ in range(2))
    return Trained(networks, (2, 4, 6), (0.0,) * len(FEATURES), shown_from, 0.0)


def test_without_weights_the_rules_work_alone(tmp_path: Path) -> None:
    """No weights file: the extractor asks for no hidden states and gives what the rules give."""
    extractor = Extractor.from_weights(tmp_path / "none.npz")
    assert extractor.layers == ()
    found = attribute_all(extractor, [ReadArticle(TEXT, sentences(TEXT))])[0]
    assert [a.name for a in found] == ["All Israel News"]


@pytest.mark.parametrize("text", [TEXT, "", "a", "“", "İ said “\u2028” that", "According to X, " * 30])
def test_spans_of_the_network_lie_inside_the_text(text: str) -> None:
    """Whatever the network says, its spans are ranges of the text."""
    seen = see(text) if text else []
    (found,) = attribute_all(Extractor(trained()), [ReadArticle(text, sentences(text), seen)])
    for one in found:
        assert one.content
        for span in (*one.source, *one.cue, *one.content):
            assert 0 <= span.start < span.end <= len(text)


def test_sure_cue_is_never_missed() -> None:
    """'As reported by' is found by the rules though an untrained network knows nothing of it."""
    (found,) = attribute_all(Extractor(trained(shown_from=1.0)), [ReadArticle(TEXT, sentences(TEXT), see(TEXT))])
    assert ("All Israel News", True) in [(a.name, a.shown) for a in found]


def test_many_articles_give_what_each_gives_alone() -> None:
    """Articles read together do not mix."""
    extractor = Extractor(trained())
    readings = [ReadArticle(t, sentences(t), see(t)) for t in (TEXT, "Smith said so. " * 5, "Nobody spoke.")]
    alone = [attribute_all(extractor, [r])[0] for r in readings]
    together = attribute_all(extractor, readings)
    assert [[(a.cue, a.content, a.name) for a in x] for x in together] == [
        [(a.cue, a.content, a.name) for a in x] for x in alone
    ]


def test_weights_survive_a_file(tmp_path: Path) -> None:
    """Saved and loaded weights give nearly the same numbers."""
    path = tmp_path / "weights.npz"
    before = trained(0.25)
    save(path, before)
    after = load(path)
    assert after is not None
    assert (after.layers, after.shown_from) == (before.layers, before.shown_from)
    for one, other in zip(before.networks, after.networks, strict=True):
        for name, value in one.state_dict().items():
            assert torch.allclose(value, other.state_dict()[name], atol=2e-2), name


@pytest.mark.parametrize(
    ("text", "source", "cue", "stands"),
    [
        ("Gantz said that it was over.", "Gantz", "said", Standing.SAID),
        ("A few folks said that it was over.", "few folks", "said", Standing.SAID),
        ("Contrary to what Gantz said, it was over.", "Gantz", "said", Standing.NOT_STATED),
        ("Gantz denied that it was over.", "Gantz", "denied", Standing.DENIED),
        ("Gantz rejected claims that it was over.", "Gantz", "rejected", Standing.DENIED),
        ("Gantz never said that it was over.", "Gantz", "never said", Standing.NOT_STATED),
        ("Gantz never said that it was over.", "Gantz", "said", Standing.NOT_STATED),
        ("Did Gantz say that it was over?", "Gantz", "say", Standing.NOT_STATED),
        ("Gantz seeks that it was over.", "Gantz", "seeks", Standing.NOT_STATED),
        ("Gantz refused to say that it was over.", "Gantz", "refused to say", Standing.NOT_STATED),
        ("Gantz stopped short of saying that it was over.", "Gantz", "saying", Standing.NOT_STATED),
        ("Nobody in town said that it was over.", "Nobody in town", "said", Standing.NOT_STATED),
        ("Neither the union nor Gantz said that it was over.", "Gantz", "said", Standing.NOT_STATED),
        ("Few experts said that it was over.", "Few experts", "said", Standing.NOT_STATED),
    ],
)
def test_only_what_the_text_states_is_told(text: str, source: str, cue: str, stands: Standing) -> None:
    """A question, a wish, 'what X said' and 'nobody said' are not told; a denial is known as one."""

    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    assert standing(text, span(source), span(cue), [span("it was over")], sentences(text), lexicon()) is stands


def test_unsure_candidates_are_not_shown() -> None:
    """Below the threshold nothing is told, though it is kept."""
    text = "Gantz said that it was over."
    found = AttributionGuess(Span(0, 5), Span(6, 10), (Span(11, 27),), (0.5, 0.5, 0.5, 0.5))
    cut = sentences(text)
    analysis = analyse(text, cut)
    kept = [Extractor(trained(t)).conclude(analysis, cut, [found])[0].shown for t in (0.4, 0.6)]
    assert kept == [True, False]


@pytest.mark.skipif(not WEIGHTS.exists(), reason="the weights are optional")
def test_weights_fit_the_code() -> None:
    """The weights in the repository load and are small."""
    loaded = load()
    assert loaded is not None
    assert len(loaded.calibration) == len(FEATURES)
    assert WEIGHTS.stat().st_size < 25_000_000
