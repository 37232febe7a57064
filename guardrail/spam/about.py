"""What an app is about, as far as it decides whether an errand is the app's own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from guardrail.links import Hosts
from guardrail.spam.message import LINK, normalise_lines

SHARE = 10  # of so many texts one has to be about it

# What each kind of errand is called in the knowledge of an app that is for it.
TOPICS = {
    "writing": re.compile(r"\b(?:essays?|writ(?:e|ing)|poems?|stor(?:y|ies)|blog|cover letters?|resumes?|copywriting|drafts?)\b|作文|文章|執筆|小説|ブログ|原稿|添削|履歴書|志望動機|俳句|ライティング"),
    "code": re.compile(r"\b(?:coding|programm\w+|source code|code (?:editor|exercises?|snippets?)|python|javascript|sql)\b|プログラ|コーディング|ソースコード|コードを(?:送|書)|コードが動|(?<![a-z])(?:python|javascript|sql)"),
    "translation": re.compile(r"\btranslat\w+\b|翻訳|和訳|英訳|通訳"),
    "recipe": re.compile(r"\brecipes?\b|\bingredients?\b|\bcook\w*\b|レシピ|料理|材料|調理|献立"),
    "sums": re.compile(r"\b(?:math\w*|equations?|algebra|homework)\b|数学|算数|方程式|宿題|計算問題"),
    "study": re.compile(r"\b(?:homework|lessons?|quiz\w*|stud(?:y|ying)|history|biology|trivia|encyclop\w+)\b|宿題|勉強|学習|歴史|クイズ|雑学|教科"),
    "weather": re.compile(r"\bweather\b|\bforecasts?\b|天気|気象|予報"),
    "money": re.compile(r"\bstocks?\b|\binvest\w*\b|\bportfolio\b|株|投資|銘柄"),
    "talk": re.compile(r"\b(?:jokes?|fortune|romance|relationship|role-?play\w*|character)\b|恋愛|占い|雑談|小話|なりきり|キャラクター"),
}  # fmt: skip


_CONTENT = re.compile(r"[a-z]{5,}|[一-鿿々]{2,}|[ァ-ヶー]{3,}")
_ANY = frozenset("about could would should there their which where write please explain create describe list make give want need 教 作成 説明 提案 方法 以下 次".split())


@dataclass(frozen=True)
class About:
    """The kinds of errands an app is itself for, the words its knowledge is made of, and the hosts that are its own."""

    topics: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    hosts: Hosts = Hosts(frozenset())

    @classmethod
    def of(cls, texts: Iterable[str], hosts: Iterable[str] = ()) -> "About":
        """From the entries of its knowledge, its description among them; links in them are its own, too."""
        read = [normalise_lines(text) for text in texts]
        named = {link for text in read for link in LINK.findall(text)}
        topics = {
            topic
            for topic, pattern in TOPICS.items()
            if SHARE * sum(bool(pattern.search(text)) for text in read) > len(read)
        }
        words = frozenset(word for text in read for word in _CONTENT.findall(text)) - _ANY
        return cls(frozenset(topics), words, Hosts.of([*hosts, *named]))

    def knows(self, wanted: str) -> bool:
        """Whether half of what is wanted are words of the app's knowledge."""
        words = set(_CONTENT.findall(wanted)) - _ANY
        return bool(words) and 2 * len(words & self.words) >= len(words)
