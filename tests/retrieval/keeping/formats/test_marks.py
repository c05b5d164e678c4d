"""What a page marks inside its lines: the words that come in are those that a reader sees."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from retrieval.keeping.formats.cleaning import clean_text
from retrieval.keeping.formats.content import read_content
from retrieval.keeping.formats.visible import VisibleWords

FILLER = (
    "The bakers of the old town met on Friday to talk about the price of flour, which has doubled since the summer.",
    "Their guild wants the town to open its granary, and the mayor promised an answer before the end of the month.",
)


def read(body: str) -> str:
    page = (
        f"<!doctype html><html><head><title>Flour</title></head><body><article><h1>Flour</h1><p>{FILLER[0]}</p>"
        f"{body}<p>{FILLER[1]}</p></article></body></html>"
    )
    return read_content(page.encode(), origin="o", name="n", url="https://example.org/flour").text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('On Friday <span class="author">Ida Holm</span> left the guild.', "On Friday Ida Holm left the guild."),
        ('It opens at <time datetime="09:00">9.00</time> each day.', "It opens at 9.00 each day."),
        ("The <abbr title='x'>WHO</abbr> warned the guild of mould.", "The WHO warned the guild of mould."),
        ("Press <button>Send</button> to reach the guild.", "Press Send to reach the guild."),
        ('Flour costs <data value="3">three</data> crowns now.', "Flour costs three crowns now."),
        ("He said <q>we bake no more</q> and left.", "He said “we bake no more” and left."),
        ("Sales rose by 31<sup>4</sup> percent this year.", "Sales rose by 31 percent this year."),
        ("Sales rose by 31 percent.<sup>[a]</sup> They fell later.", "Sales rose by 31 percent. They fell later."),
        ("The yard has 40 m<sup>2</sup> of ground.", "The yard has 40 m² of ground."),
        ("It was the 21<sup>st</sup> meeting of the guild.", "It was the 21st meeting of the guild."),
        ("He solved x<sup>2</sup> + y<sup>3</sup> = 12 at once.", "He solved x² + y³ = 12 at once."),
        ("Einstein wrote E = mc<sup>2</sup> on it.", "Einstein wrote E = mc² on it."),
        ("It is 10<sup>-6</sup> of a gram.", "It is 10⁻⁶ of a gram."),
        ("Salt gives off Na<sup>+</sup> in water.", "Salt gives off Na⁺ in water."),
        ("A field of 5 km<sup>2</sup> was sold.<sup>1</sup>", "A field of 5 km² was sold."),
        ("Flour<sup>1</sup> costs 45<sup>2</sup> crowns<sup>3</sup> now.", "Flour costs 45 crowns now."),
        ('Flour costs 45<sup><a href="#n7">7</a></sup> crowns.', "Flour costs 45 crowns."),
        ("The mayor left.<sup>7</sup> Nobody saw her.", "The mayor left. Nobody saw her."),
        ("They wrote 3<sup>2</sup> = 9 on the wall.", "They wrote 3² = 9 on the wall."),
        ("Flour costs 45<sup>2</sup> crowns.", "Flour costs 45 crowns."),
        ("The ovens give off CO<sub>2</sub> all night.", "The ovens give off CO2 all night."),
        ("The guild has <s>90</s> 80 members left.", "The guild has 80 members left."),
        ('The guild <span class="sr-only">opens in new window</span> met twice.', "The guild met twice."),
        ('The guild <span style="display: none">x7</span> met twice.', "The guild met twice."),
    ],
)
def test_a_line_comes_in_as_it_is_seen(line, shown):
    assert shown in " ".join(read(f"<p>{line}</p>").split())


def test_a_row_of_a_table_is_one_line_below_that_of_its_heads():
    text = read("<table><tr><th>Mill</th><th>Sacks</th></tr><tr><td>North</td><td>12</td></tr></table>")
    assert "Mill\tSacks\n\nNorth\t12" in text


def test_ligatures_become_letters():
    assert clean_text("The ﬁrst oﬃce was ﬂooded.") == "The first office was flooded."


def test_words_count_as_shown_only_where_they_stand_next_to_each_other():
    tree = document_fromstring("<body><p>The <b>old</b> mill</p><div>burnt down<!-- x --> today</div></body>")
    visible = VisibleWords(tree)
    assert visible.hold("old mill")
    assert visible.hold("burnt down today")
    assert visible.hold("…")
    assert not visible.hold("The mill")
    assert not visible.hold("old millburnt")
