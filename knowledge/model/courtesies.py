"""What an answer says to be kind, in the twelve languages: thanks, regret, greetings, wishes, offers to help. Data.

Each language has its own stock of phrases for these, and little else is said with them; whether a clause says more is
looked at in grounding.py. Beside them how each says yes and no, and how a clause begins or ends that sets a condition.
"""

import re
from unicodedata import normalize

from knowledge.phrases import Tag

_KIND: dict[Tag, str] = {
    "ja": r"お?気軽に|お手数|ご説明(?:します|しますね|いたします)|ご?遠慮なく|お知らせください|お申し付け|お聞かせ"
    r"|お尋ね(?:ください|くださ)|お声(?:が|か)け|幸い(?:です|でございます)|(?:嬉|うれ)しいです|光栄"
    r"|お待ち(?:して|ください)|お楽しみ(?:ください|に)|ご不便|ご迷惑|お役に立|お力になれ|ありがとう|有難う"
    r"|よろしくお願い|お願いいたします|引き続き|ごゆっくり|お手伝い|喜んで|(?<!を)ご覧ください"
    r"|(?<!を)お試し(?:ください|いただければ)|いかがでしょう|参考に(?:なれば|なりましたら|なさって|してみて)"
    r"|ご質問(?:は|が|等|など|の)|ご不明|お困り|応援|お過ごし|(?:良|よ)い(?:一日|週末|旅)|素敵な|ご活用"
    r"|ご?安心(?:ください|して)|(?<!を)ご確認(?:いただけ|ください|をお願い)|お?好みに|どういたしまして|聞いてください"
    r"|何でもお?(?:聞き|尋ね)|(?:気になる|知りたい|分からない|わからない)(?:こと|点)|お?詫び"
    r"|申し訳(?:あり(?:ません)?|ござ(?:いません)?|ない)|すみません|恐れ入ります|残念です|かしこまりました"
    r"|承知(?:し|いた)|ご案内(?:します|しますね|いたします)|ようこそ|(?:いってらっしゃい|お疲れ様|おめでとう)"
    r"|(?:情報|記載|案内)(?:は|が)[^。]{0,12}"
    r"(?:ありません|ございません|ない(?:ため|ので|の)|見つかりません|(?:分|わ)かりません)"
    r"|(?:運営者|担当者|開発者|オーナー)(?:の方)?に[^。、]{0,6}(?:確認|お?伝え|お?尋ね|伺|聞い)"
    r"|(?:分|わ)かりかね|(?:判断|お答え)(?:でき(?:ない|ません|かね)|しかね)",
    "en": r"\b(?:"
    r"let me know|feel free|hope (?:this|that|it|you)|happy to|glad (?:to|I|you)|pleasure|thanks|thank you|enjoy"
    r"|reach out|don['’]t hesitate|any (?:other|more|further) questions|anything else"
    r"|you['’]re (?:very |most )?welcome|sorry|apologi[sz]e|apologies|I understand"
    r"|(?:great|good|nice|excellent) (?:question|idea|choice)|take care|good luck"
    r"|have a (?:great|nice|good|lovely|wonderful)|here to help|welcome to|best of luck|cheers|just ask|keep me posted"
    r"|come back|no (?:worries|problem)(?: at all)?|sounds good|(?:sorry|sad) to (?:see|hear)"
    r"|(?:frustrating|annoying|worrying|understandable)|I(?:['’]ve| have) (?:asked|told|passed)|happy \w+ing"
    r"|safe (?:travels?|driving|trip)|my bad"
    r"|I (?:don['’]t|do not) have (?:any |that |this |more )?(?:information|details)|(?:I['’]m|am) (?:not sure|here)"
    r")\b",
    "zh": r"不客气|不客氣|不用[谢謝客]|[谢謝]{1,2}您?|感[谢謝]|抱歉|不好意思|[对對]不起|[遗遺]憾|[欢歡]迎"
    r"|希望(?:[对對]您|[对對]你|能|有|[这這])|祝您?"
    r"|[随隨][时時](?:[问問]|告[诉訴]|[联聯][系繫絡络]|提[问問]|[询詢][问問])|告[诉訴]我"
    r"|很?高[兴興](?:能|可以|[为為]|帮|幫)|[帮幫](?:到|上|助到)?[您你忙]|[请請][问問]|您好|你好"
    r"|(?:生活|用餐|旅途|周末|週末|使用)愉快|[别別]客|需要[帮幫]助|(?:其他|其它|任何|更多)(?:的)?[问問][题題]"
    r"|理解您",
    "ko": r"감사|고맙|죄송|미안|유감|천만에|안녕하세요|반갑|도움이|도와|도울|언제든|편하게|편히|궁금하|궁금한|물어"
    r"|문의해|말씀해|알려\s?주세요|좋은 (?:하루|저녁|주말)|즐거운|행복한|되시길|바랍니다|환영|기꺼이|불편을"
    r"|맛있게|이해합니다",
    "es": r"¡?(?:hola|buen(?:os|as) (?:d[ií]as|tardes|noches))\b|de nada|gracias|lo siento|lament|disculp|perd[oó]n"
    r"|encantad[oa]|un placer|con (?:mucho )?gusto|espero que|no dudes|no dude\b|no duden"
    r"|cualquier (?:cosa|otra|duda|consulta)|(?:m[aá]s|otras?|alguna) (?:dudas?|preguntas?|consultas?)"
    r"|que (?:tengas?|pases?|disfrutes?)|puedo ayudar|ayudar(?:te|le|os)\b|ayudarles|av[ií]s(?:a|e)me"
    r"|h[aá]zmelo saber|d[ií](?:me|game)\b|estoy aqu[ií]|a tu disposici[oó]n|a su disposici[oó]n"
    r"|buen (?:d[ií]a|viaje|provecho|fin)|buena suerte|bienvenid|me alegr|suerte\b|no te preocupes"
    r"|no hay problema",
    "pt": r"ol[aá]\b|bo[am] (?:dia|tarde|noite|viagem|sorte|fim|apetite)|de nada|obrigad[oa]|desculp|lament"
    r"|sinto muito|com prazer|prazer\b|fico feliz|que bom|espero (?:que|ter)|n[aã]o hesite"
    r"|qualquer (?:coisa|d[uú]vida|outra)|(?:mais|outras?|alguma) (?:d[uú]vidas?|perguntas?|coisa)|tenha um"
    r"|tenham um|posso ajudar|ajud[aá]-l[oa]|te ajudar|ajudar voc[eê]|me avise"
    r"|[eé] s[oó] (?:chamar|avisar|perguntar|falar)|[aà] disposi[cç][aã]o|estou aqui|bem-vind|imagina\b"
    r"|sem problema|aproveite|por nada",
    "fr": r"bonjour|bonsoir|salut\b|de rien|je vous en prie|merci|d[eé]sol[eé]|navr[eé]|regrett|excus|avec plaisir"
    r"|un plaisir|ravie?\b|heureu(?:x|se) de|j['’]esp[eè]re|n['’]h[eé]site"
    r"|(?:d['’]autres|autres?|une|la moindre) questions?"
    r"|bonne (?:journ[eé]e|soir[eé]e|chance|continuation|visite|route)|bon (?:app[eé]tit|voyage|week-end)"
    r"|(?:vous|t['’]) ?aider|[aà] (?:votre|ta) disposition|faites-le-moi savoir|dites-(?:le-)?moi|bienvenu"
    r"|je suis l[aà]|pas de souci|aucun probl[eè]me|d[eé]sagr[eé]ment|je comprends",
    "de": r"hallo\b|guten (?:tag|morgen|abend|appetit)|gern(?:e)? geschehen|bitte (?:sehr|sch[oö]n)|danke|vielen dank"
    r"|tut mir leid|entschuldig|bedaue?r|mit vergn[uü]gen|freut mich|freue mich|ich hoffe|hoffentlich"
    r"|z[oö]gern sie nicht|(?:weitere|noch|andere|mehr) fragen|sch[oö]nen (?:tag|abend|gru)|einen sch[oö]nen"
    r"|viel (?:erfolg|spa[sß]+|gl[uü]ck|freude)|helfen\b|behilflich|melden sie sich"
    r"|sagen sie (?:mir )?(?:einfach )?bescheid|fragen sie|willkommen|kein problem|jederzeit (?:gern|zur)"
    r"|zur verf[uü]gung|gute (?:fahrt|reise)|unannehmlichkeiten|ich verstehe",
    "id": r"\bhalo\b|\bhai\b|selamat (?:pagi|siang|sore|malam|datang|menikmati|menggunakan|mencoba)|sama-sama"
    r"|terima ?kasih|maaf|senang (?:bisa|dapat|hati)|semoga|jangan (?:ragu|sungkan)|(?:ada|punya) pertanyaan"
    r"|pertanyaan lain|bisa (?:saya|kami) bantu|(?:membantu|bantu) anda|beri ?tahu (?:saya|kami)"
    r"|hubungi (?:saya|kami) (?:kembali|lagi)|silakan (?:tanya|bertanya|hubungi)|dengan senang|siap membantu"
    r"|tidak masalah|kembali kasih",
    "vi": r"xin chào|\bchào\b|không có (?:gì|chi)|cảm ơn|cám ơn|xin lỗi|rất tiếc|tiếc là|hy vọng|hi vọng|đừng ngại"
    r"|vui lòng hỏi|rất vui|hân hạnh|chúc (?:bạn|quý|anh|chị|một)|giúp (?:gì|được|ích|đỡ)|hữu ích"
    r"|(?:câu hỏi|thắc mắc)|cứ (?:hỏi|nói|nhắn)|cho (?:mình|tôi|em) biết|sẵn (?:sàng|lòng)|thông cảm|chào mừng"
    r"|đừng lo",
    "th": r"สวัสดี|ยินดี|ขอบคุณ|ขอโทษ|ขออภัย|เสียใจ|เสียดาย|หวังว่า|ไม่เป็นไร|ไม่ต้องเกรงใจ|ขอให้"
    r"|สอบถาม(?:ได้|เพิ่มเติม|เข้ามา)|ถามได้|แจ้ง(?:ได้|เรา)เลย|มีคำถาม|คำถามเพิ่มเติม|มีอะไรให้|ช่วยเหลือ"
    r"|ช่วยได้ไหม|โชคดี|เข้าใจค|อย่าลังเล",
}
# As texts are cleaned: NFKC parts Thai's sara am (คำ).
KIND = re.compile(normalize("NFKC", "|".join(_KIND.values())), re.IGNORECASE)

