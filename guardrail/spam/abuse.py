"""Abuse and nothing else. Who swears about a trouble has one: such a message is never held up."""

import re

from guardrail.spam.message import Message, letters
from guardrail.spam.verdicts import Sign, Why

_ABUSE = re.compile(
    r"\bf+[u*@#]+c?[k*]+(?:ing|in|er|ers|ed|off)?\b|\bfck\b|\bstfu\b|\bbitch(?:es)?\b|\bcunts?\b|\bdick(?:head)?s?\b|\bcocks?\b|\bpuss(?:y|ies)\b|\bass(?:hole)?s?\b|\bsh[i*]ts?\b|\bbastards?\b|\bretard(?:ed|s)?\b"
    r"|\bidiots?\b|\bstupid\b|\bmorons?\b|\bdumb(?:ass)?\b|\blosers?\b|(?<!this )(?<!it )(?<!app )\bsucks?\b|\bkill (?:yourself|urself|you)\b|\bkys\b|\bdie\b|\bgo to hell\b|\bwhores?\b|\bsluts?\b|\bfag(?:got)?s?\b|\bnigg\w+\b"
    r"|\bpenis(?:es)?\b|\bvaginas?\b|\bboob(?:s|ies)\b|\btits?\b|\bpoop\w*\b|\bsex\b|\bnudes?\b|\bscrew you\b|\bpiece of (?:shit|crap|garbage)\b|\btrash\b|\bgarbage\b|\bugly\b"
    r"|死ね|しね(?![ばまる])|氏ね|タヒね|殺す|ころす|ば[かー]+か?|バ[カー]+カ?|でべそ|デベソ|馬鹿|あほ|アホ|阿呆|間抜け|まぬけ|マヌケ|くそ|クソ|糞|カス(?!タ)|ゴミ(?!箱)|クズ|屑|きもい|きもっ|キモい|キモイ|うざい|ウザい|ウザイ|うぜえ|うぜぇ|ブス(?!ケ)|デブ|ハゲ|消えろ|失せろ|黙れ|だまれ|くたばれ|無能|低能|池沼|ガイジ|きちがい|キチガイ|雑魚|ざこ"
    r"|うんこ|うんち|ウンコ|ウンチ|ちんこ|チンコ|ちんちん|ちんぽ|チンポ|まんこ|マンコ|おっぱい|オッパイ|セックス|エッチ|えっち|パンツ|おなら"
)  # fmt: skip
# What goes with it and says nothing more.
_FILLER = re.compile(
    r"\b(?:you|u|ur|your|yourself|mom|mother|are|r|a|an|the|such|so|is|it|this|and|just|go|off|my|me|i|hate|hope|of|please|bot|ai|lol|haha|ha|all|really|big|fat|man|dude|bro|to|piece|go|will|should|eat|suck|lick)\b"
    r"|母ちゃん|かあちゃん|お前(?:ら)?|おまえ(?:ら)?|てめえ|てめぇ|貴様|あんた|この|ほんとに?|本当に?|まじで?|マジで?|すぎ(?:る|て)?|んだよ|だろ|です|だよ|だな|だね|かよ|さっさと|早く|はやく|全員|みんな|ai|ボット|bot|野郎|やろう|ども|[よねなぞのはがをにでとやぁあー!！。、wｗ笑]|ぞ"
)
MOST = 2  # hits that count


def abuse(message: Message) -> Sign | None:
    """What speaks for a message that only insults."""
    text = message.text
    hits = _ABUSE.findall(text)
    if not hits or message.complains or "?" in text or message.of_service:
        return None
    rest = letters(_FILLER.sub(" ", _ABUSE.sub(" ", text)))
    if len(rest) > 3:
        return None
    return Sign(Why.ABUSE, 3 if len(hits) <= MOST else 5)
