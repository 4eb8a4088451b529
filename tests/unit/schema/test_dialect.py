"""Encodings, separators and headers: the same customers, however they are written."""

import gzip
import random

import pytest

from tests.support.customers import HEADER, csv_of, placed, read_customers

ROWS = [f"{i:04},{'Male' if i % 3 else 'Female'},{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(1, 60)]
NAMES = ("Zoë", "Jürgen", "François", "Müller", "Ñandú", "Søren")


def with_names(header: str = HEADER, names: tuple[str, ...] = NAMES, rows: list[str] | None = None) -> str:
    chance = random.Random(7)
    return csv_of(*(f"{row},{chance.choice(names)}" for row in rows or ROWS), header=f"{header},Name").decode()


@pytest.fixture(scope="module")
def plain():
    return placed(with_names().encode())


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
        ("latin-1", "Windows-1252"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_the_encoding_is_reported(encoding, reported, packed, plain):
    data = with_names().encode(encoding)
    result = placed(gzip.compress(data) if packed else data)

    assert result.intake["encoding"] == reported
    assert [row["Name"] for row in result.assigned] == [row["Name"] for row in plain.assigned]
    assert result.document["modes"] == plain.document["modes"]


@pytest.mark.parametrize(
    ("encoding", "header", "reported"),
    [
        ("cp1252", "Nº,Género,Edad,Ingresos anuales (€),Puntuación de gastos", "Windows-1252"),
        ("mac_roman", "Nº,Género,Edad,Ingresos anuales,Puntuación de gastos", "Mac Roman"),
        ("cp850", "N,Género,Edad,Ingresos anuales,Puntuación de gastos", "DOS 850"),
        ("cp1254", "Müşteri No,Cinsiyet,Yaş,Yıllık Gelir (bin ₺),Harcama Puanı".replace("₺", "TL"), "Windows-1254"),
        ("cp932", "顧客ID,性別,年齢,年収（万円）,支出スコア", "Shift-JIS"),
        ("euc_jp", "顧客ID,性別,年齢,年収（万円）,支出スコア", "EUC-JP"),
        ("utf-16", "顧客ID,性別,年齢,年収（万円）,支出スコア", "UTF-16"),
    ],
)
def test_of_several_encodings_that_fit_the_header_chooses(encoding, header, reported, plain):
    result = placed(csv_of(*ROWS, header=header).decode().encode(encoding))

    assert result.intake["encoding"] == reported
    assert {column["feature"] for column in result.intake["columns"]} >= {"gender", "age", "income", "spending"}
    assert [column["name"] for column in result.intake["columns"]] == header.split(",")
    assert [part["size"] for part in result.document["modes"]["bivariate"]["segments"]] == [
        part["size"] for part in plain.document["modes"]["bivariate"]["segments"]
    ]


@pytest.mark.parametrize(
    ("encoding", "names", "reported"),
    [
        ("cp1250", ("Paweł", "Małgorzata", "Żaneta", "Dąbrowski", "Wójcik"), "Windows-1250"),
        ("cp1250", ("Jiří", "Kateřina", "Tomáš", "Růžena", "Šťastná"), "Windows-1250"),
        ("cp1250", ("Győző", "László", "Erzsébet", "Ödön"), "Windows-1250"),
        ("cp1250", ("Győr", "Pécs", "Kőszeg"), "Windows-1250"),
        ("cp1252", ("Camões", "Simões", "Conceição"), "Windows-1252"),
        ("iso8859_2", ("Paweł", "Małgorzata", "Żaneta", "Dąbrowski", "Wójcik"), "Latin-2"),
        ("cp1254", ("Kadın", "Erkek"), "Windows-1254"),
        ("cp1254", ("Ayşe", "Oğuz", "Çağla"), "Windows-1254"),
        ("iso8859_15", ("Zoë €", "René €"), "Latin-9"),
        ("mac_roman", ("Jürgen", "Käthe", "Jörg", "Groß"), "Mac Roman"),
        ("mac_roman", ("Iñaki", "José", "María", "Ávila"), "Mac Roman"),
        ("cp850", ("Jürgen", "Käthe", "Jörg", "Groß"), "DOS 850"),
        ("cp850", ("João", "Conceição", "Luís"), "DOS 850"),
        ("cp1251", ("Иван", "Мария", "Наталья", "Алексей"), "Windows-1251"),
        ("cp1253", ("Γιώργος", "Μαρία", "Ελένη"), "Windows-1253"),
        ("cp1252", ("Jürgen", "François", "Ñandú", "Søren", "Zoë’s"), "Windows-1252"),
        ("iso2022_jp", ("田中", "佐藤"), "ISO-2022-JP"),
        ("cp932", ("東京", "大阪", "名古屋", "札幌"), "Shift-JIS"),
        ("cp932", ("東京",), "Shift-JIS"),
        ("cp932", ("ﾄｳｷｮｳ", "ｵｵｻｶ", "ﾅｺﾞﾔ", "ｽｽﾞｷ", "ﾔﾏﾀﾞ"), "Shift-JIS"),
        ("gb18030", ("北京", "上海", "广州", "深圳"), "GB 18030"),
        ("cp949", ("서울", "부산", "대구"), "Korean (949)"),
        ("iso8859_15", ("5 €", "7 €"), "Latin-9"),
        ("cp1250", ("Bucureşti", "Iaşi", "Constanţa"), "Windows-1250"),
    ],
)
def test_under_an_english_header_the_words_choose(encoding, names, reported, plain):
    result = placed(with_names(names=names).encode(encoding))

    assert result.intake["encoding"] == reported
    assert {row["Name"] for row in result.assigned} == {*names}
    assert result.document["modes"] == plain.document["modes"]


@pytest.mark.parametrize("separator", [", ", "; ", "\t ", " , "])
@pytest.mark.parametrize("block_bytes", [200, 2**22])
def test_spaces_may_stand_around_quoted_cells(separator, block_bytes, plain):
    lines = [HEADER.replace("Annual Income (k$)", "Income, net"), *ROWS]
    cells = [[f'"{cell}"' for cell in line.replace(", ", "·").split(",")] for line in lines]
    text = "\n".join(separator.join(row) for row in cells).replace("·", ", ")
    result = placed(text.encode(), block_bytes=block_bytes)

    for mode in ("bivariate", "multivariate"):
        segments, expected = (one.document["modes"][mode]["segments"] for one in (result, plain))
        assert [part["means"] for part in segments] == [part["means"] for part in expected]
    assert result.document["features"]["income"]["label"] == "Income, net"


@pytest.mark.parametrize("encoding", ["cp1252", "cp932"])
@pytest.mark.parametrize("block_bytes", [20_000, 2**22])
def test_the_first_letter_that_is_not_ascii_may_be_far_down(encoding, block_bytes):
    name = "Jürgen" if encoding == "cp1252" else "田中"
    rows = [f"{i:06},Male,{20 + i % 50},{i % 90},{i % 97},Jo" for i in range(14_000)]
    data = csv_of(*rows, f"x,Male,30,40,50,{name}", header=f"{HEADER},Name").decode().encode(encoding)
    result = placed(data, block_bytes=block_bytes)

    assert result.assigned[-1]["Name"] == name
    assert result.rows["used"] == 14_001


@pytest.mark.parametrize("rows_before", [9, 20_000])
@pytest.mark.parametrize("block_bytes", [5_000, 2**22])
def test_single_lines_in_another_encoding_are_read_too(rows_before, block_bytes):
    before = [f"{i:06},Male,{20 + i % 50},{i % 90},{i % 97},Zoë" for i in range(rows_before)]
    data = csv_of(*before, header=f"{HEADER},Name") + "x,Male,19,15,39,Jürgen\n".encode("latin-1")
    result = placed(data + "y,Male,19,16,39,François\nz,Male,30,19,45,Zo".encode() + b"\xc3", block_bytes=block_bytes)

    assert [row["Name"] for row in result.assigned[-4:]] == ["Zoë", "Jürgen", "François", "ZoÃ"]
    assert result.intake["encoding"] == "UTF-8 and Windows-1252"
    assert "Windows-1252" in result.notes


def test_a_part_may_begin_with_a_mark_and_not_be_utf_8():
    before = "".join(f"{i:06},Male,{20 + i % 50},{i % 90},{i % 97},Jo\n" for i in range(14_000))
    data = f"{HEADER},Name\n{before}".encode() + b"\xef\xbb\xbfx,Male,19,15,39,J\xfcrgen\n"

    result = placed(data, block_bytes=len(data) - 30)
    assert result.assigned[-1]["Name"] == "Jürgen"


def test_another_separator_may_be_in_each_cell():
    rows = [row.replace(",", ";") + ";a,b,c,d,e" for row in ROWS]
    data = csv_of(*rows, header=HEADER.replace(",", ";") + ";Tags, and more, and more")

    assert read_customers(data).usable.all()


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ([], 1),
        (["Customer report"], 2),
        (["Customer report,,,,,", "Created 2026-01-15,,,,,", ",,,,,"], 4),
        (["", "", "Mall customers, export of 15 January, 2026", ""], 5),
        (["sep=,"], 2),
        (['"A title', 'in two lines",,,,,'], 3),
        (["Age of the file: 3 days"], 2),
    ],
)
def test_the_header_need_not_be_in_the_first_line(above, line, plain):
    result = placed("\n".join([*above, with_names()]).encode())

    assert result.intake["header_line"] == line
    assert result.document["modes"] == plain.document["modes"]
    assert result.assigned_csv == plain.assigned_csv


