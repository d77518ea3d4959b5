from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from channels.base import WebhookRequest
from channels.twilio_api.signature import NotTwilio, signature, signed_form
from core.errors import Forbidden

TOKEN, ACCOUNT = "secret", "AC" + "a" * 32
URL = "https://desk.example.org/hooks/7/sms?message=5"
FORM = {"AccountSid": ACCOUNT, "Body": "سلام & <b>", "From": "+15005550006", "MessageSid": "SM1"}
FORMS = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(lambda name: name != "AccountSid")
words = st.text(st.characters(codec="utf-8"), max_size=40)
urls = st.sampled_from([URL, "https://a.org:8443/x", "http://a.org:80/x?y=%20z", "http://127.0.0.1:8080/hooks/1/call"])


def request(form=FORM, url=URL, signed_as=None, headers=None, body=None, method="POST"):
    mark = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(signed_as or url, form)}
    sent = urlencode(form).encode() if body is None else body
    return WebhookRequest(method, "sms", url, mark | FORMS if headers is None else headers, sent)


@settings(max_examples=60, deadline=None)
@given(urls, st.dictionaries(names, words, max_size=8))
def test_what_twilio_signs_is_taken(url, form):
    form = form | {"AccountSid": ACCOUNT}
    assert signature(TOKEN, url, form) == RequestValidator(TOKEN).compute_signature(url, form)
    assert signed_form(TOKEN, ACCOUNT, request(form, url)) == form


@settings(max_examples=60, deadline=None)
@given(urls, st.dictionaries(names, words, max_size=4), words)
def test_we_and_the_library_agree_on_any_mark(url, form, mark):
    form = form | {"AccountSid": ACCOUNT}
    asked = request(form, url, headers=FORMS | {"x-twilio-signature": mark})
    is_theirs = RequestValidator(TOKEN).validate(url, form, mark)
    assert not is_theirs
    with pytest.raises(NotTwilio):
        signed_form(TOKEN, ACCOUNT, asked)


@pytest.mark.parametrize("signed_as", ["https://desk.example.org:443/hooks/7/sms?message=5", URL])
def test_the_schemes_own_port_makes_no_difference(signed_as):
    assert signed_form(TOKEN, ACCOUNT, request(signed_as=signed_as)) == FORM


def test_a_port_of_our_own_may_be_left_out_of_what_is_signed():
    asked = request(url="https://a.org:8443/x?y=1", signed_as="https://a.org/x?y=1")
    assert signed_form(TOKEN, ACCOUNT, asked) == FORM


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(["POST", "GET", "DELETE", ""]),
    st.one_of(st.just(URL), st.text(max_size=30), st.just("http://[::1/x"), st.just("https://a.org:99999999/x")),
    st.dictionaries(st.sampled_from(["X-Twilio-Signature", "content-type"]), st.text(max_size=30)),
    st.binary(max_size=60),
)
def test_nothing_malformed_is_more_than_forbidden(method, url, headers, body):
    with pytest.raises(Forbidden):
        signed_form(TOKEN, ACCOUNT, WebhookRequest(method, "sms", url, headers, body))


@pytest.mark.parametrize(
    "asked",
    [
        request(headers=FORMS),
        request(headers=FORMS | {"X-Twilio-Signature": ""}),
        request(headers=FORMS | {"X-Twilio-Signature": "نه"}),
        request(body=b"Body=first&" + urlencode(FORM).encode()),
        request(body=b"AccountSid=%FF%FE"),
        request(body=b"\xff\xfe"),
        request(body=b"&".join(b"a%d=1" % n for n in range(500))),
        request(form=FORM | {"AccountSid": "AC" + "b" * 32}),
        request(form={key: value for key, value in FORM.items() if key != "AccountSid"}),
        request(signed_as="https://elsewhere.example.org/hooks/7/sms?message=5"),
        request(signed_as=URL.replace("message=5", "message=6")),
        request(form={}, body=b'{"AccountSid": "x"}', headers={"Content-Type": "application/json"}),
        request(method="GET"),
        request(url="https://a.org:port/x"),
        request(url="https://a.org/\ud800", signed_as=URL),
    ],
)
def test_all_but_a_clear_yes_is_forbidden(asked):
    with pytest.raises(NotTwilio):
        signed_form(TOKEN, ACCOUNT, asked)


def test_json_without_a_hash_of_it_is_forbidden_even_with_a_good_mark():
    mark = RequestValidator(TOKEN).compute_signature(URL, {})
    headers = {"X-Twilio-Signature": mark, "Content-Type": "application/json"}
    with pytest.raises(NotTwilio):
        signed_form(TOKEN, ACCOUNT, WebhookRequest("POST", "sms", URL, headers, b'{"AccountSid": "x"}'))


def test_another_accounts_token_signs_nothing_for_us():
    with pytest.raises(NotTwilio):
        signed_form("other", ACCOUNT, request())
