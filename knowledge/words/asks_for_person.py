"""Whether a visitor asks to be put through to a person, in the languages visitors of apps write. Pure.

A table for each language: who is asked for, and the words of talking to somebody or being put through. Both have to
stand in one sentence. "Can I share it with other people?" names people and no talk; "Is there a person behind this
app?" wants to know, not to talk.
"""

import re
from dataclasses import dataclass

from knowledge.words.words import clean

LONGEST = 200  # characters: in a longer message the wish is one of several things
SHORT = 60  # of a message that is one wish, whatever parts it: "is the author here? I want to talk"


@dataclass(frozen=True)
class _Wish:
    """`whom` with a word of `talk` in one sentence, or `whole` alone, and none of `others`: a feature, friends."""

    whom: str
    talk: str
    others: str
    whole: str = r"(?!)"

    def is_in(self, sentence: str) -> bool:
        if re.search(self.whole, sentence):
            return True
        named = re.search(self.whom, sentence) and re.search(self.talk, sentence)
        return bool(named) and not re.search(self.others, sentence)


_JAPANESE = _Wish(
    r"人間|にんげん|(?:ヒト|ひと)(?=[とにへを])|(?:本物|生身)の人|中の人|作った(?:人|方)|(?<![のいなるた])人[とにへを]|人が(?=対応|答え|返事|返信)"
    r"|オーナー|だれか|誰か|担当(?:者|の(?:方|人)|さん)|係の(?:人|方)"
    r"|スタッフ|オペレータ|開発者|運営(?:者|側|会社|さん|の(?:方|人))?[とにへをの]|作者|管理者|管理人|責任者"
    r"|サポート(?:の(?:人|方|かた)|担当|窓口)?[とにへを]|有人",
    r"話[しすせそ]|はなし(?:たい|て|を)|取り次|話が|お話|会話|しゃべ|喋|相談(?:し|させ)|(?:つな|繋)[いがぎげ]|[代替変]わっ|かわって"
    r"|代わ[りる]|呼ん|出して|連絡(?:を?(?:とり|取り|くだ|下さ)|し(?:たい|て)|が(?:とり|取り|ほし))"
    r"|直接|(?:聞|訊)(?:きたい|いてほし)|お願い|(?:対応|返信)して|返事(?:が|を)?(?:ほし|もら)|やり(?:とり"
    r"|取り)(?:し|が)|いない(?:の|です|ん)|いませんか|切り替え(?:て|たい)",
    r"機能|モード|共有|(?:ほか|他|別|相手|周り)の人|友[達人]|家族|メンバー|名前|権限|アカウント|通知|追加|登録"
    r"|アプリ(?:内|の中)|通話でき|動画|写真",
    r"\A(?:有人(?:対応|チャット)?|オペレーター?|担当者?|人間|スタッフ)(?:に|を|へ|と)?(?:お願いします"
    r"|希望(?:です|します)?|代わって|出して|対応)?\Z",
)
_ENGLISH = _Wish(
    r"\b(?:humans?|(?:real|actual|live|living) (?:person|people|someone|one)|persons?|someone|somebody|agent"
    r"|operator|representative|rep|staff"
    r"|support|customer (?:service|care)|developers?|devs?|owner|employee|advisor|manager|admin|creator|maker"
    r"|author|the team|whoever)\b",
    r"\b(?:(?:answer|reply to) me\b|(?:talk|speak|chat)(?:ing)?(?: directly)? (?:to|with|w)|i can (?:talk|speak|chat)"
    r"|(?:connect|transfer"
    r"|switch|forward|redirect) (?:me|us)"
    r"|put (?:me|us) (?:through|on)|hand (?:me|us|this) over|(?:get|give|pass|bring|find) me (?:to )?(?:an?|the"
    r"|some|over)|hand over"
    r"|(?:want|wanna|need|prefer|would like|d like) (?:to (?:contact|reach|message|email) )?(?:an?|the|your"
    r"|some) ?(?:\w+ )?(?=human|person|agent|operator|rep|developer)|someone (?:from|on|in) (?:your"
    r"|the) (?:team|company|staff)"
    r"|(?:want|need|like|let me|can i|could i|please) (?:to )?(?:contact|reach|message) (?:an?|the|your|some))",
    r"\bam i\b|\b(?:other (?:people|users?|persons?)|friends?|family|feature|mode|settings?|menu|in (?:the|this"
    r"|your) app|task|photos?|behind|video calls?|another|contacts|sdk|api)\b",
    r"\A(?:an? )?(?:live |real |actual )?(?:human|agent|operator|representative|person"
    r"|human being)(?:,? (?:please|pls|plz|now))?\Z"
    r"|\b(?:need|want|get|like)\b.*\b(?:human|live|real) (?:help|support|assistance)\b",
)
_CHINESE = _Wish(
    r"人工(?!智能|智慧)|真人|客服|活人|[开開][发發]者|作者|管理[员員]|[负負][责責]人|工作人[员員]|[员員]工|店主|本人",
    r"[转轉接]|[说說][话話]|聊|[谈談]|[沟溝]通|[联聯][系繫絡](?!人)|找|[对對][话話]|[回][复覆答]|叫|[换換]|服[务務]",
    r"功能|模式|朋友|吗.*是|是.*[吗嗎]|智能|版本|添加|群",
    r"\A(?:人工(?:客服|服[务務])?|真人客服|客服)(?:在[吗嗎不]?)?\Z",
)
_KOREAN = _Wish(
    r"상담[원사]|사람(?!들)|직원|담당자|개발자(?! ?(?:모드|옵션))|운영자|관리자|인간",
    r"연결|바꿔|통화하|[얘이]야?기|대화|말하|말씀|상담(?:하|받|을)|불러|연락(?!처)|문의하고|직접",
    r"다른 사람|친구|기능|모드|여러|추가|만든",
)
_SPANISH = _Wish(
    r"\b(?:persona(?! ?s)|human[oa]|agente|alguien|soporte|operador(?:a)?|asesor(?:a)?|desarrollador(?:a)?"
    r"|encargad[oa]|representante|responsable)\b",
    r"\b(?:hablar|hable|chatear|conversar|comun[ií]\w*|con[eé]ct\w*|contactar|p[aá]s[ae](?:r?me|n?me)|p[aá]same"
    r"|p[aá]seme|atienda|ponme|p[oó]ngame|transfi\w*|comunicarme)\b",
    r"\b(?:otras? personas?|amig[oa]s?|funci[oó]n|modo|compartir|en la app)\b",
)
_PORTUGUESE = _Wish(
    r"\b(?:pessoa|humano|atendente|algu[eé]m|suporte|operador(?:a)?|desenvolvedor(?:a)?|respons[aá]vel"
    r"|gente de verdade|dono)\b",
    r"\b(?:falar|conversar|fala|conect\w*|pass[ae]|transf\w*|contatar|entrar em contato|atendid[oa]|me atenda"
    r"|chamar|chama)\b",
    r"\b(?:outras? pessoas?|amig[oa]s?|fun[cç][aã]o|modo|compartilhar|no app|por voz)\b",
)
_FRENCH = _Wish(
    r"\b(?:humain|(?:vraie |une )?personne|quelqu['’]un|agent|conseill[eè]re?|op[eé]rateur|support"
    r"|d[eé]veloppeur|responsable|employ[eé]|service client)\b",
    r"\b(?:parler|discuter|contacter|joindre|passe[zr]?[- ]moi|me passer|mett\w+(?:[- ]moi)? en (?:relation"
    r"|contact)|transf[eé]r\w*|[eé]changer|communiquer|dialoguer|je (?:voudrais|veux|souhaite(?:rais)?) une?)\b",
    r"\b(?:autres? personnes?|ami(?:e)?s?|fonction|mode|partager|dans l['’]app\w*)\b",
)
_GERMAN = _Wish(
    r"\b(?:mensch(?:en)?|(?:echten? )?person|mitarbeiter(?:in|n)?|entwickler(?:in|n)?|support|jemand(?:em|en)?"
    r"|berater(?:in)?|kundenservice|kolleg(?:e|en|in)|ansprechpartner|betreiber)\b",
    r"(?:sprechen|\breden|verbind|weiterleit|weitergeleitet|chatten|kontaktieren|durchstell|unterhalten"
    r"|\bantwort|\bgib mir|\bgeben sie mir|\bhol)",
    r"\b(?:andere[nr]? (?:person|mensch)\w*|freund\w*|funktion|modus|teilen|in der app)\b",
)
_INDONESIAN = _Wish(
    r"\b(?:orang|manusia|admin(?:nya)?|cs|customer service|petugas|agen|developer(?:nya)?|pengembang(?:nya)?"
    r"|operator|staf)\b",
    r"\b(?:ngomong|bicara|berbicara|ngobrol|hubung\w*|menghubungi|sambung\w*|disambung\w*|chat|dialihkan"
    r"|alihkan|tanya langsung)\b",
    r"\b(?:orang lain|teman\w*|fitur|mode|berapa|berbagi|di aplikasi)\b",
)
_VIETNAMESE = _Wish(
    r"(?:người thật|con người|(?:với|gặp) người|nhân viên|hỗ trợ(?= trực tiếp)|admin|nhà phát triển|tư vấn viên"
    r"|hỗ trợ viên|tổng đài)",
    r"(?:nói chuyện|trò chuyện|gặp|chat|kết nối|liên hệ|trao đổi|chuyển|nối máy|trực tiếp)",
    r"(?:người khác|bạn bè|tính năng|chế độ|chia sẻ|danh bạ)",
)
_THAI = _Wish(
    r"(?:คนจริง|กับคน|มนุษย์|เจ้าหน้าที่|แอดมิน|พนักงาน|ผู้พัฒนา|นักพัฒนา|ทีมงาน|คนดูแล)",
    r"(?:คุย|พูด|ติดต่อ|โทร|ขอสาย|โอนสาย|สนทนา|แชท)",
    r"(?:คนอื่น|เพื่อน|ฟีเจอร์|โหมด|แชร์|รายชื่อ)",
)
_WISHES = (
    _JAPANESE, _ENGLISH, _CHINESE, _KOREAN, _SPANISH, _PORTUGUESE, _FRENCH, _GERMAN, _INDONESIAN, _VIETNAMESE, _THAI
)  # fmt: skip
_END = re.compile(r"[。．！？!?\n]+|\.(?:\s|\Z)")


def asks_for_person(text: str) -> bool:
    """Whether the message is such a wish, in whichever of the languages."""
    plain = clean(text).strip().casefold()
    if len(plain) > LONGEST:
        return False
    sentences = [sentence.strip() for sentence in _END.split(plain) if sentence.strip()]
    if len(plain) <= SHORT:
        sentences.append(" ".join(sentences))
    return any(wish.is_in(sentence) for sentence in sentences for wish in _WISHES)
