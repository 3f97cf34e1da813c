"""The language of an article: by its script where that is enough, else by langdetect, never from too little text."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from support import make_version

from schemas.records import Version
from transforms.language import profiles
from transforms.language.quick import AT_ONCE
from transforms.language.transform import DetectLanguage, DetectLanguageFn, detect, detect_all

SENTENCES = {
    "en": "The council voted on Thursday evening to rebuild the covered market before the winter comes.",
    "de": "Der Stadtrat beschloss am Donnerstagabend, die alte Markthalle vor dem Winter wieder aufzubauen.",
    "fr": "Le conseil municipal a décidé jeudi soir de reconstruire le marché couvert avant l'hiver.",
    "es": "El ayuntamiento decidió el jueves por la noche reconstruir el mercado cubierto antes del invierno.",
    "pt": "A câmara municipal decidiu na quinta-feira à noite reconstruir o mercado coberto antes do inverno.",
    "it": "Il consiglio comunale ha deciso giovedì sera di ricostruire il mercato coperto prima dell'inverno.",
    "nl": "De gemeenteraad besloot donderdagavond om de overdekte markt voor de winter te herbouwen.",
    "pl": "Rada miejska postanowiła w czwartek wieczorem odbudować halę targową przed nadejściem zimy.",
    "ru": "Городской совет в четверг вечером решил восстановить крытый рынок до наступления зимы.",
    "ar": "قرر المجلس البلدي مساء الخميس إعادة بناء السوق المغطى قبل حلول فصل الشتاء القادم.",
    "ja": "市議会は木曜日の夜、冬が来る前に市場を建て直すことを決めた。",
    "zh": "市议会星期四晚上决定在冬天到来之前重建市场。",
    "ko": "시의회는 목요일 저녁 겨울이 오기 전에 시장을 다시 짓기로 결정했다.",
    "th": "สภาเมืองมีมติเมื่อคืนวันพฤหัสบดีให้สร้างตลาดขึ้นใหม่ก่อนฤดูหนาว",
    "el": "Το δημοτικό συμβούλιο αποφάσισε την Πέμπτη να ξαναχτίσει την αγορά πριν από τον χειμώνα.",
    "he": "מועצת העיר החליטה ביום חמישי בערב לבנות מחדש את השוק המקורה לפני החורף.",
    "hi": "नगर परिषद ने गुरुवार शाम को सर्दियों से पहले बाज़ार को फिर से बनाने का फैसला किया।",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_told_by_its_language(language: str):
    found, confidence = detect(None, SENTENCES[language])
    assert found == language
    assert confidence is not None
    assert 0.9 <= confidence <= 0.99


def test_traditional_chinese_is_chinese_and_not_korean():
    assert detect(None, "市議會星期四晚上決定在冬天到來之前重建市場。") == ("zh", 0.99)


@pytest.mark.parametrize("text", ["", "OK", "12.06.2025 14:05", "Ja, nein.", "日本", "🎉" * 30])
def test_too_little_text_has_no_language(text: str):
    assert detect(None, text) == (None, None)


def test_a_short_body_is_judged_together_with_its_headline():
    assert detect(None, "Mehr folgt.") == (None, None)
    assert detect("Der Stadtrat beschließt den Wiederaufbau der Markthalle", "Mehr folgt.")[0] == "de"


def test_a_headline_in_capitals_is_not_german():
    assert detect("COUNCIL VOTES TO REBUILD COVERED MARKET BEFORE THE WINTER", "")[0] == "en"


def test_more_text_gives_more_confidence():
    few, many = detect(None, "The council voted on Thursday."), detect(None, SENTENCES["en"] * 5)
    assert (few[0], many[0]) == ("en", "en")
    assert few[1] < many[1] == 0.99


def test_a_name_in_another_script_does_not_decide():
    assert detect(None, SENTENCES["en"] + " 東京都 Москва")[0] == "en"


def test_the_verdict_is_the_same_in_every_thread():
    profiles.load.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda _: detect(None, SENTENCES["nl"]), range(40)))
    assert set(verdicts) == {detect(None, SENTENCES["nl"])}


def test_many_articles_at_once_have_the_verdicts_that_each_has_alone():
    articles = [(None, "OK"), *((title, body) for title in (None, "Headline") for body in SENTENCES.values()), ("", "")] * 5
    assert detect_all(articles) == [detect(*article) for article in articles]


def test_articles_leave_a_bundle_in_the_order_in_which_they_come():
    judge = DetectLanguageFn()
    judge.setup()
    judge.start_bundle()
    versions = [make_version(text_id=str(number), body=SENTENCES[("en", "de")[number % 2]]) for number in range(AT_ONCE + 3)]
    told = [judged for version in versions for judged in judge.process(version)]
    assert len(told) == AT_ONCE
    told += [judged.value for judged in judge.finish_bundle()]
    assert [judged.text_id for judged in told] == [version.text_id for version in versions]
    assert [judged.language for judged in told[:4]] == ["en", "de", "en", "de"]


def test_long_articles_do_not_wait_for_others():
    judge = DetectLanguageFn()
    judge.setup()
    judge.start_bundle()
    for long in ({"body": SENTENCES["en"] * 50_000}, {"title": SENTENCES["en"] * 50_000, "body": "It is."}):
        assert [judged.language for judged in judge.process(make_version(text_id="t", **long))] == ["en"]
    assert not list(judge.finish_bundle())


def test_kept_versions_get_their_language_with_their_text_and_without_it():
    version = make_version(text_id="t", body=SENTENCES["fr"])
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        texts = pipeline | "Texts" >> beam.Create([version])
        articles = pipeline | "Articles" >> beam.Create([replace(version, body="", occurrence_count=3)])
        found = (texts, articles) | DetectLanguage()

        def told(version: Version) -> tuple[str, str | None, int]:
            return version.body, version.language, version.occurrence_count

        assert_that(found["texts"] | "Text" >> beam.Map(told), equal_to([(SENTENCES["fr"], "fr", 1)]), "texts")
        assert_that(found["articles"] | "Article" >> beam.Map(told), equal_to([("", "fr", 3)]), "articles")
        languages = found["languages"] | beam.MapTuple(lambda text_id, found: (text_id, found.language))
        assert_that(languages, equal_to([("t", "fr")]), "languages")
