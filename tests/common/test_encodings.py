"""From bytes to text: marks, declarations, guesses."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.common.encodings import Undecodable, codec_of, decode

ENGLISH = "The mayor’s office said the “temporary” bridge would stay open.\n"
JAPANESE = (
    "市議会は木曜日の夜、二月の嵐で屋根を失った市場を建て直すことを決めた。工事のあいだ、商人たちは広場のテントで店を開く。"
    "費用は三億円で、来年の春までに終わる見込みだという。\n"
)
KOREAN = (
    "시의회는 목요일 저녁 지난 이월 폭풍으로 지붕을 잃은 시장을 다시 짓기로 했다. 공사가 끝날 때까지 "
    "상인들은 광장의 천막에서 장사를 한다.\n"
)
CHINESE = "市议会星期四晚上决定重建二月暴风雨中失去屋顶的市场。施工期间,商人们在广场的帐篷里营业,预计明年春天完工。\n"
TAIWANESE = "市議會星期四晚上決定重建二月暴風雨中失去屋頂的市場。施工期間,商人們在廣場的帳篷裡營業,預計明年春天完工。\n"
RUSSIAN = (
    "Городской совет в четверг вечером решил восстановить рынок, крышу которого в феврале сорвала буря. "
    "Торговцы будут работать в шатре.\n"
)
GERMAN = (
    "Der Stadtrat beschloss am Donnerstagabend, die Markthalle wieder aufzubauen; „bis Mai“ müssen die "
    "Händler ins Zelt. Größere Schäden gab es nicht.\n"
)
CZECH = (
    "Městská rada ve čtvrtek večer rozhodla, že tržnici, které únorová bouře strhla střechu, znovu "
    "postaví. Trhovci budou zatím prodávat ve stanu na náměstí a příští týden dostanou klíče.\n"
)
POLISH = (
    "Rada miejska postanowiła w czwartek wieczorem odbudować halę targową, z której lutowa wichura "
    "zerwała dach. Kupcy będą tymczasem sprzedawać w namiocie na błoniach, a w środę dostaną klucze.\n"
)
GREEK = (
    "Το δημοτικό συμβούλιο αποφάσισε την Πέμπτη το βράδυ να ξαναχτίσει την αγορά, που έχασε τη στέγη της στην καταιγίδα.\n"
)


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("text", [ENGLISH, JAPANESE, ""])
def test_a_byte_order_mark_tells_the_encoding(mark: bytes, codec: str, text: str):
    assert decode(mark + text.encode(codec)) == (text, codec, ["byte_order_mark"])


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN, GREEK, CHINESE, JAPANESE, KOREAN])
def test_utf16_without_a_mark_is_told_by_the_order_that_reads_as_text(text: str, codec: str):
    assert decode(text.encode(codec)) == (text, codec, [])


def test_japanese_for_mail_is_told_by_its_escapes():
    assert decode(JAPANESE.encode("iso2022_jp")) == (JAPANESE, "iso2022_jp", [])


def test_an_escape_alone_does_not_make_japanese_for_mail():
    assert decode("café \x1b$ok".encode()) == ("café \x1b$ok", "utf-8", [])


@pytest.mark.parametrize("text", [ENGLISH, JAPANESE, RUSSIAN, "", "ascii"])
def test_utf8_needs_no_guess(text: str):
    assert decode(text.encode()) == (text, "utf-8", [])


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "euc_kr"),
        (CHINESE, "gb18030"),
        (TAIWANESE, "big5"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (GERMAN, "cp1252"),
        (CZECH, "cp1250"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (GREEK, "cp1253"),
    ],
)
def test_a_legacy_encoding_is_found(text: str, codec: str):
    assert decode(text.encode(codec))[0] == text


def test_a_few_quotes_in_english_are_windows_1252():
    assert decode((ENGLISH * 3).encode("cp1252")) == (ENGLISH * 3, "cp1252", [])


def test_utf8_with_a_broken_character_is_utf8_all_the_same():
    broken = JAPANESE.encode()[:30] + b"\xff" + JAPANESE.encode()[30:]
    text, encoding, fixes = decode(broken)
    assert (encoding, fixes) == ("utf-8", ["invalid_bytes"])
    assert text == JAPANESE[:10] + "\ufffd" + JAPANESE[10:]


def test_utf16_that_lost_its_last_byte_is_read_to_there():
    text, encoding, fixes = decode(codecs.BOM_UTF16_LE + ENGLISH.encode("utf-16-le")[:-1])
    assert (text, encoding, fixes) == (ENGLISH[:-1] + "\ufffd", "utf-16-le", ["byte_order_mark", "invalid_bytes"])


@pytest.mark.parametrize(
    "payload",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\10\6\0\0\0",
        bytes(range(256)) * 4,
        b"\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0",
        b"%PDF-1.4\n" + bytes((n * 151 + 7) % 256 for n in range(2000)),
        b"\0" * 100,
    ],
)
def test_bytes_that_are_no_text_are_not_decoded(payload: bytes):
    with pytest.raises(Undecodable):
        decode(payload)


@given(st.binary(max_size=200))
def test_any_bytes_are_either_text_or_refused(payload: bytes):
    try:
        text, encoding, _ = decode(payload)
    except Undecodable:
        return
    assert isinstance(text, str)
    assert codecs.lookup(encoding).name == encoding


@pytest.mark.parametrize(("text", "codec"), [(RUSSIAN, "cp1251"), (JAPANESE, "shift_jis"), (CZECH, "cp1250")])
def test_the_tags_around_a_text_do_not_hide_its_language(text: str, codec: str):
    links = "<li class='menu-item menu-item-type-post'><a href='https://a.example/section/2025/06/12'></a></li>" * 200
    page = f"<script>{'var a = 1;' * 1000}</script>{links}<p>{text}</p>"
    assert decode(page.encode(codec), markup=True)[0] == page


# What is declared.


@pytest.mark.parametrize(
    ("label", "text", "codec"),
    [
        ("ISO-8859-1", GERMAN, "cp1252"),
        ("windows-1251", RUSSIAN, "cp1251"),
        (" KOI8-R ", RUSSIAN, "koi8-r"),
        ("x-sjis", JAPANESE, "cp932"),
        ("iso-2022-jp", JAPANESE, "iso2022_jp"),
        ("euc-kr", KOREAN, "cp949"),
        ("gb2312", CHINESE, "gb18030"),
        ("big5", TAIWANESE, "big5hkscs"),
        ("utf-16", ENGLISH, "utf-16-le"),
    ],
)
def test_a_declared_encoding_is_taken_at_its_word(label: str, text: str, codec: str):
    assert decode(text[:20].encode(codec), [label]) == (text[:20], codec, [])


def test_the_first_declaration_that_the_bytes_bear_out_counts():
    assert decode(RUSSIAN.encode("koi8-r"), ["koi8-r", "windows-1251"])[0] == RUSSIAN
    assert decode(JAPANESE.encode("shift_jis"), ["euc-jp", "shift_jis"])[:2] == (JAPANESE, "cp932")
    assert decode(CHINESE.encode("gb18030"), ["nonsense", "x-user-defined", "gbk"])[:2] == (CHINESE, "gb18030")


@pytest.mark.parametrize("label", ["iso-8859-1", "shift_jis", "windows-1251", "gbk"])
def test_utf8_that_is_declared_as_something_else_is_utf8(label: str):
    assert decode(JAPANESE.encode(), [label]) == (JAPANESE, "utf-8", [])


def test_a_mark_stands_above_a_declaration():
    assert decode(codecs.BOM_UTF8 + RUSSIAN.encode(), ["koi8-r"]) == (RUSSIAN, "utf-8", ["byte_order_mark"])


def test_a_false_declaration_is_passed_over():
    assert decode(RUSSIAN.encode("cp1251"), ["utf-8"])[:2] == (RUSSIAN, "cp1251")


def test_bytes_that_are_no_text_are_none_whatever_is_declared():
    with pytest.raises(Undecodable):
        decode(bytes(range(256)) * 4, ["iso-8859-1"])


@given(st.binary(max_size=200), st.lists(st.sampled_from(["latin1", "utf-16", "gbk", "hz-gb-2312", "utf-7", "é"])))
def test_any_bytes_under_any_declaration_are_either_text_or_refused(payload: bytes, labels: list[str]):
    try:
        text, encoding, _ = decode(payload, labels)
    except Undecodable:
        return
    assert isinstance(text, str)
    assert codecs.lookup(encoding).name == encoding


@pytest.mark.parametrize("label", ["", "x" * 5000, "utf-7", "iso-2022-kr", "x-user-defined", "ｕｔｆ-8"])
def test_what_is_no_label_of_an_encoding_means_none(label: str):
    assert codec_of(label) is None
