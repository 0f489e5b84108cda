"""What every SDK is put through. A script tells how its SDK asks and how its answers are read; what must hold is here."""

import json

from cases import arguments, cuts, final_record, only_record, order, passed, raises

LONG = "This is said first, and it is as harmless as anything can be. "
CALL = [{"call": "get_weather"}, {"arguments": '{"ci'}, {"arguments": 'ty": "Par'}, {"arguments": 'is"}'}]
CITY = {"city": "Paris"}

# A tool, as JSON Schema has it: its name, what it is for, what it takes.
TOOL = ("get_weather", "Tells the weather of a city.")
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


class Said:
    """An answer, or a piece of one: text, calls as pairs of name and arguments, and why it ended."""

    def __init__(self, text="", calls=(), end=None):
        self.text, self.calls, self.end = text or "", list(calls), end

    def __repr__(self):
        return f"Said({self.text!r}, {self.calls!r}, {self.end!r})"


class Flavour:
    """How one SDK asks, and what it raises. A script makes one of its own."""

    # What a block is, before anything was said.
    refused = None
    # What a stream ends with that was blocked in the middle: a reason, or an error where the format has none.
    blocked = None
    # What is raised when the upstream fails in the middle.
    broken = Exception
    # Whether the models that are asked can call tools.
    calls = True

    def whole(self, message, tool):
        """An answer that is not streamed; `tool` tells whether the tool is offered."""
        raise NotImplementedError

    def streamed(self, message, tool):
        """The pieces of a streamed answer, one by one."""
        raise NotImplementedError

    def check(self, error):
        """What else must hold of the error of a block."""


def together(pieces):
    """What the pieces of an answer say together."""
    said = Said()
    for piece in pieces:
        said.text += piece.text
        said.calls += piece.calls
        said.end = piece.end or said.end
    return said


def speaks(name, flavour, records):
    """What the SDK makes of answers that no rule is against."""
    said = flavour.whole(order("Hello", " from the SDK."), False)
    assert said.text == "Hello from the SDK.", said
    records("allow")
    said = together(flavour.streamed(order("Hello", " from", " the SDK. ", LONG), False))
    assert said.text == "Hello from the SDK. " + LONG, said
    records("allow")
    passed(f"{name}: allowed, whole and streamed")
    if not flavour.calls:
        return
    for ask in [flavour.whole, lambda *asked: together(flavour.streamed(*asked))]:
        said = ask(order("One moment. ", *CALL), True)
        assert said.text == "One moment. " and said.calls == [("get_weather", CITY)], said
        records("allow")
    passed(f"{name}: tool calls, whole and streamed")


def obeys(name, flavour, log):
    """What the SDK sees of rules that decide otherwise."""
    said = flavour.whole(order("It is 536-22-1234."), False)
    assert said.text == "It is [REDACTED].", said
    final_record(log, "constrain", "ok")
    for before, after in cuts("It is 536-22-1234, yes.")[::2]:
        said = together(flavour.streamed(order(before, after), False))
        assert said.text == "It is [REDACTED], yes.", (before, after, said)
        final_record(log, "constrain", "ok")
    passed(f"{name}: redacted, whole and streamed")

    for ask in [flavour.whole, lambda *asked: list(flavour.streamed(*asked))]:
        error = raises(flavour.refused, lambda: ask("please drop table users", False))
        assert "drop" not in str(error), error
        flavour.check(error)
        record = only_record(log, "block")
        assert record["reasons"] == ["no-sql"], record
        error = raises(flavour.refused, lambda: ask(order("OPERATION ", "OVERLORD"), False))
        assert "OVERLORD" not in str(error), error
        flavour.check(error)
        final_record(log, "block", "refused")
    passed(f"{name}: blocked, whole and before the first piece, raised once")

    came = []
    blocks = order(LONG, LONG, "OPERATION ", "OVERLORD begins at dawn.", LONG)
    if isinstance(flavour.blocked, type):
        error = raises(flavour.blocked, lambda: came.extend(flavour.streamed(blocks, False)))
        assert "OVERLORD" not in str(error) and "no-code-names" in str(error), error
    else:
        came = list(flavour.streamed(blocks, False))
        assert together(came).end == flavour.blocked, came
    said = together(came)
    assert said.text.startswith(LONG), said
    assert "OPERATION" not in said.text and "dawn" not in said.text, said
    final_record(log, "block", "refused")
    passed(f"{name}: blocked in the middle")

    for ends in ["break_off", "early", "error"]:
        came = []

        def read():
            for piece in flavour.streamed(order(LONG, "And 536-22", ends=ends), False):
                came.append(piece)

        error = raises(flavour.broken, read)
        said = together(came)
        assert "536-" not in str(error) and str(error), error
        assert said.text.startswith("This is said first"), said
        # After an error of the upstream's own nothing follows, so what it said is known to be no number.
        assert "536" not in said.text or ends == "error", said
        records = log.new_records()
        assert len(records) == 2 and records[1]["final"], records
    passed(f"{name}: an upstream that fails in the middle")


def run(flavours):
    """Puts every flavour through everything; with `-` in place of a log there is no gate before the model."""
    url, key, log = arguments()
    for name, make in flavours.items():
        flavour = make(url, key)
        if log is None:
            speaks(name, flavour, lambda decision: None)
        else:
            speaks(name, flavour, lambda decision: final_record(log, decision, "ok"))
            obeys(name, flavour, log)
    return url, key, log


def arguments_of(text):
    """The arguments of a call that came as JSON text."""
    return json.loads(text or "{}")
