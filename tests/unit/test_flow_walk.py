"""Call flows: every walk ends, asks or waits, and a flow that may be published leads everybody somewhere."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.flows import Dial, Gather, HangUp, Say, TakeMessage, Wait
from flows.model import ASKS, ENDS, Flow, Prompt, Step, faults
from flows.walk import MOST_TAKEN, Answer, Dialled, Entered, Keys, Place, Walk, begin, walk

QUEUE = UUID(int=1)
HELLO = Prompt(words={"en": "Hello", "fa": "سلام"})
KINDS = sorted(ASKS | ENDS | {"say", "hours", "customer"})
CALLER = "+966501234567"


def step(id_: str, kind: str, /, **more: object) -> Step:
    return Step.model_validate({"id": id_, "kind": kind, "queue_id": QUEUE, "prompt": HELLO, **more})


def flow(*steps: Step) -> Flow:
    return Flow(languages=("en", "fa"), first=steps[0].id, steps=steps)


MENU = flow(
    step("menu", "menu", repeats=1, exits={"1": "one", "2": "two", "timeout": "bye", "invalid": "one"}),
    step("one", "queue"),
    step("two", "voicemail"),
    step("bye", "hang_up"),
)


def said(found: Walk) -> list[str]:
    return [each.words for each in found.verbs if isinstance(each, Say)]


def on(found: Walk) -> Walk:
    """The next turn: what was heard is heard."""
    return Walk(found.place)


def test_a_key_of_a_menu_leads_where_it_says() -> None:
    found = begin(MENU, CALLER)
    assert isinstance(found.verbs[0], Gather)
    assert found.end is None
    end = walk(MENU, on(found), Keys("2"))
    assert (end.end, end.path) == ("voicemail", (("menu", "2", ""), ("two", "voicemail", "")))
    assert isinstance(end.verbs[0], TakeMessage)


def test_silence_and_wrong_keys_are_asked_again_and_then_have_ways_of_their_own() -> None:
    first = walk(MENU, on(begin(MENU, CALLER)), Keys(""))
    assert first.end is None
    assert walk(MENU, on(first), Keys("")).end == "hang_up"
    wrong = walk(MENU, on(first), Keys("9"))
    assert (wrong.end, wrong.path[0]) == ("queue", ("menu", "invalid", ""))


def test_the_names_of_other_exits_are_no_keys() -> None:
    assert walk(MENU, on(begin(MENU, CALLER)), Keys("timeout")).end is None


def test_who_chooses_a_language_hears_it_from_then_on() -> None:
    spoken = flow(
        step("which", "language", exits={"next": "hi"}), step("hi", "say", exits={"next": "q"}), step("q", "queue")
    )
    found = walk(spoken, on(begin(spoken, CALLER)), Keys("2"))
    assert found.place.language == "fa"
    assert said(found)[0] == "سلام"
    silent = begin(spoken, CALLER)
    for _ in range(3):
        silent = walk(spoken, on(silent), Keys(""))
    assert (silent.end, silent.place.language) == ("queue", "en"), "who says nothing is spoken to in the first"


def test_digits_are_kept_once_they_were_confirmed() -> None:
    asked = flow(
        step("number", "collect", key="order", least_digits=3, exits={"next": "q", "failed": "bye"}),
        step("q", "queue"),
        step("bye", "hang_up"),
    )
    short = walk(asked, on(begin(asked, CALLER)), Keys("12"))
    assert short.end is None
    typed = walk(asked, on(short), Keys("1234"))
    assert "1 2 3 4" in typed.verbs[0].said[0].words  # type: ignore[union-attr] # it asks
    kept = walk(asked, on(typed), Keys("1"))
    assert (kept.end, kept.place.collected) == ("queue", {"order": "1234"})
    assert walk(asked, on(typed), Keys("2")).end is None, "whoever says no types again"


def test_what_others_know_is_asked_and_answered() -> None:
    asked = flow(
        step("open", "hours", calendar_id=QUEUE, exits={"open": "who", "closed": "mail"}),
        step("who", "customer", exits={"known": "q", "unknown": "q", "tier:gold": "vip"}),
        step("q", "queue"),
        step("vip", "queue"),
        step("mail", "voicemail"),
    )
    first = begin(asked, CALLER)
    assert first.asks is not None
    assert walk(asked, first, Answer("closed")).end == "voicemail"
    who = walk(asked, first, Answer("open"))
    assert who.asks is not None
    assert walk(asked, who, Answer("tier:gold")).path[-1] == ("vip", "queue", "")
    assert walk(asked, who, Answer("tier:other")).path[-1] == ("q", "queue", "")


def test_who_is_put_through_and_not_answered_goes_on() -> None:
    out = flow(step("out", "transfer", number="+966112345678", exits={"failed": "q"}), step("q", "queue"))
    found = begin(out, CALLER)
    assert found.verbs == (Dial("+966112345678"),)
    assert walk(out, on(found), Dialled(is_connected=True)).verbs == (HangUp(),)
    assert walk(out, on(found), Dialled(is_connected=False)).verbs[-1] == Wait()


def test_a_hidden_number_is_not_offered_a_callback() -> None:
    offer = flow(step("back", "callback", exits={"declined": "q"}), step("q", "queue"))
    assert begin(offer, "").end == "queue"
    asked = begin(offer, CALLER)
    assert walk(offer, on(asked), Keys("1")).end == "callback"
    assert walk(offer, on(asked), Keys("2")).end == "queue"


def named(found: Flow) -> set[tuple[str, str, str]]:
    return {(each.step, each.fault, each.at) for each in faults(found)}


def test_faults_are_named_at_their_steps() -> None:
    assert faults(MENU) == []
    assert named(Flow()) == {("start", "empty", "")}
    broken = flow(
        step("a", "menu", prompt={"words": {"en": "x"}}, exits={"x": "b", "1": "gone", "timeout": "b"}),
        step("b", "queue", queue_id=None),
        step("c", "collect", key="card_number", least_digits=9, most_digits=3, exits={"next": "b", "failed": "b"}),
        step("d", "transfer", number="112", exits={"failed": "b"}),
    )
    assert named(broken) >= {
        ("a", "words", "fa"),
        ("a", "exit_unknown", "x"),
        ("a", "nowhere", "1"),
        ("a", "exit_missing", "invalid"),
        ("b", "queue", ""),
        ("c", "card", ""),
        ("c", "digits", ""),
        ("d", "number", ""),
        ("c", "unreached", ""),
    }


def test_a_ring_in_which_nobody_is_asked_is_endless() -> None:
    ring = flow(step("a", "say", exits={"next": "b"}), step("b", "say", exits={"next": "a"}))
    assert {("a", "endless", ""), ("b", "endless", "")} <= named(ring)


@st.composite
def any_flow(draw: st.DrawFn) -> Flow:
    """A flow of which nothing else is known than that its exits lead to steps of it, or nowhere."""
    ids = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    steps = []
    for each in ids:
        kind = draw(st.sampled_from(KINDS))
        names = set(step("x", kind).must_have()) | ({"1", "2"} if kind == "menu" else set())
        kept = {name for name in names if draw(st.integers(0, 9)) > 0}
        exits = {name: draw(st.sampled_from([*ids, "gone"])) for name in sorted(kept)}
        more = {"key": "order", "calendar_id": QUEUE, "number": "+966112345678", "repeats": draw(st.integers(0, 2))}
        steps.append(step(each, kind, exits=exits, **more))
    return flow(*steps)


HAPPENS = st.sampled_from(["", "1", "2", "9", "123", "#"])


def answer_to(found: Walk, number: int) -> Answer:
    assert found.asks is not None
    exits = {"hours": ("open", "closed"), "customer": ("known", "unknown"), "request": ("found", "missing")}
    return Answer(exits[found.asks.kind][number % 2], "solved")


@settings(max_examples=200, deadline=None)
@given(any_flow(), st.lists(HAPPENS, max_size=60), st.integers(0, 3))
def test_whatever_a_flow_is_every_call_waits_or_ends(found: Flow, keys: list[str], luck: int) -> None:
    is_published = not faults(found)
    now = begin(found, CALLER)
    for each in [*keys, *[""] * 400]:
        for _ in range(MOST_TAKEN + 1):
            if now.asks is None:
                break
            now = walk(found, now, answer_to(now, luck))
        assert now.asks is None, "no walk asks without end"
        assert now.verbs, "a caller never hears nothing for ever"
        if now.end is not None:
            assert now.end != "lost" or not is_published or now.place.turns >= 80 or now.place.taken >= MOST_TAKEN
            return
        assert isinstance(now.verbs[-1], Gather | Dial)
        happened = Dialled(is_connected=each == "1") if isinstance(now.verbs[-1], Dial) else Keys(each)
        now = walk(found, on(now), happened)
    raise AssertionError("this call never ended")


def test_a_call_that_is_nowhere_is_put_through_to_people() -> None:
    lost = walk(MENU, Walk(Place(step="gone", language="en")), Entered())
    assert (lost.end, lost.verbs) == ("lost", (Wait(),))


def test_a_key_is_kept_as_it_is_called_and_secret_digits_are_dots_that_nobody_reads_out() -> None:
    asked = flow(
        step(
            "menu",
            "menu",
            key="wish",
            values={"1": "refund"},
            exits={"1": "code", "2": "code", "timeout": "q", "invalid": "q"},
        ),
        step("code", "collect", key="code", is_secret=True, exits={"next": "q", "failed": "q"}),
        step("q", "queue"),
    )
    kept = {"1": "refund", "2": "2"}
    for key, name in kept.items():
        found = walk(asked, on(walk(asked, on(begin(asked, CALLER)), Keys(key))), Keys("4711"))
        assert found.place.collected == {"wish": name, "code": "••••"}
        assert found.path == (("code", "next", "••••"), ("q", "queue", ""))
        assert "4711" not in str(found.place.model_dump())


def test_the_number_of_a_request_is_what_was_typed_there() -> None:
    asked = flow(step("r", "request", exits={"found": "q", "missing": "q"}), step("q", "queue"))
    waits = walk(asked, on(begin(asked, CALLER)), Keys("77"))
    assert walk(asked, waits, Answer("missing")).path[0] == ("r", "missing", "77")
