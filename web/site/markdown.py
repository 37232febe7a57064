"""An answer's Markdown as HTML of which only an allow-list is left (S21-S23)."""

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

_TAGS = "p br strong em s code pre blockquote ul ol li a h1 h2 h3 h4 h5 h6 hr table thead tbody tr th td"
TAGS = frozenset(_TAGS.split())
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "*": set()}  # without "*", title and lang would pass
SCHEMES = {"http", "https", "tel", "mailto"}
REL = "noopener noreferrer nofollow"


def to_html(text: str) -> Markup:
    """Safe HTML of `text`: no raw HTML, no images, links only to the four schemes. Never raises."""
    return Markup(_cleaner.clean(_markdown.render(text)))  # noqa: S704 - what the allow-list leaves is safe


def _image_as_its_words(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return str(escape(tokens[index].content))


def is_safe_link(url: str) -> bool:
    """Whether it is a whole link of a kind that may be shown (S22): neither relative, nor a script."""
    scheme, colon, _rest = url.partition(":")
    return bool(colon) and scheme.lower() in SCHEMES


def _whole_links_only(tag: str, attribute: str, value: str) -> str | None:
    # A relative link would point into this site, where an answer has nothing to say.
    return value if attribute != "href" or is_safe_link(value) else None


# Line breaks as they come: models and owners write them where they mean them.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_markdown.validateLink = is_safe_link  # type: ignore[method-assign]  # as its documentation does
_markdown.add_render_rule("image", _image_as_its_words)
_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=REL,
    attribute_filter=_whole_links_only,
    # What is wider than its bubble scrolls, in Safari too for whoever has no mouse.
    set_tag_attribute_values={"a": {"target": "_blank"}, "pre": {"tabindex": "0"}, "table": {"tabindex": "0"}},
)
