"""Characters drawn alike, as one: letters of other scripts, accents, variants of a kanji, digits in any dress."""

import unicodedata

# Pairs: what is written, what it looks like. Before case is folded, because a capital may look like another letter.
_LETTERS = {
    # Cyrillic
    **dict(zip("АВЕЅІЈКМНОРСТУХЗЬбаеѕіјкм", "ABESIJKMHOPCTYX3bbaesijkm", strict=True)),
    **dict(zip("норстухһԁԛԝґгпвьѵӏЧч", "hopctyxhdqwrrnbbvl44", strict=True)),
    # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεηικνορτυχγωϲϳμ", "ABEZHIKMNOPTYXabeniknoptuxywcju", strict=True)),
    # Armenian, Cherokee, Latin letters of the phonetic alphabet, small capitals
    **dict(zip("օոսցհԱՏᎪᏴᏟᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃɑɡıʟɩ", "onughUSABCEHJKLMPRSTVWZagili", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th",
}  # fmt: skip
# Kanji drawn like katakana, and forms of a kanji that people use for one another.
_KANJI = {
    **dict(zip("二力口八夕工卜才", "ニカロハタエトオ", strict=True)),
    **dict(
        zip(
            "邊邉齋齊斎櫻澤廣國嶋嶌龍眞濱惠榮淺瀨渡邊壽實圓顯彥緖靜曉戶黑增",
            "辺辺斉斉斉桜沢広国島島竜真浜恵栄浅瀬渡辺寿実円顕彦緒静暁戸黒増",
            strict=True,
        )
    ),
}


class _Folds(dict[str, str]):
    """Character -> what a skeleton keeps of it. Worked out at first sight; bounded by the characters there are."""

    def __missing__(self, char: str) -> str:
        self[char] = folded = _folded(char)
        return folded


def _folded(char: str) -> str:
    if char in _KANJI:
        char = _KANJI[char]
    if "ァ" <= char <= "ヶ":
        return chr(ord(char) - 0x60)
    number = unicodedata.digit(char, None)
    if number is not None:
        return str(number)
    base = unicodedata.normalize("NFD", _LETTERS.get(char, char))[0] if not "ぁ" <= char <= "ヿ" else char
    base = _LETTERS.get(base, base)
    return "".join(c for c in base.casefold() if c.isalnum() and c not in "ー\u115f\u1160\u3164\uffa0")


FOLDS = _Folds()
