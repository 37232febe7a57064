"""The words for units that help texts count in, in the twelve languages that visitors are answered in. Data."""

# What is counted, how many of its basic unit one is, and its words: Japanese, English and Chinese, then the others'.
_NAMED: tuple[tuple[str, str, str], ...] = (
    ("yen", "1", "円 えん yen jpy ¥ 日元 日圓 日円 엔 yenes iene ienes yens yên เยน"),
    ("dollar", "1", "ドル dollar dollars usd $ bucks 美元 달러 dólar dólares đô ดอลลาร์"),
    ("dollar", "0.01", "セント cent cents"),
    ("euro", "1", "ユーロ euro euros eur € 欧元 歐元 유로 ยูโร"),
    ("baht", "1", "バーツ baht บาท 泰铢 泰銖"),
    ("seconds", "1", "秒 秒間 second seconds sec secs"),
    ("seconds", "1", "초 segundo segundos seconde secondes sekunden detik giây วินาที"),
    ("seconds", "60", "分 分間 minute minutes min mins"),
    ("seconds", "60", "分钟 分鐘 분 minuto minutos minuten menit phút นาที"),
    ("seconds", "3600", "時間 hour hours hr hrs 小时 小時 个小时 個小時 시간"),
    ("seconds", "3600", "hora horas heure heures stunde stunden jam giờ tiếng ชั่วโมง"),
    ("seconds", "86400", "日 日間 日以内 泊 day days 天 일"),
    ("seconds", "86400", "día días dia dias jour jours tag tage tagen hari ngày วัน"),
    ("seconds", "604800", "週 週間 week weeks 周 星期 个星期 個星期 주 주일"),
    ("seconds", "604800", "semana semanas semaine semaines woche wochen minggu tuần สัปดาห์"),
    ("months", "1", "か月 ヶ月 カ月 ヵ月 ケ月 か月間 ヶ月間 month months 个月 個月 개월"),
    ("months", "1", "meses mês mois monat monate monaten bulan tháng เดือน"),
    ("months", "12", "年 年間 year years yr yrs 년 año años ano anos an ans jahr jahre jahren tahun năm ปี"),
    ("percent", "1", "% パーセント percent 퍼센트 prozent persen เปอร์เซ็นต์"),
    ("percent", "10", "割 割引"),
    ("bytes", "1000", "kb キロバイト"),
    ("bytes", "1000000", "mb メガバイト メガ megabytes megabyte"),
    ("bytes", "1000000000", "gb ギガバイト ギガ gigabytes gigabyte"),
    ("bytes", "1000000000000", "tb テラバイト terabytes terabyte"),
)
# The unit a number is given in -> what it counts, and how many of that.
UNITS: dict[str, tuple[str, str]] = {
    **{word: (kind, factor) for kind, factor, words in _NAMED for word in words.split()},
    **dict.fromkeys(("営業日", "个工作日", "個工作天", "영업일"), ("working days", "1")),
    **dict.fromkeys(("business days", "business day", "working days", "working day"), ("working days", "1")),
    **dict.fromkeys(("días hábiles", "dias úteis", "jours ouvrés", "jours ouvrables"), ("working days", "1")),
    **dict.fromkeys(("werktage", "werktagen", "hari kerja", "ngày làm việc", "วันทำการ"), ("working days", "1")),
    "per cent": ("percent", "1"),
}

# What comes again and again with a number, by how often: words before it, in its clause.
_EACH: tuple[tuple[str, str, str], ...] = (
    ("months", "1", "月額 月払い 月々 毎月 月間 月料金 monthly 每月 月费 月費 월간 매월 매달 월정액"),
    ("months", "1", "mensual mensuales mensal mensais mensuel mensuelle monatlich bulanan"),
    ("months", "12", "年額 年払い 毎年 年間 年料金 yearly annual annually 每年 年费 年費 연간 매년"),
    ("months", "12", "anual anuales anuais annuel annuelle jährlich tahunan"),
    ("seconds", "604800", "毎週 週間 weekly 每周 每週 매주 semanal hebdomadaire wöchentlich mingguan"),
    ("seconds", "86400", "毎日 日額 daily 每天 每日 매일 하루 diario diário quotidien täglich harian"),
)
EACH: dict[str, tuple[str, str]] = {word: (kind, factor) for kind, factor, words in _EACH for word in words.split()}
# One character before the number is enough: 月480円, 年2回, 週に3日, 월 4,800원.
EACH_SHORT: dict[str, tuple[str, str]] = {
    "月": ("months", "1"),
    "월": ("months", "1"),
    "年": ("months", "12"),
    "연": ("months", "12"),
    "週": ("seconds", "604800"),
    "周": ("seconds", "604800"),
    "주": ("seconds", "604800"),
}