# Yes, no, and what stands for them; with a few words more it rests on the sentence that follows.
_YES: dict[Tag, str] = {
    "ja": r"はい|ええ|もちろん(?:です|でございます)?",
    "en": r"yes|yep|sure|of course|absolutely|certainly",
    "zh": r"是的?|[对對]的?|可以的?|[当當]然(?:可以)?|有的|能的?",
    "ko": r"네|예|물론(?:입니다|이죠|이에요)?",
    "es": r"s[ií]|claro(?: que s[ií])?|por supuesto|desde luego",
    "pt": r"sim|claro|com certeza|temos sim|tem sim|pode sim|d[aá] sim",
    "fr": r"oui|bien s[uû]r|tout [aà] fait|absolument",
    "de": r"ja|nat[uü]rlich|selbstverst[aä]ndlich|gerne?|klar",
    "id": r"ya|iya|bisa|tentu(?: saja| bisa)?|boleh",
    "vi": r"có|được|dạ|vâng|tất nhiên",
    "th": r"ใช่|ได้|แน่นอน",
}
_NO: dict[Tag, str] = {
    "ja": r"いいえ|いえ|残念ながら",
    "en": r"no|nope|unfortunately|sadly",
    "zh": r"不是|不可以|不行|不能|[没沒]有|很?[遗遺]憾",
    "ko": r"아니(?:요|오)|아뇨|안타깝게도|아쉽게도|아쉽지만",
    "es": r"no|lamentablemente|desafortunadamente|por desgracia",
    "pt": r"n[aã]o|infelizmente",
    "fr": r"non|malheureusement(?: non| pas)?|h[eé]las",
    "de": r"nein|leider(?: nein| nicht)?",
    "id": r"tidak|belum|sayangnya(?: tidak| belum)?",
    "vi": r"không|chưa|rất tiếc",
    "th": r"ไม่(?:ใช่|ได้|มี)?",
}
_ANSWER = (
    rf"[\s¡¿]*(?:(?P<no>{'|'.join(_NO.values())})|(?:{'|'.join(_YES.values())}))"
    r"(?:\s?(?:ค่ะ|ครับ|คะ|ạ)(?:\W|\Z)|(?:\s?(?:입니다|요))?\s*(?:[,，、。.!！—–]|\Z))"
)
ANSWERS = re.compile(rf"(?:{_ANSWER})", re.IGNORECASE)

