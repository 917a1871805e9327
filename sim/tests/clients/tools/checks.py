"""Departures are collected, not raised: one run says everything that differs."""

import re
import traceback

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$")

KINDS = {
    "text": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "time": lambda value: isinstance(value, str) and TIME.match(value) is not None,
    "list": lambda value: isinstance(value, list),
    "map": lambda value: isinstance(value, dict),
    "any": lambda value: True,
}


class Checks:
    """Counts what was looked at, and keeps a line for each thing that is not as section 8 has it."""

    def __init__(self):
        self.count = 0
        self.departures = []
        self.chapter = ""

    def is_true(self, condition, what):
        self.count += 1
        if not condition:
            self._departs(what)
        return bool(condition)

    def equal(self, found, expected, what):
        return self.is_true(found == expected, f"{what}: {found!r}, expected {expected!r}")

    def members(self, value, spec, what):
        """Each `name:kind` of a specification is there; `?` after the kind allows null, `??` that it is absent."""
        if not self.is_true(isinstance(value, dict), f"{what}: {value!r:.200} is no object"):
            return
        for part in spec.split():
            name, kind = part.split(":")
            kind, optional = kind.rstrip("?"), kind.count("?")
            if name not in value:
                self.is_true(optional == 2, f"{what}: no member {name}")
            elif value[name] is None:
                self.is_true(optional > 0, f"{what}: {name} is null")
            else:
                self.is_true(KINDS[kind](value[name]), f"{what}: {name} is {value[name]!r:.200}, expected {kind}")

    def run(self, name, chapter, *arguments):
        """Runs a chapter; one that breaks off is a departure as well."""
        self.chapter, before = name, len(self.departures)
        try:
            chapter(*arguments)
        except Exception:  # Whatever it is, the other chapters are still to be run.
            self._departs("breaks off:\n" + traceback.format_exc())
        print(f"{name}: {'as written' if len(self.departures) == before else 'DEPARTS'}", flush=True)

    def _departs(self, what):
        frames = [frame for frame in traceback.extract_stack() if "/chapters/" in frame.filename]
        place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
        self.departures.append(f"[{self.chapter}] {place}: {what}")
