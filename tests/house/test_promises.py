"""Every sentence of the privacy policy has a test that proves it, and the page that says which is up to date."""

from __future__ import annotations

import re
from html import unescape

from django.utils.html import strip_tags

from tests.plugin import ROOT
from tests.promises import PAGE, PROMISES, promises_page, proofs


def policy() -> str:
    """The words of the policy as the portal shows them, without its headings and addresses."""
    page = (ROOT / "templates" / "information" / "privacy_2020_12_11.html").read_text()
    body = re.sub(r"<h[12].*?</h[12]>|\{%.*?%\}", " ", page.partition("{% block notice %}")[2])
    return straight(unescape(strip_tags(body)))


def straight(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def test_every_sentence_of_the_policy_is_a_promise_word_for_word():
    left = policy()
    for one in sorted(PROMISES, key=lambda promise: -len(promise.sentence)):
        assert straight(one.sentence) in left, one.key
        left = left.replace(straight(one.sentence), " | ")
    # Before the first sentence stands our own line, that this policy is no longer in force.
    pieces = [piece.strip(" .") for piece in left.split("|")[1:]]
    # Where to write to, and the words that lead from one sentence to the next.
    assert [piece for piece in pieces if piece and not re.search(r"SW1H|SK9|:$", piece)] == []


def test_every_promise_has_a_key_of_its_own():
    assert len({one.key for one in PROMISES}) == len(PROMISES)


def test_every_sentence_has_a_test_and_every_mark_names_a_sentence():
    assert proofs().keys() == {one.key for one in PROMISES}


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == promises_page(), "Run: python -m tests.promises"
