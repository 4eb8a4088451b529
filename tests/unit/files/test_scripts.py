"""Encodings for other than Latin letters: read, or refused with how to save as UTF-8, never read as other letters."""

import itertools

import pytest

from segmentation.errors import UnusableFileError
from segmentation.schema.settings import Settings
from tests.support.customers import loaded, placed

# Of each language a header, and cities and names.
LANGUAGES = {
    "cp1256": (
        "رقم العميل,المدينة,العمر,الدخل السنوي,درجة الإنفاق",
        "الرياض جدة القاهرة دبي محمد فاطمة أحمد بغداد صنعاء",
    ),
    "cp1255": ("מספר לקוח,עיר,גיל,הכנסה שנתית,ציון הוצאות", "ירושלים חיפה משה דוד שרה נתניה אשדוד יוסף גבעתיים"),
    "cp874": ("รหัสลูกค้า,เมือง,อายุ,รายได้,คะแนน", "กรุงเทพ เชียงใหม่ ภูเก็ต ขอนแก่น สมชาย พัทยา วิชัย หาดใหญ่"),
    "big5": ("客戶ID,城市,年齡,年收入,消費評分", "台北 高雄 台中 王小明 陳美玲 桃園 鳳山 埔里 龜山"),
    "cp949": ("고객번호,도시,나이,연소득,지출점수", "서울 부산 대구 김민수 이영희 인천 해운대 의정부 춘천"),
    "gb18030": ("客户编号,城市,年龄,年收入,消费评分", "北京 上海 广州 王伟 李娜 成都 佛山 珠海 鞍山"),
    "cp932": ("顧客番号,市,年,収入の額,評価", "東京 大阪 名古屋 田中 佐藤 盛岡 葛飾 ヤマダ すずき"),
    "euc_jp": ("顧客番号,市,年,収入の額,評価", "東京 大阪 名古屋 田中 佐藤 盛岡 葛飾 ヤマダ すずき"),
    "cp1251": ("Номер,Город,Возраст,Доход,Баллы", "Москва Иван Мария Казань Алексей Омск Харьков Юрий"),
    "koi8_r": ("Номер,Город,Возраст,Доход,Баллы", "Москва Иван Мария Казань Алексей Омск Харьков Юрий"),
    "cp1253": ("Κωδικός,Πόλη,Ηλικία,Εισόδημα,Βαθμός", "Αθήνα Θεσσαλονίκη Γιώργος Μαρία Ελένη Πάτρα Βόλος"),
}
ENGLISH = "CustomerID,City,Age,Annual Income,Spending Score"


