"""What a page says of other pages, read with its site."""

from knowledge.importing.process import read
from knowledge.importing.read_results import PageLinks, ReadRequest, Unusable

AT = "https://example.com/docs/start"


def links_of(body: str, head: str = "") -> PageLinks:
    page = f'<html lang="ja"><head>{head}</head><body>{body}</body></html>'
    found = read(page.encode(), ReadRequest(url=AT, links=True))
    assert found.links is not None
    return found.links


def test_links_are_whole_each_once_and_not_those_it_does_not_vouch_for() -> None:
    body = (
        '<a href="b">B</a><a href="/c#x">C</a><a href="b#y">B</a><a rel="nofollow" href="/d">D</a><a href="#top">Up</a>'
    )
    assert links_of(body).links == ("https://example.com/docs/b", "https://example.com/c")
    assert links_of(body, '<base href="/other/">').links[0] == "https://example.com/other/b"


def test_what_it_says_to_programs_is_heard() -> None:
    said = links_of('<a href="/a">A</a>', '<meta name="robots" content="noindex, nofollow">')
    assert (said.listed, said.links) == (False, ())
    assert links_of('<a href="/a">A</a>').listed


def test_its_language_and_translations_are_known() -> None:
    head = (
        '<link rel="alternate" hreflang="en" href="/en/start"><link rel="alternate" type="application/rss" href="/f">'
    )
    said = links_of("<p>はじめに</p>", head)
    assert (said.lang, said.translations) == ("ja", (("en", "https://example.com/en/start"),))


def test_a_list_of_links_is_told_from_a_page_that_a_script_fills() -> None:
    links = "".join(f'<li><a href="/{n}">Page number {n}</a></li>' for n in range(9))
    assert links_of(f"<ul>{links}</ul><script>1</script>").mostly
    questions = "".join(f"<h3>What is number {n}?</h3>" for n in range(9))
    assert not links_of(f'{questions}<a href="/a">A</a><script>1</script>').mostly


def test_a_page_that_says_nothing_still_tells_where_it_leads() -> None:
    page = '<html><body><a href="/a">A</a><script src="x.js"></script></body></html>'
    found = read(page.encode(), ReadRequest(url=AT, links=True))
    assert isinstance(found.items[0], Unusable)
    assert found.links is not None
    assert found.links.links == ("https://example.com/a",)
