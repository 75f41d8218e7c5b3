#!/usr/bin/env python3
"""Asks whether a refused sign-in tells more than its words: a name somebody has against a name nobody has.

Owns the two kinds of attempts, each with a wrong password and a code that is none: `nobody`, fresh names of the
shape and length of real ones, and `somebody`, the names given. How they are compared is two_kinds.py's. A name has
a share of ten attempts a minute before it is slowed, so each is used at most eight times and the more names there
are, the more pairs can be timed.

    names.py http://127.0.0.1:DESK-PORT --name psb --name civil ...     |     names.py --self-test

Each request has an X-Forwarded-For address of its own: the portal must trust its loopback proxy.
"""

import argparse
import json
import random
import secrets
import string
import sys

import two_kinds

# Of the ten at once that a name has; the rest is for whoever signs in beside this.
USES = 8
WARMING = 2


def stranger(names):
    """A name that nobody has, as long as one that somebody has."""
    length = len(random.choice(names))
    return "x" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(max(length, 2) - 1))


def attempt(name):
    return {"name": name, "password": "not the password of anybody", "code": "000000", "passkey": ""}


def plain(html, fields):
    # What fills the page up to its size differs with the length of the name that was typed.
    return two_kinds.without_hidden(html.replace(f'value="{fields["name"]}"', "NAME")).rstrip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("origin", nargs="?")
    parser.add_argument("--name", action="append", default=[], help="a name that somebody signs in with")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        two_kinds.self_test()
        print("name timing: self-test passed")
        return 0
    if not options.origin or not options.name:
        parser.error("the desk's address and --name are needed")
    names = options.name * USES
    random.shuffle(names)
    pairs = len(names) // two_kinds.RUNS - WARMING
    makers = {"nobody": lambda: attempt(stranger(options.name)), "somebody": lambda: attempt(names.pop())}
    asker = two_kinds.Asker(options.origin.rstrip("/"), "/desk/sign-in?l=en", True, plain)
    runs, faults = two_kinds.measure(asker, makers, pairs, 422, WARMING)
    print(json.dumps({"pairs": pairs, "runs": runs, "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
