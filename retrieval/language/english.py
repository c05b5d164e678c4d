"""Tells a question in another language from one in English by their function words.

py3langid (a statistical detector) was left out: on a few words full of names it guesses, and to refuse a question
for its language must be certain. simplemma's word lists took seconds to load.
"""

from __future__ import annotations

from retrieval.language.stems import WORD

_ENGLISH = frozenset(
    "the of and to what who whom whose when where why how which did does is are was were has have had will would could"
    " about with from that this there their they she he you your any many much say said says in on for by at it".split()
)
_FRENCH = frozenset(
    """
    qui que quoi quand où comment pourquoi combien quel quelle quels quelles est-ce sont était les des dans avec
    sur une du au aux il elle nous vous ils pas a-t-il ont été dit
    """.split()
)
_GERMAN = frozenset(
    """
    wer wen wem wann wo wie warum wieso weshalb welche welcher welches ist sind wurde hat haben der die das den
    dem ein eine einen nicht mit von zu und für auf über wird
    """.split()
)
_SPANISH = frozenset(
    """
    quién quiénes qué cuándo dónde cómo cuánto cuántos cuánta cuáles cuál por qué está están fue los las del una
    con sobre el y ha dijo
    """.split()
)
_ITALIAN = frozenset(
    """
    chi cosa quando dove come perché quanto quanti quale quali è sono stato il lo gli della delle con una che ha
    detto
    """.split()
)
_PORTUGUESE = frozenset(
    """
    quem quando onde como porque quanto quantos quais foi são está uma com sobre os as dos das disse não
    """.split()
)
_DUTCH = frozenset(
    """
    wie wat wanneer waar hoe waarom welke heeft zijn werd het een van met voor niet over zegt
    """.split()
)
_OTHERS = (_FRENCH, _GERMAN, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH)
_ASKING = frozenset(
    """
    chi combien comment cuál cuáles cuándo cuánta cuánto cuántos cómo dove dónde hoe onde où perché pourquoi
    quais quale quali quand quando quanto quantos quel quelle quelles quels quem qui quién quiénes qué waar
    waarom wann wanneer warum wat welche welcher welches welke wem wen wer weshalb wie wieso
    """.split()
)
LEAST_WORDS = 2


def is_foreign(text: str) -> bool:
    """Tell whether a text is certainly not English: it has another language's function words and none of English."""
    words = [match.group().lower() for match in WORD.finditer(text)]
    if len(words) < LEAST_WORDS or any(word in _ENGLISH for word in words):
        return False
    return words[0] in _ASKING or any(sum(word in known for word in words) >= LEAST_WORDS for known in _OTHERS)
