#!/usr/bin/env python3
"""Asks whether the portal's answer to a receipt tells more than its words: unknown against nearly right.

Owns the two kinds of well-formed receipts that open nothing: `unknown`, fresh random codes, and `near`, real codes
with one bit turned (the kind of guess a thief of half a receipt makes). How they are compared is two_kinds.py's.

    receipts.py http://127.0.0.1:PORT --code HEX [--pairs 600] [--forwarded]     |     receipts.py --self-test

--forwarded gives each request an X-Forwarded-For address of its own, for a portal that trusts its loopback
proxy: the limiter would otherwise answer for the portal.
"""

import argparse
import http.client
import json
import random
import re
import secrets
import sys
import urllib.parse

import two_kinds


def near(code):
    """A real code with one random bit turned."""
    value = int(code, 16) ^ (1 << secrets.randbelow(128))
    return f"{value:032x}"


def hidden_fields(origin):
    """The hidden fields of the form at /follow-up, which a browser would send along."""
    at = urllib.parse.urlsplit(origin)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
    connection.request("GET", "/follow-up?l=en", headers={"Accept": "text/html"})
    html = connection.getresponse().read().decode()
    form = html[html.index('id="open-receipt"'):]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form[:form.index("</form>")]):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if facts.get("type") == "hidden":
            fields[facts["name"]] = facts.get("value", "")
    return fields


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("origin", nargs="?")
    parser.add_argument("--code", action="append", default=[], help="a real receipt code, 32 hex digits")
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--forwarded", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        two_kinds.self_test()
        print("receipt timing: self-test passed")
        return 0
    if not options.origin or not options.code:
        parser.error("the portal's address and --code are needed")
    origin, codes = options.origin.rstrip("/"), [code.replace(" ", "") for code in options.code]
    fixed = hidden_fields(origin)
    makers = {"unknown": lambda: {**fixed, "receipt": secrets.token_hex(16)},
              "near": lambda: {**fixed, "receipt": near(random.choice(codes))}}
    plain = lambda html, fields: two_kinds.without_hidden(html.replace(fields["receipt"], "RECEIPT"))
    asker = two_kinds.Asker(origin, "/follow-up", options.forwarded, plain)
    runs, faults = two_kinds.measure(asker, makers, options.pairs, 404)
    print(json.dumps({"pairs": options.pairs, "runs": runs, "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
