"""Lines that stand around the text of most pages of a site."""

from knowledge.importing.site.repeats import without_repeats

HEAD, FOOT = "Kotori Help\nFree plan", "Contact us\n\n3 Harbour Street"


def pages(count: int) -> list[str]:
    return [f"{HEAD}\n\n# Page {n}\n\n## Prices\n\nIt costs {n} euros.\n\n{FOOT}" for n in range(count)]


def test_what_stands_around_most_texts_goes_and_is_counted() -> None:
    told, count = without_repeats(pages(6))
    assert told == [f"# Page {n}\n\n## Prices\n\nIt costs {n} euros." for n in range(6)]
    assert count == 24


def test_of_few_pages_nothing_goes() -> None:
    assert without_repeats(pages(4)) == (pages(4), 0)


def test_a_page_that_is_nothing_else_stays() -> None:
    told, _count = without_repeats([*pages(6), f"{HEAD}\n\n{FOOT}"])
    assert told[-1] == f"{HEAD}\n\n{FOOT}"


def test_what_few_pages_share_stays() -> None:
    texts = [f"# Page {n}\n\nSee below.\n\n{'Note: beta' if n < 3 else f'Note {n}'}" for n in range(8)]
    assert without_repeats(texts) == (texts, 0)