# A clause that only says when something holds states nothing by itself.
CONDITION = re.compile(
    r"\A\W*(?:"
    r"if|when(?:ever)?|should|once|in case|si|cuando|se|quando|caso|lorsque|quand|wenn|falls|sollten|jika|kalau|bila"
    r"|apabila|nếu|khi|หาก|ถ้า|如果|若|要是|만약|혹시"
    r")(?![a-z])"
    r"|(?:たら|なら|れば|ければ|場合[はにも]?|際[はに]|時[はに]|とき[はにも]?|について[はもの]?|に関して[はもの]?|면|경우|的[话話])\s*\Z",
    re.IGNORECASE,
)
# 次のとおりです。 what follows is announced, with or without a colon.
LEADS_IN = re.compile(
    r"(?:次|以下|下記)の(?:とおり|通り|手順|方法|点|ように|順|[^。、]{1,12}(?:から|を|で))"
    r"|(?:かどうか|[前後]か)(?:で|によって)(?:変わ|異な)"
    r"|\b(?:the following|as follows|here(?:['’]s| is| are) (?:how|what|the)|follow these|these steps|it depends)\b"
    r"|如下|以下(?:是|步)|按照以下|다음과 같|다음 (?:단계|순서|방법)|아래(?:와 같|의)"
    r"|\b(?:siguientes?|a continuaci[oó]n|seguintes?|a seguir|suivante?s?|ci-dessous|voici|folgende[rns]?|so geht)\b"
    r"|\bberikut(?: ini)?\b|như sau|sau đây|ดังนี้|ต่อไปนี้",
    re.IGNORECASE,
)
