from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import verbs as v
from simulator.twiml import TwimlError, parse

ENDING = v.Conference("r", muted=True, ends_on_exit=True)


def test_every_verb_of_the_waiting_room_is_read():
    said = parse(
        """<?xml version="1.0" encoding="UTF-8"?><Response>
        <Say language="fa-IR">سلام &amp; درود</Say><Play loop="2">https://x/a.mp3</Play><Pause length="3"/>
        <Enqueue waitUrl="/wait" action="/left">support</Enqueue><Redirect method="GET">/next</Redirect>
        <Leave/><Reject reason="busy"/><Hangup/></Response>""",
    )
    assert said == (
        v.Say("سلام & درود"),
        v.Play("https://x/a.mp3", loop=2),
        v.Pause(3),
        v.Enqueue("support", action="/left", wait_url="/wait"),
        v.Redirect("/next", "GET"),
        v.Leave(),
        v.Reject(is_busy=True),
        v.Hangup(),
    )


def test_gather_holds_its_prompts_and_limits():
    (gather,) = parse(
        '<Response><Gather action="/menu" numDigits="1" timeout="7" finishOnKey=""><Say>1 or 2</Say></Gather>'
        "</Response>",
    )
    assert gather == v.Gather("/menu", silence_seconds=7, digits=1, finish_on_key="", prompts=(v.Say("1 or 2"),))


@pytest.mark.parametrize(
    ("inner", "target"),
    [
        ("+15550001", (v.Target("+15550001"),)),
        ("<Number>+1555</Number><Client>agent-7</Client>", (v.Target("+1555"), v.Target("client:agent-7"))),
        ("<Client><Identity>agent-7</Identity></Client>", (v.Target("client:agent-7"),)),
        ('<Queue url="/whisper">sales</Queue>', v.Queue("sales", "/whisper")),
        ('<Conference endConferenceOnExit="true" muted="true">r</Conference>', ENDING),
    ],
)
def test_dial_knows_whom_it_joins(inner, target):
    (dial,) = parse(f"<Response><Dial>{inner}</Dial></Response>")
    assert isinstance(dial, v.Dial)
    assert dial.target == target


def test_replies_to_texts_are_read():
    (message,) = parse(
        '<Response><Message to="+1555"><Body>Hi</Body><Media>https://x/p.png</Media></Message></Response>'
    )
    assert message == v.Message("Hi", ("https://x/p.png",), to="+1555")


@pytest.mark.parametrize(
    "document",
    [
        "",
        "hello",
        "<Response>",
        "<Answer/>",
        "<Response><Sing/></Response>",
        "<Response><Dial></Dial></Response>",
        "<Response><Dial><Number>+1</Number><Queue>q</Queue></Dial></Response>",
        "<Response><Dial timeout='soon'>+1555</Dial></Response>",
        "<Response><Gather><Dial>+1</Dial></Gather></Response>",
        "<Response><Redirect/></Response>",
        "<Response><Say>\x00</Say></Response>",
        '<!DOCTYPE r [<!ENTITY a "aa">]><Response><Say>&a;</Say></Response>',
    ],
)
def test_what_is_not_twiml_is_refused(document):
    with pytest.raises(TwimlError):
        parse(document)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_words_survive_the_reading(words):
    (say,) = parse(f"<Response><Say>{escape(words)}</Say></Response>")
    assert isinstance(say, v.Say)
    assert say.text == " ".join(words.split())


@given(st.text())
def test_no_text_breaks_the_reader(document):
    with suppress(TwimlError):
        parse(document)