def text_of(header: str, words: list[str]) -> str:
    rows = (f"{i},{word},{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i, word in enumerate(words))
    return "\n".join([header, *rows, ""])


@pytest.mark.parametrize("encoding", LANGUAGES)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_sixty_rows_under_a_foreign_header_are_read_with_the_settings_that_name_it(encoding, separator):
    header, words = LANGUAGES[encoding]
    names = header.split(",")
    settings = Settings(columns={"id": names[0], "age": names[2], "income": names[3], "spending": names[4]})
    text = text_of(header, [*itertools.islice(itertools.cycle(words.split()), 60)])

    result = placed(text.replace(",", separator).encode(encoding), settings=settings)
    assert [row[names[1]] for row in result.assigned] == [line.split(",")[1] for line in text.splitlines()[1:]]
    assert [column["name"] for column in result.intake["columns"]] == names


@pytest.mark.parametrize("encoding", LANGUAGES)
def test_a_foreign_header_is_read_as_it_is_written(encoding):
    header, words = LANGUAGES[encoding]
    customers = loaded(text_of(header, words.split()[:5]).encode(encoding))

    assert [column["name"] for column in customers.account["columns"]] == header.split(",")


@pytest.mark.parametrize("rows", [3, 5, 60])
@pytest.mark.parametrize("encoding", LANGUAGES)
def test_rows_under_an_english_header_are_read_or_refused_and_never_read_as_other_letters(encoding, rows):
    """Of three words or more; all five words that stand together in the list, then some again and again."""
    words, refusals = LANGUAGES[encoding][1].split(), []
    for first in range(len(words)):
        some = [*itertools.islice(itertools.cycle(words[first:] + words[:first]), min(rows, 5))]
        text = text_of(ENGLISH, [*itertools.islice(itertools.cycle(some), rows)])
        try:
            customers = loaded(text.encode(encoding))
        except UnusableFileError as error:
            refusals.append(f"{error.reason} {error.remedy}")
            continue
        found = [chunk.rows.cells(row)[1] for chunk in customers.chunks() for row in range(len(chunk.rows))]
        assert found == [*itertools.islice(itertools.cycle(some), rows)]

    assert len(refusals) < len(words) / 2
    assert all("encoding that cannot be told" in text and "'CSV UTF-8" in text for text in refusals)


@pytest.mark.parametrize("word", ["Köln", "Malmö", "Peña", "Łódź", "São Paulo", "Muğla", "5 €", "Zoë’s", "A Coruña"])
def test_a_word_in_latin_letters_is_never_refused(word):
    encoding = next(one for one in ("cp1252", "cp1250", "cp1254") if word.encode(one, "replace").decode(one) == word)

    assert loaded(text_of(ENGLISH, ["x"] * 9 + [word]).encode(encoding)).rows["used"] == 10


@pytest.mark.parametrize("encoding", ["cp1256", "cp949"])
def test_words_far_down_are_read_or_refused_too(encoding):
    words = LANGUAGES[encoding][1].split()
    text = text_of(ENGLISH, ["x"] * 14_000 + words)
    customers = loaded(text.encode(encoding))

    chunk = [*customers.chunks()][-1]
    assert chunk.rows.cells(len(chunk.rows) - 1)[1] == words[-1]


OTHERS = {
    "cp866": LANGUAGES["cp1251"],
    "iso8859_5": LANGUAGES["cp1251"],
    "mac_cyrillic": LANGUAGES["cp1251"],
    "koi8_u": ("Номер,Місто,Вік,Дохід,Бали", "Київ Львів Одеса Ївга Ужгород Миколаїв"),
    "iso8859_7": ("Κωδικός,Πόλη,Ηλικία,Εισόδημα,Βαθμός", "Άρτα Όλγα Αθήνα Ελένη Πάτρα"),
    "cp737": LANGUAGES["cp1253"],
    "cp862": LANGUAGES["cp1255"],
    "iso8859_6": LANGUAGES["cp1256"],
    "cp720": LANGUAGES["cp1256"],
    "iso8859_2": ("Číslo,Město,Věk,Příjem,Skóre", "Plzeň Žďár Děčín Ústí Jiří Třebíč"),
    "cp852": ("Číslo,Město,Věk,Příjem,Skóre", "Plzeň Třebíč Děčín Žďár Jiří Řehoř"),
    "mac_latin2": ("Nr,Miasto,Wiek,Dochód,Wynik wydatków", "Łódź Kraków Poznań Wrocław Gdańsk"),
    "cp857": ("Müşteri No,Şehir,Yaş,Gelirler,Puanı", "Şanlıurfa Çanakkale Muğla Iğdır Kırşehir"),
    "cp1257": ("Numeris,Miestas,Amžius,Pajamos,Išlaidų balas", "Šiauliai Panevėžys Klaipėda Kėdainiai Mažeikiai"),
    "cp775": ("Numurs,Pilsēta,Vecums,Ienākumi,Punkti", "Ķekava Ādaži Cēsis Jānis Jūrmala"),
}


@pytest.mark.parametrize("encoding", OTHERS)
@pytest.mark.parametrize("english", [False, True])
def test_what_dos_and_macs_and_few_others_wrote_is_read(encoding, english):
    header, words = OTHERS[encoding]
    names = header.split(",")
    settings = Settings(columns={"id": names[0], "age": names[2], "income": names[3], "spending": names[4]})
    data = text_of(ENGLISH if english else header, words.split()).encode(encoding)
    customers = loaded(data, Settings() if english else settings)

    found = [chunk.rows.cells(row)[1] for chunk in customers.chunks() for row in range(len(chunk.rows))]
    assert found == words.split()
    assert customers.file.header == tuple((ENGLISH if english else header).split(","))


@pytest.mark.parametrize("amount", ["{}’000", "{}€", "€{}", "£{}.50", "{}\xa0000", "¥{}00", "{}º", "«{}»"])
def test_signs_beside_numbers_are_no_letters_of_another_script(amount):
    rows = (f"{i},{amount.format(i + 10)},{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(60))
    customers = loaded("\n".join([ENGLISH, *rows, ""]).encode("cp1252"))

    assert customers.account["encoding"] == "Windows-1252"


def test_many_amounts_with_a_sign_do_not_outweigh_the_words():
    header, words = LANGUAGES["cp1255"]
    names = header.split(",")
    settings = Settings(columns={"id": names[0], "age": names[2], "income": names[3], "spending": names[4]})
    rows = (f"{i},{word},{20 + i},₪{i * 37 + 100}.50,{i * 11 % 97}" for i, word in enumerate(words.split() * 9))

    assert loaded("\n".join([header, *rows, ""]).encode("cp1255"), settings).file.header == tuple(names)


def test_serbian_is_cyrillic_too():
    words = ["Београд", "Ниш", "Ђорђе", "Љиљана", "Његош", "Чачак", "Ћуприја"]
    for first in range(len(words)):
        customers = loaded(text_of(ENGLISH, words[first:][:3]).encode("cp1251"))
        assert customers.account["encoding"] == "Windows-1251"
