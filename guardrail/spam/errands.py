"""Errands for a free AI: essays, code, translations, recipes, homework. What the app itself is for is none."""

import re

from guardrail.spam.about import About
from guardrail.spam.message import Message
from guardrail.spam.verdicts import Sign, Why

_MAKE = r"(?:write|compose|draft|generate|create|make up|produce|make me|give me|suggest|rewrite|proofread|paraphrase|tell me|prepare|develop|design|come up with|need|want)"
_MAKING = r"(?:書い|かい|作っ|つくっ|考え|作成|生成|執筆|出し|まとめ|要約|詠ん|して|添削|直し|描い|教え)"
_PLEASE = r"(?:[てで]|し(?:て|ろ)|ください|下さい|ほしい|欲しい|くれ|お願い|頂|いただ|よ[。!]?$|$)"
_TONGUE = r"(?:english|french|spanish|german|japanese|chinese|korean|italian|portuguese|russian|arabic|hindi|latin|mandarin|dutch)"
_TONGUE_JA = r"(?:英語|日本語|中国語|韓国語|フランス語|ドイツ語|スペイン語|イタリア語|ロシア語|ポルトガル語|ラテン語|英文|和文)"
# topic -> shapes of a wish for it
_SHAPES = {
    "writing": (
        r"\b" + _MAKE + r"\b[^.?!\n]{0,50}\b(?:essay|poems?|haiku|story|stories|novel|cover letter|resume|cv|speech|blog posts?|article|paragraph|letter|song|lyrics|tweets?|captions?|slogans?|script for|screenplay|thesis|report (?:on|about)|toast|wedding|birthday (?:message|wish\w*|card)|product description|press release|linkedin|e-?mail to (?:my|a)|review of|dialogue|book report|headlines?|interview questions|names? for|ideas? (?:for|about))\b"
        r"|\b(?:summari[sz]e|paraphrase|proofread|rewrite) (?:this|the (?:following|plot|book|article|text|below)|these)\b|\bplot of\b[^.\n]{0,30}\b(?:homework|summary)|\b\d+[ -]words?\b[^.\n]{0,20}\b(?:essay|article|about|on)\b|\b\d+ blog post ideas\b|\bcontinue (?:this|the) (?:story|poem|song|text)\b"
        r"|(?:感想文|作文|小説|物語|短編|ストーリー|童話|詩|俳句|短歌|歌詞|ラブレター|手紙|スピーチ|原稿|志望動機|自己pr|履歴書|職務経歴書|論文|小論文|レポート|記事|ブログ|あらすじ|キャッチコピー|メッセージ|企画書|エッセイ|台本|脚本|挨拶文|弔辞|祝辞|コピー|ツイート|文章|文面)[^。?\n]{0,25}" + _MAKING + _PLEASE +
        r"|\d+(?:文)?字(?:以内|程度|くらい)?(?:で|の)[^。\n]{0,14}(?:" + _MAKING + r"|レポート|作文)|(?:次|以下|この)の?(?:文章|文|記事|英文|テキスト)[^。\n]{0,12}(?:要約|添削|校正|書き直|リライト)|について[^。?\n]{0,8}(?:字で|まとめて|論じ)"
        r"|(?:要約|添削|校正)し(?:て|ろ)(?:ください|下さい|ほしい|くれ)"
    ),
    "code": (
        r"\b(?:write|create|generate|give me|make|build|develop|implement|need|design|provide|code)\b[^.?!\n]{0,60}\b(?:python|javascript|typescript|java|c\+\+|c#|php|ruby|rust|golang|sql|html|css|react|regex|regular expression|bash|shell|excel (?:formula|macro)|vba|function (?:to|that|which|in)|program (?:to|that|in)|script (?:to|that|in|which)|algorithm|code (?:to|for|that|in)|query (?:to|that|for)|linked list|web ?scraper|snippet)\b"
        r"|\b(?:fix|debug|explain|refactor|optimi[sz]e|convert) (?:this|my|the following) (?:python |java\w* |c\+\+ |sql |php )?(?:code|function|script|program|snippet|query)\b|\b(?:python|javascript|java|c\+\+|sql|php|html)\b[^.?!\n]{0,30}\b(?:code|script|program|function) (?:to|for|that)\b|\bhow (?:do|can|to)[^.?!\n]{0,30}\bin (?:python|javascript|java|c\+\+|sql|php|excel|react|rust|go)\b"
        r"|(?<![ァ-ヶー一-龥])(?:コード|プログラム|スクリプト|マクロ|関数|クエリ|sql文|正規表現|アルゴリズム|html|css|vba|クイックソート|ソート)[^。?\n]{0,24}(?:書い|作っ|作成し|生成し|実装し|全部出し)" + _PLEASE + r"|(?:python|javascript|java|react|php|ruby|c\+\+|c言語|c#|vba|gas|typescript|rust|go言語)(?:で|を使って|の)[^。?\n]{0,40}" + _MAKING
    ),
    "translation": (
        r"\btranslate\b[^?\n]{0,120}\b(?:in)?to " + _TONGUE + r"\b|\btranslate (?:this|the following|\"|')|\b(?:how (?:do|would) (?:you|i) say|what is)\b[^?\n]{0,60}\bin " + _TONGUE + r"\b|\b" + _TONGUE + r" translation of\b"
        r"|" + _TONGUE_JA + r"(?:に|へ)[^。?\n]{0,6}(?:翻訳|訳し|直し|やく)[^。\n]{0,3}(?:て|し|お願い|$)|(?:次|以下|この)の?(?:文章?|英文|テキスト|単語)[^。\n]{0,14}(?:翻訳|和訳|英訳|訳し)|(?:和訳|英訳|翻訳)(?:して|をお願い|お願い|せよ)|は?" + _TONGUE_JA + r"で(?:何|なん)(?:と|て)(?:言|い)"
    ),
    "recipe": (
        r"\brecipes? (?:for|of|with|to make)\b|^(?!my|your|saved|the)(?:\w+ ){1,3}recipes?\W*$|\b(?:give|need|want|share|show|tell)\b[^.?!\n]{0,30}\brecipe\b|\bhow (?:do|can|should|to|long)\b[^.?!\n]{0,20}\b(?:make|cook|bake|fry|boil|roast|grill|prepare)\b[^.?!\n]{0,30}\b(?:lasagn\w+|pasta|pizza|cake|cookies|bread|rice|soup|curry|chicken|beef|pork|fish|eggs?|pancakes?|stew|salad|sauce|sushi|ramen|tacos?|pie|dough|steak|noodles|dinner)\b|\bwhat can i (?:cook|make (?:for dinner|with (?:chicken|eggs|rice|beef|pasta|potato\w*)))\b"
        r"|レシピ(?:を|は|って|、|教|おしえ|ください|下さい|ある|知|$)|(?:カレー|シチュー|ハンバーグ|オムライス|肉じゃが|角煮|餃子|チャーハン|ラーメン|パスタ|ケーキ|クッキー|パン|プリン|唐揚げ|天ぷら|寿司|味噌汁|卵焼き|グラタン|ピザ|煮物|スープ|ドレッシング|だし|おにぎり|弁当|[ぁ-ん一-龥]{1,6}(?:焼き|煮|鍋|丼|揚げ|ご飯|ごはん))の(?:作り方|つくりかた|つくり方|作りかた)|(?:晩ご飯|夕飯|夕食|献立)[^。\n]{0,10}(?:何|なに|考え|提案|教え)|^[ぁ-んァ-ヶー一-龥]{2,10}の(?:作り方|つくり方)[。?]?$|(?:で|と)作れる(?:料理|レシピ)"
    ),
    "sums": (
        r"\bsolve\b[^.?!\n]{0,40}(?:[=^]|\b(?:equations?|math\w*|integral|for x)\b)|\bwhat(?:'s| is)\b[^.?!\n]{0,12}\d+ ?(?:[*x×+/÷^-]|%|percent of|times|divided|plus|minus) ?(?:of )?\d+|\b(?:calculate|compute|find) (?:the )?(?:derivative|integral|area|volume|sum of|average of|square|\d)|\b(?:integrate|differentiate) |\b(?:my|do|help with)\b[^.?!\n]{0,8}\b(?:math\w*|algebra|physics|chemistry|homework|assignment)\b[^.?!\n]{0,30}"
        r"|(?:方程式|数学|算数|積分|微分|因数分解|連立|確率の問題|問題|宿題)[^。?\n]{0,36}(?:解[いけ]|計算して|やって|手伝って|教えて)|[0-9a-z^=+\-*/×÷(), ]{6,60}を?(?:解[いけ]|計算して)|\d+ ?[+\-*×x÷/] ?\d+ ?(?:は|=|の答え|を計算)(?:$|[?いくつ何なん])"
    ),
    "study": (
        r"\b(?:what|which|where|who)(?:'s| is| was| are| were)? (?:the )?(?:capital|population|president|prime minister|king|queen|largest|tallest|longest|highest|smallest|biggest|fastest|oldest|speed of light|meaning of life|chemical (?:symbol|formula)|square root|boiling point|author|currency) (?:of|in|for|on|city|country|planet|river|mountain|animal|building)\b|\bwho (?:won|invented|wrote|discovered|painted|directed|is the (?:president|ceo|king|queen)|was the first)\b|\bhow (?:tall|deep|high) is (?:the |mount |mt\.? )?(?!(?:app|file|limit|my|this|your)\b)\w+|\bwhen (?:did|was)\b[^.?!\n]{0,30}\b(?:war|born|revolution|empire|invented|die|discovered)\b"
        r"|\bexplain\b[^.?!\n]{0,60}\b(?:class|homework|exam|theory|quantum|photosynthesis|relativity|to a (?:child|5|five))|\b(?:causes|history|significance|effects) of (?:the )?(?:world|climate|french|roman|industrial|civil|global)\b|\b(?:homework|assignment)\b[^.?!\n]{0,20}\b(?:help|answer|due)"
        r"|(?:首都|人口|大統領|総理大臣|首相|面積|標高|元素記号|県庁所在地|主人公|作者|創業者|年号)(?:は|って|を)(?:どこ|何|誰|だれ|いくつ|いつ|どのくらい|教え)|を(?:発明|発見|作曲)した(?:の|人)は|について(?:説明して|解説して|簡単に説明|詳しく(?:説明|教え))|(?:将軍|歴代|武将|天皇|都道府県)を?[^。\n]{0,6}(?:全員|全部|すべて)|(?:の意味|の違い)を(?:中学生|小学生|子供)|世界(?:一|で一番)(?:高|大き|長|広|小さ)"
    ),
    "weather": r"\bweather (?:in|for|today|tomorrow|like)\b|\bwill it rain\b|\b(?:what|how)(?:'s| is) the weather\b(?! (?:widget|icon|data|feature|setting))|(?:今日|明日|あした|きょう|週末|今)の?[^。?\n]{0,8}(?:天気|気温)(?:を|は|って|教|$|\?)|天気(?:を教|は\?|予報を教)",
    "money": r"\b(?:what|which) (?:stocks?|shares|crypto\w*|coins?)\b[^.?!\n]{0,20}\b(?:buy|invest)|\bshould i (?:buy|invest|sell)\b[^.?!\n]{0,20}\b(?:stocks?|bitcoin|shares|gold|tesla|apple)\b|(?:おすすめ|買うべき)の?(?:銘柄|株|仮想通貨)|(?:株|投資)[^。\n]{0,12}おすすめの?(?:銘柄|は)",
    "talk": (
        r"\btell (?:me )?(?:a|another|some|us a) (?:\w+ )?(?:joke|riddle|story|fun fact|bedtime story)s?\b|\bi want you to act as\b|\bact as an? (?!admin|owner|remote|reminder|backup|server|webhook|proxy|hub|second)\w+|\bsing (?:me )?a song\b|\bplay (?:a game|chess|tic|20 questions)\b|\bbe my (?:girlfriend|boyfriend|friend|therapist)\b|\b(?:relationship|dating|life|medical|legal) advice\b|\bi(?:'m| am) (?:lonely|bored|depressed)\b|\bdo you love me\b|\bmeaning of life\b|\brecommend\b[^.?!\n]{0,15}\b(?:movies?|books?|anime|restaurants?|songs?|hotels?)\b|\bplan (?:a|my) (?:trip|vacation|itinerary|party|wedding)\b|\b(?:workout|meal|diet|study) plan\b|\btravel itinerary\b"
        r"|(?:面白い|おもしろい|怖い|笑える|何か)[^。?\n]{0,6}(?:話|小話|ジョーク|冗談|ギャグ|小噺)(?:を|し|教|聞)|ジョークを?(?:言|一つ|教)|なぞなぞ|しりとり|恋愛相談|人生相談|(?:彼氏|彼女|恋人|好きな人|妻|夫|上司)[^。\n]{0,20}(?:冷た|別れ|相談|どうしたら)|(?:おすすめ|オススメ)の?(?:映画|本|アニメ|漫画|曲|レストラン|観光|旅行|ホテル|ゲーム)(?:を|は|教)|旅行(?:プラン|の計画)を?(?:立て|考え|作)|歌って|付き合って|友達になって|筋トレ?メニューを?(?:考え|作)|占って"
    ),
}
_READ = {topic: re.compile(pattern) for topic, pattern in _SHAPES.items()}
# Whether the app can, where in the app, what went wrong in it: no errand.
_OF_THE_APP = re.compile(
    r"^(?:can|could|does|do|is|are|will|where|why|may|should) (?:i|it|the|this|your|there|you have|you support|we)\b(?! solve| translate| rain)|\b(?:in|with|inside|on|of|from|for|to|use) (?:this|the|your|ur) (?:app|service|editor|plugin|site|page|settings|website|menu|tool)\b|\byour (?:app|settings|docs?|page|menu|site|service|plugin|interface|faq|help|privacy|terms|website|editor|android|ios|web)\b|\bthis app\b|\b(?:the|this) app'?s?\b|\bthe (?:ai )?feature\b|\bmy (?:notes?|order|account|recipe notes|subscription|data|code is|reservation|booking)\b|\b(?:crash|error|laggy|disappeared)\w*\b|\b(?:your|the) (?:api|sdk|webhook|endpoint)\b|\b(?:webhook|gift wrap\w*)\b"
    r"|アプリ(?!を作|のコードを)|機能|画面|メニュー|設定|ボタン|(?:でき|使え)ます(?:か|でしょうか)|できる\?|対応して|無料です|有料|プラン(?!を(?:考え|立て|作))|御社|こちらの(?:サービス|商品)|この(?:商品|サービス|サイト|ページ|家計簿|ツール)|ウィジェット|エラー|不具合|おかしい|消え|ないのは|仕様|レッスン|ギフト|プレゼント用|包装|のし|管理する|売りです|表示|画像が|保存|登録|ログイン|載せて|いつ出ますか"
)
# An order for a piece of work on words or numbers, whatever it is about. The first kind is always one ...
_WORK = re.compile(
    r"(?:^|[.!:\n] ?|\b(?:please|can you|could you|you need to|want you to|need you to|help me(?: to)?|task is to)\b,? )"
    r"(?:write|compose|rewrite|reword|paraphrase|summari[sz]e|classify|categori[sz]e|brainstorm|come up with|make up (?:a|an|some|the)|generate (?:a|an|some|the|\d)|extract (?:all|the)|replace the|answer the following|complete the (?:sentence|paragraph|lyrics|story|following)|fill in the (?:blank|<)|convert \d|solve the|identify the|construct an?|translate the|output the|in this task|you are given (?:a|an|the|two|some)|(?:find|give|make|suggest|use|add|tell|identify|correct|answer|detect|parse|verify|read|determine|describe|explain|create|design)\b[^.?!\n]{0,40}\b(?:sentences?|paragraphs?|phrases?|jokes?|metaphors?|synonyms?|antonyms?|stereotypes?|lyrics|analog(?:y|ies)|misspelling|math problems?|numbers|claims?|hypothes[ie]s|adjectives?|conversation based|quiz|surveys?|riddles?|proverbs?|idioms?)\b|imagine (?:a|that|you)|suppose (?:that|you)|given (?:a|an|the|two|some) \w+[^\n]{0,80}[,.])"
    r"|与えられ(?:た|る|て)|(?:文中|段落内|空欄)(?:の|を)[^。\n]{0,30}(?:ください|なさい)|(?:次|以下|下記)の?(?:文|単語|言葉|質問|問題|リスト|段落|記事|eメール|国|人物|コード|事実|値|数|テーマ|対話|語|歌詞|映画|都市|職業|慣用句)[^。\n]{0,40}(?:ください|なさい|せよ|して|ますか|しろ|くれ)"
    r"|(?:書き|訳し|解き|求め|答え|説明し|作り|作成し|挙げ|分類し|計算し|述べ|考え|要約し|生成し|完成させ|示し|選び|比較し|記述し)なさい"
    r"|(?:要約|翻訳|和訳|分類|列挙|リストアップ|執筆|ブレインストーミング|言い換え|書き換え|完成させ|生成|デザイン|作曲|推敲|抜き出)し?て(?:ください|下さい|ほしい|くれ|みて|[。!]?$)|(?:を|も|で|に|か)(?:書いて|計算して|挙げて|書き直して)(?:みて)?(?:ください|下さい|ほしい|くれ|みて|[。!]?$)|出力してください|このタスクでは"
)  # fmt: skip
# ... the second only where nothing in it is what people write to a service about.
_PERHAPS_WORK = re.compile(
    r"(?:^|[.!\n] ?|\b(?:please|can you|could you)\b )(?:explain|describe|create an?|design an?|make an? (?:list|plan|schedule|table|outline)|list (?:the|some|all|\d+|three|five|ten)|name (?:the|some|\d+|three|five|ten)|plan an?|develop an?|calculate|discuss|analy[sz]e|argue|propose an?|predict|outline)\b(?= \S+ \S+ \S+)"
    r"|(?:を|の例を|いくつか|詳しく)(?:作って|作成して|考えて|考えてみて|提案して|説明して|推薦して|デザインして|例を挙げて|変換して)(?:ください|下さい|ほしい|くれ|みて|[。!]?$)"
)
_OF_A_SERVICE = re.compile(
    r"\b(?:pric\w+|costs?|fees?|plans?\b(?! a)|accounts?|orders?|refunds?|returns?|invoices?|receipts?|subscri\w+|trials?|shipping|deliver\w+|support|agent|features?|exports?|imports?|backups?|privacy|terms|polic\w+|products?|services?|stores?|shop|stock|sizes?|members?\w*|points|coupons?|discounts?|cancel\w*|pay\w*|charges?|billing|upgrade\w*|downgrade\w*|premium|pro|basic|version|install\w*|download\w*|upload\w*|files?|data|sync\w*|devices?|phone|tablet|settings?|notifications?|password|login|email address|profile|tickets?|reservations?|bookings?|appointments?|warranty|manual|support\w*|feedback|complaints?|shipping address|users?|team|business hours)\b"
    r"|料金|価格|値段|費用|注文|商品|お?店|店舗|予約|請求|領収|見積|契約|会員|ポイント|送料|配送|配達|返品|交換|使い方|手順|マニュアル|説明書|サポート|連絡|返信|返事|電話|規約|プライバシー|データ|ファイル|アップロード|ダウンロード|バックアップ|サーバー|不具合|仕組み|違い|サービス|プレミアム|無料|カード|決済|納期|在庫|担当|対応|アカウント"
)  # fmt: skip
_VAGUE = re.compile(
    r"\b(?:steps|process|rules|issue|problem|this|it|that|again|difference|options?|human|company|reviews?|you|we|how to (?:use|get|set|start))\b|違い|理由|状況|これ|それ|もう一度|詳細|オプション|仕様|内容"
)
_INSTRUCTION, _MATERIAL = 160, 400  # characters at the start that say what is wanted, and with what
_AGAIN = re.compile(
    r"^(?:もっと|もう少し|もうちょっと|次は|今度は|あと|では|じゃあ|続きを?|別の)[^。\n]{0,16}(?:長く|短く|詳しく|書いて|して|教えて|作って|も|で|を?)$|^(?:now|and|make it|again|another|one more|continue|shorter|longer|more)\b.{0,40}$"
)


def errand(message: Message, errands: int, about: About) -> Sign | None:
    """What speaks for a message wanting a free AI; `errands`: how often the conversation did so before."""
    text, wanted = message.text[:_MATERIAL], message.own_words[:_INSTRUCTION]
    if _OF_THE_APP.search(wanted) or about.knows(wanted):
        return None
    topics = [topic for topic, pattern in _READ.items() if pattern.search(text)]
    if topics:
        return Sign(Why.ERRAND, 3) if about.topics.isdisjoint(topics) else None
    if errands and _AGAIN.search(text):
        return Sign(Why.ERRAND, 3)
    work = _WORK.search(wanted) or (_PERHAPS_WORK.search(wanted) and not _VAGUE.search(wanted))
    return Sign(Why.ERRAND, 3) if work and not _OF_A_SERVICE.search(wanted) else None
