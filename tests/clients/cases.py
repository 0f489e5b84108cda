"""What the SDKs are tried with: a case is named, its records are counted, and one line is printed."""

import json
import sys


class Log:
    """The server's decision log, read after each call."""

    def __init__(self, path):
        self.path = path
        self.seen = len(self._lines())

    def _lines(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read().splitlines()

    def new_records(self):
        """The records made since this was last asked."""
        lines = self._lines()
        new = [json.loads(line) for line in lines[self.seen :]]
        self.seen = len(lines)
        # A provider's log may have more in a line than the record.
        return [line.get("record", line) for line in new]


def passed(name):
    print(f"ok: {name}", flush=True)


def raises(kind, call):
    """The error that a call raises, which has to be of this kind."""
    try:
        answer = call()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised; the answer was {answer}")


def only_record(log, decision):
    """The one record of a call that went no further: the SDK asked once, and was told once."""
    records = log.new_records()
    assert len(records) == 1, f"{len(records)} records of one call: {records}"
    assert records[0]["decision"] == decision, records[0]
    return records[0]


def final_record(log, decision, outcome):
    """The final record of one call that reached the model: asked once, and told once."""
    records = log.new_records()
    assert [record["final"] for record in records] == [False, True], records
    assert (records[1]["decision"], records[1]["outcome"]) == (decision, outcome), records[1]
    return records[1]


def order(*says, **more):
    """A message that tells the model what to say: an event for each text or dictionary."""
    says = [{"text": say} if isinstance(say, str) else say for say in says]
    return json.dumps({"says": says, **more})


def cuts(text):
    """Each way to cut a text in two."""
    return [(text[:place], text[place:]) for place in range(1, len(text))]


def arguments():
    """The server's base URL, the caller's key and the decision log; none where `-` stands in place of its path."""
    url, key, log = sys.argv[1:]
    return url, key, None if log == "-" else Log(log)