def test_lines_are_counted_from_the_top_of_the_file():
    data = "\n".join(["A title", "", HEADER, "x,Male,?,1,2", *ROWS]).encode()

    assert [row["Line"] for row in placed(data).rejected] == ["4"]


@pytest.mark.parametrize("ending", [",", ",,,"])
def test_rows_or_header_may_end_in_empty_columns(ending, plain):
    header, *rows = with_names().splitlines()
    everywhere = placed("\n".join(line + ending for line in [header, *rows]).encode())
    rows_only = placed("\n".join([header, *(line + ending for line in rows)]).encode())
    header_only = placed("\n".join([header + ending, *rows]).encode())

    assert everywhere.document["modes"] == rows_only.document["modes"] == plain.document["modes"]
    assert everywhere.assigned == rows_only.assigned
    assert header_only.assigned_csv == plain.assigned_csv


def test_a_quoted_header_may_go_over_two_lines():
    header = HEADER.replace("Annual Income (k$)", '"Annual Income\n(k$)"')
    result = placed(csv_of("x,Male,?,1,2", *ROWS, header=header))

    assert result.document["features"]["income"]["unit"] == "k$"
    assert [row["Line"] for row in result.rejected] == ["3"]


def test_files_that_were_joined_have_their_header_again(plain):
    header, *rows = with_names().splitlines()
    result = placed("\n".join([header, *rows[:20], header, *rows[20:], "", header]).encode())

    assert result.intake["rejected"][0] | {"remedy": ""} == {"reason": "the header again", "rows": 2, "remedy": ""}
    assert result.document["modes"] == plain.document["modes"]


