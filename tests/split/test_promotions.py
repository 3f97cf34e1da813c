"""Promotions inside paragraphs: cut out where they are certain, and only there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import transforms.split.promotions
from schemas.segments import KIND_INDEX
from transforms.split.page import split_page
from transforms.split.promotions import _SENTENCE_END, pieces

SENTENCE = "The bridge over the Tarn was opened again on Monday, four months after the flood had taken it."


def kinds(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, text[piece.start : piece.end].strip()) for piece in pieces(text)]


@pytest.mark.parametrize(
    "promotion",
    [
        "Sign up for our newsletter here.",
        "Download the app for live updates.",
        "Follow us on WhatsApp.",
        "Abonnieren Sie unseren Newsletter.",
        "Inscrivez-vous à notre newsletter.",
        "Suscríbase a nuestro boletín.",
        "Подпишитесь на наш телеграм-канал.",
    ],
)
def test_a_call_to_sign_up_is_cut_out(promotion: str):
    assert kinds(f"{SENTENCE} {promotion} {SENTENCE}") == [
        ("body", SENTENCE),
        ("boilerplate", promotion),
        ("body", SENTENCE),
    ]


def test_unspaced_scripts_have_sentences_too():
    text = "桥在星期一重新开放。订阅我们的电子报。市长很高兴，居民们也很高兴。"
    assert [kind for kind, _ in kinds(text)] == ["body", "boilerplate", "body"]


def test_a_link_at_the_end_is_cut_off():
    text = f"{SENTENCE} Read more: Why the Tarn has only one bridge"
    assert kinds(text)[-1] == ("related_link", "Read more: Why the Tarn has only one bridge")


@pytest.mark.parametrize(
    "text",
    [
        "Sign up for our newsletter, says a painted board at the entrance to the village, where nobody has a telephone.",
        f"{SENTENCE} “Sign up for our newsletter,” the board says.",
        f"{SENTENCE} Read more books, the mayor told the children, and watch fewer films.",
        f"{SENTENCE} Subscribers will pay for it.",
        f"{SENTENCE} Facebook Live was used by some of them to film the water.",
        "Share prices fell on Facebook rumours, and the app was down for the whole of the afternoon.",
    ],
)
def test_prose_that_sounds_like_a_promotion_stays(text: str):
    assert kinds(text) == [("body", text)]


def test_share_buttons_that_ran_into_the_text_are_cut_off():
    text = f"Facebook Twitter WhatsApp Copy link {SENTENCE}"
    assert kinds(text) == [("boilerplate", "Facebook Twitter WhatsApp Copy link"), ("body", SENTENCE)]


def test_pieces_tile_the_paragraph():
    text = f"Facebook Twitter {SENTENCE}  Follow us on WhatsApp. {SENTENCE} Read more: The bridge"
    found = pieces(text)
    assert [found[0].start, *(piece.end for piece in found)] == [*(piece.start for piece in found), len(text)]


def test_what_is_cut_out_is_a_segment_of_its_own():
    text = f"Bridge open again\n\n{SENTENCE} Sign up for our newsletter here. {SENTENCE}\n"
    promoted = [span for span in split_page(text).spans if "Sign up" in text[span.start : span.end]]
    assert [(span.kind, span.article_index) for span in promoted] == [(KIND_INDEX["boilerplate"], None)]


def test_a_paragraph_is_one_again_without_what_was_cut_out():
    text = f"Bridge open again\n\n{SENTENCE} Sign up for our newsletter here. {SENTENCE}\n"
    assert split_page(text).articles[0].body == f"{SENTENCE} {SENTENCE}"


@given(st.text(".!?…。！？।”’»)」』 \n\u3000aA1", max_size=30))
def test_sentences_end_behind_a_stop_and_a_space_or_behind_a_full_width_stop(text: str):
    apart = re.compile(r"""[.!?…।۔؟]["”’»)]*(?:\s+|$)|[。！？][”’」』）]*""")
    assert [found.span() for found in _SENTENCE_END.finditer(text)] == [found.span() for found in apart.finditer(text)]


BUTTONS = st.lists(
    st.sampled_from(["Share", "on", "Facebook", "x", "X", "Sign up for", "newsletter", "The", "bridge.", "Email"])
)


@given(BUTTONS)
def test_without_two_networks_or_a_newsletter_no_button_is_cut_out(words: list[str]):
    text = " ".join([*words, SENTENCE, SENTENCE])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transforms.split.promotions, "_may_be_buttons", lambda letter, words: True)
        slowly = pieces(text)
    assert pieces(text) == slowly
