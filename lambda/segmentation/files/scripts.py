"""Which script bytes are written in: the one whose letters write them down in the fewest bits.

Each encoding makes letters of the same bytes. In the right one most are common in its language; in the others they are
rare, or no letters. This tells scripts by a few words; statistics of whole texts need many lines for that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

LATIN = "Latin"
# By script: the encodings, and the letters of its languages with the commonest first.
_ALPHABETS = {
    "Cyrillic": (
        ("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic"),
        (
            "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
            "оаниеівртсклмпудзьбягчйюхцїжшєфщґ",
            "аиоенрстјувкдмплзгбчшњцжљћхђџфќѓѕ",
        ),
    ),
    "Greek": (("cp1253", "iso8859_7", "cp737"), ("αοιεητσνρκπμλυςωάίόέδγήχθύφβξζώψϊϋ",)),
    "Hebrew": (("cp1255", "cp862"), ("יוהלארתבשמנדכעםחקפןגצסטזךףץ",)),
    "Arabic": (("cp1256", "iso8859_6", "cp720"), ("الينمورتبعدهكسفقحجأشصطخزىةضغثئءذآظؤإپچژگ",)),
    "Thai": (("cp874",), ("านรอกเ่งมยล้ตวัดีสทค์ิพปืบหข็จชูุึแใไโะำผธณซภถฐศฉฟฝษฮญฤ๊๋",)),
}
# By encoding: the script, what is common in names, places and headers, and the first bytes of what is less common.
_IDEOGRAPHS = {
    "cp932": (
        "Japanese",
        "田中山川木村本井上下小大野原藤佐鈴高橋伊東京都道府県市区町名古屋阪札幌横浜福岡神戸広島仙台千葉埼玉静岐阜奈良長崎熊鹿児沖縄"
        "北海渡辺加吉清水林森池石青松前後岩内西南新沢岸谷崎子美一二三太郎男女恵和明正健智優顧客年齢収入性別支出額消費番号会員様万円"
        "購買利用平均職業",
        range(0x88, 0x99),
    ),
    "gb18030": (
        "Chinese",
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范"
        "方石姚谭廖邹熊金陆孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武贺赖龚文北京上海广州深圳天津重庆成都杭汉西安南长沙"
        "阳青岛大连济福厦门昆明合肥哈尔滨无锡宁波东莞省市区县伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛超兰霞平刚桂红玉建国华志小春梅"
        "客户姓名性别年龄收入消费分数评得编号男女元地城会员职业",
        range(0xB0, 0xD8),
    ),
    "big5": (
        "Chinese",
        "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊江呂何蕭羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯翁魏孫戴范方宋鄧杜傅侯曹薛"
        "丁馬董唐藍石歐連湯田康白古湛怡君雅婷志豪明美玲小家俊宏淑芬惠文華建國英傑玉秀雲台北雄中南新桃園竹基隆嘉義彰化屏東花蓮宜"
        "蘭苗栗投澎湖金門香港九龍市縣區鄉鎮客戶姓名性別年齡收入消費評分數編號男女元萬會員職業地址城",
        range(0xA4, 0xC7),
    ),
    "cp949": (
        "Korean",
        "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민지진현수영희은경미선호석철상훈동재준연아예원"
        "나라울부산대인천광세종기도충청북제시군읍면객별소득출간점번명자여회가입평균사용금액행식월만학생직업거등급",
        range(0xB0, 0xC9),
    ),
}
_IDEOGRAPHS["euc_jp"] = (*_IDEOGRAPHS["cp932"][:2], range(0xB0, 0xD0))
_HALF_WIDTH = "ﾝｼｶﾞｳｲﾄｽｷﾀｻｸﾏﾔﾅｺｱﾐｵﾗﾘｴﾓﾁﾖﾂﾃﾋﾌﾊﾆｰﾉﾒﾜﾕﾚﾑﾎｹｾﾛｿﾙﾈﾟｮｭｬｯﾇﾍｦ"
SCRIPT_OF = {one: script for script, (encodings, _) in _ALPHABETS.items() for one in encodings}
SCRIPT_OF |= {one: script for one, (script, _, _) in _IDEOGRAPHS.items()}

_SIGNS = frozenset("€£¥₪฿§°ªº¿¡«»–—‘’“”„…·•™®©±²³½\xa0")
_WIDE_SIGNS = frozenset("、。・「」（）！？：；％＆〜　々〇ヶ")
# Signs that stand before no letter, and between no two.
MISPLACED = r"[©®™¶¦¬¤¸](?=[^\W\d_])|(?<=[^\W\d_])[¹²³](?=[^\W\d_])"
_CAPITALS = "A-ZÀ-ÖØ-Þ\u0100-\u017fΆ-ΫЀ-Я"
# Within a word: a sign that is no letter, a capital behind a small letter, a Latin letter beside another; a letter
# alone beside a digit, where others have the sign of a currency or of thousands.
_TORN = re.compile(
    r"(?<=[^\W\d_])(?:[^\w\s\x00-\x7f’°»”™®€\u0300-\u036f\u0e00-\u0e7f]|[ªº](?=[^\W\d_]))"
    rf"|(?<=[^\W\d_])(?<![{_CAPITALS}])[À-ÖØ-Þ\u0152\u0160\u0178\u017dΆ-ΏΑ-ΫЀ-Я]"
    rf"|{MISPLACED}|[A-Za-z](?=[\u0370-\u0e7f])|[\u0370-\u0e7f](?=[A-Za-z])"
    r"|(?<=\d)[^\W\d_a-zA-Zªº](?![^\W\d_])|(?<![^\W\d_])[^\W\d_a-zA-Zªº](?=\d)"
)
_LONE_HALF_WIDTH = re.compile(r"(?<![\uff61-\uff9f])[\uff61-\uff9f](?![\uff61-\uff9f])")
# What letters take beside those of an alphabet, whose own take two and more. Letters with accents are rare in words.
_ASCII, _ACCENT, _FIRST, _SIGN, _TEAR, _FOREIGN = 5.5, 4.0, 1.3, 9.0, 8.0, 15.0
_COMMON, _KANA, _LEVEL_1, _RARE = 7.5, 8.0, 12.0, 18.0


def bits(text: str, encoding: str, latin: Sequence[str] = ()) -> float:
    """Return about how many bits it takes to write a text in the letters of a script.

    Parameters
    ----------
    text : str
        The text that an encoding made of some bytes.
    encoding : str
        The encoding.
    latin : sequence of str
        For an encoding of Latin letters, the letters beyond ASCII of each of its languages.
    """
    foreign = [letter for letter in text if not letter.isascii()]
    if encoding in _IDEOGRAPHS:
        own = sum(_bits_of_ideograph(letter, encoding) for letter in foreign)
        own += _TEAR * len(_LONE_HALF_WIDTH.findall(text))
    else:
        alphabets = latin or _ALPHABETS[SCRIPT_OF[encoding]][1]
        ranks = (_ranks(alphabet, _ACCENT if latin else _FIRST) for alphabet in alphabets)
        own = min(sum(_bits_of_letter(letter, rank) for letter in foreign) for rank in ranks)
        own += _TEAR * len(_TORN.findall(text))
    return own + _ASCII * (len(text) - len(foreign))


@lru_cache
def _ranks(alphabet: str, least: float) -> dict[str, float]:
    return {letter: math.log2(i + 2) + least for i, letter in enumerate(alphabet)}


def _bits_of_letter(letter: str, ranks: dict[str, float]) -> float:
    return ranks.get(letter.lower()[0], _SIGN if letter in _SIGNS or (letter.isalpha() and letter < "ɐ") else _FOREIGN)


def _bits_of_ideograph(letter: str, encoding: str) -> float:
    script, common, first = _IDEOGRAPHS[encoding]
    if "\uff61" <= letter <= "\uff9f":
        return _ranks(_HALF_WIDTH, _FIRST).get(letter, _SIGN)
    if letter in common:
        return _COMMON
    if letter in _WIDE_SIGNS:
        return _SIGN
    if "\u3041" <= letter <= "\u30ff":
        return _KANA if script == "Japanese" else _LEVEL_1
    return _LEVEL_1 if letter.encode(encoding, errors="replace")[0] in first else _RARE