def test_a_header_that_comes_again_may_be_quoted_otherwise(plain):
    header, *rows = with_names().splitlines()
    quoted = ", ".join(f'"{name}"' for name in header.split(","))
    result = placed("\n".join([header, *rows, quoted, ""]).encode())

    assert [one["reason"] for one in result.intake["rejected"]] == ["the header again"]
    assert result.notes == plain.notes


@pytest.mark.parametrize(
    "total",
    [
        "Total,,,3000,2500,",
        "TOTAL,,,3000,2500,",
        ",,,Total,3000,",
        "Summe;",
        "Total :,,,3000,2500,",
        "合計,,,3000,2500,",
        '"Grand Total",,40,3000,2500,',
        "Total: 40 customers,Male,40,3000,2500,",
        "Median,,40,55,50,",
        "Standard deviation,,40,55,50,",
    ],
)
def test_a_row_that_sums_up_is_no_customer(total, plain):
    result = placed((with_names() + total.replace(";", ",,,3000,2500,") + "\n").encode())

    assert result.rows["rejected"] == 1
    assert result.assigned[-1]["Reason"] == "a row that sums up others"
    assert result.document["modes"] == plain.document["modes"]


def test_a_name_may_begin_with_the_word_for_a_sum():
    result = placed(csv_of("Total Energies,Male,,40,50", *ROWS))

    assert result.rows["rejected"] == 0


def test_files_that_were_joined_have_their_mark_again():
    part = csv_of(*ROWS).decode().encode("utf-8-sig")
    result = placed(part + csv_of("9999,Male,30,40,50").decode().encode("utf-8-sig"))

    assert result.rows["rejected"] == 1
    assert result.intake["rejected"][0]["reason"] == "the header again"


@pytest.mark.parametrize("name", ["Köln", "Peña", "São Paulo", "Müller"])
def test_one_word_with_an_accent_is_no_chinese(name):
    data = csv_of(*(f"{row},x" for row in ROWS), f"x,Male,30,40,50,{name}", header=f"{HEADER},Name").decode()
    result = placed(data.encode("cp1252"))

    assert result.assigned[-1]["Name"] == name


@pytest.mark.parametrize("name", ["İstanbul", "Şişli", "Muğla"])
def test_letters_of_turkish_are_no_icelandic(name):
    data = csv_of(*(f"{row},{name}" for row in ROWS), header=f"{HEADER},City").decode()

    assert placed(data.encode("cp1254")).assigned[-1]["City"] == name


def test_rows_of_nothing_but_separators_are_no_customers(plain):
    header, *rows = with_names().splitlines()
    result = placed("\n".join([header, *rows[:9], ",,,,,", ' , ,"",,,', *rows[9:], ",,,,,"]).encode())

    assert result.rows["rejected"] == 3
    assert {row["Reason"] for row in result.rejected} == {"an empty row"}
    assert result.document["modes"] == plain.document["modes"]
