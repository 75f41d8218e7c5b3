#!/usr/bin/env python3
"""Asks whether the portal's answer to a receipt tells more than its words: unknown against nearly right.

Owns the measurement. Two kinds of well-formed receipts that open nothing are sent in a random order: `unknown`,
fresh random codes, and `near`, real codes with one bit turned (the kind of guess a thief of half a receipt
makes). Status, length and text must be the same; times are compared with the Mann-Whitney test.
Refuses to fail on noise: only when two independent runs both give p < 0.001 and a difference of medians over
50 microseconds, in the same direction.
Invariant: a delay of 150 microseconds planted on one kind is found, an absent one is not (self-test).

    receipts.py http://127.0.0.1:PORT --code HEX [--pairs 600] [--forwarded]     |     receipts.py --self-test

--forwarded gives each request an X-Forwarded-For address of its own, for a portal that trusts its loopback
proxy: the limiter would otherwise answer for the portal.
"""

import argparse
import gc
import http.client
import http.server
import ipaddress
import json
import math
import random
import re
import secrets
import statistics
import sys
import threading
import time
import urllib.parse

P_LIMIT = 0.001
MEDIAN_LIMIT_US = 50.0
RUNS = 2


# --- the statistics --------------------------------------------------------------------------------------

def mann_whitney_p(a, b):
    """Two-sided p by the normal approximation with tie correction; sound from about 20 samples a side."""
    ranks, ties = rank_sum(a, b)
    n, m = len(a), len(b)
    u = ranks - n * (n + 1) / 2
    spread = n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))
    if spread <= 0:
        return 1.0
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(spread)
    return math.erfc(z / math.sqrt(2))


def rank_sum(a, b):
    """The sum of a's ranks in the merged sample (ties share their mean rank), and the sum of t^3 - t."""
    merged = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    total, ties, at = 0.0, 0, 0
    while at < len(merged):
        end = at
        while end < len(merged) and merged[end][0] == merged[at][0]:
            end += 1
        mean = (at + 1 + end) / 2
        total += mean * sum(1 for _, side in merged[at:end] if side == 0)
        ties += (end - at) ** 3 - (end - at)
        at = end
    return total, ties


def verdict(runs):
    """Whether every run tells the kinds apart, and in the same direction."""
    apart = [run for run in runs if run["p"] < P_LIMIT and abs(run["median_difference_us"]) > MEDIAN_LIMIT_US]
    return len(apart) == len(runs) and len({run["median_difference_us"] > 0 for run in runs}) == 1


# --- the requests ----------------------------------------------------------------------------------------

class Asker:
    """One kept-alive connection that posts receipts."""

    def __init__(self, origin, path, fields, forwarded):
        at = urllib.parse.urlsplit(origin)
        self.address, self.path, self.fields, self.forwarded = (at.hostname, at.port), path, fields, forwarded
        self.origin = origin
        self.connect()

    def connect(self):
        self.connection = http.client.HTTPConnection(*self.address, timeout=30)
        self.connection.connect()

    def ask(self, code):
        """(status, length, text without what may differ by right, microseconds)."""
        body = urllib.parse.urlencode({**self.fields, "receipt": code}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin,
                   "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        if self.forwarded:
            headers["X-Forwarded-For"] = str(ipaddress.IPv6Address((0x20010DB8 << 96) | secrets.randbits(96)))
        started = time.perf_counter_ns()
        self.connection.request("POST", self.path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took = (time.perf_counter_ns() - started) / 1000
        if answer.will_close:
            self.connection.close()
            self.connect()
        return answer.status, len(content), neutral(content.decode("utf-8", "replace"), code), took


def neutral(html, code):
    """The page without one-time values: hidden fields, nonces, and the typed receipt itself."""
    html = html.replace(code, "RECEIPT")
    html = re.sub(r'(<input[^>]*type="?hidden"?[^>]*?value=)("[^"]*"|\S+)', r"\1HIDDEN", html)
    return re.sub(r'nonce="[^"]*"', "nonce", html)


def near(code):
    """A real code with one random bit turned."""
    value = int(code, 16) ^ (1 << secrets.randbelow(128))
    return f"{value:032x}"


def sample(asker, real_codes, pairs):
    """Both kinds, interleaved in a random order within each pair; answers and times by kind."""
    times, answers = {"unknown": [], "near": []}, {"unknown": set(), "near": set()}
    makers = {"unknown": lambda: secrets.token_hex(16), "near": lambda: near(random.choice(real_codes))}
    for kind in ("unknown", "near") * 10:
        asker.ask(makers[kind]())
    gc.disable()
    for _ in range(pairs):
        for kind in random.sample(("unknown", "near"), 2):
            status, length, text, took = asker.ask(makers[kind]())
            times[kind].append(took)
            answers[kind].add((status, length, text))
    gc.enable()
    return times, answers


def measure(asker, real_codes, pairs):
    """Two runs; gives the facts and the faults."""
    runs, faults = [], []
    for _ in range(RUNS):
        times, answers = sample(asker, real_codes, pairs)
        faults += answer_faults(answers)
        runs.append({
            "p": mann_whitney_p(times["unknown"], times["near"]),
            "median_unknown_us": round(statistics.median(times["unknown"]), 1),
            "median_near_us": round(statistics.median(times["near"]), 1),
            "median_difference_us": round(statistics.median(times["near"]) - statistics.median(times["unknown"]), 1),
        })
    if verdict(runs):
        faults.append("both runs tell the two kinds apart by time")
    return runs, sorted(set(faults))


def answer_faults(answers):
    statuses = {answer[0] for kind in answers.values() for answer in kind}
    if statuses != {404}:
        yield f"the answers have the statuses {sorted(statuses)}, 404 expected"
    if len({answer[1] for kind in answers.values() for answer in kind}) != 1:
        yield "the answers differ in length"
    if len({answer[2] for kind in answers.values() for answer in kind}) != 1:
        yield "the answers differ in text"


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


# --- self-test: against a server that can be told to be slower for one kind -------------------------------

class Slow(http.server.BaseHTTPRequestHandler):
    """Answers 404 alike; spends `delay_us` more when the code is near to the real one."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    real, delay_us, length_differs = "0" * 32, 0, False

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_near = (int(form["receipt"][0], 16) ^ int(self.real, 16)).bit_count() == 1
        until = time.perf_counter_ns() + 300_000 + (self.delay_us * 1000 if is_near else 0)
        while time.perf_counter_ns() < until:
            pass
        body = b"not found" + (b"!" if is_near and self.length_differs else b"")
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def self_test():
    statistics_self_test()
    for delay, differs, expected in ((0, False, None), (150, False, "by time"), (0, True, "length")):
        Slow.delay_us, Slow.length_differs = delay, differs
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asker = Asker(f"http://127.0.0.1:{server.server_port}", "/follow-up", {}, False)
        runs, faults = measure(asker, [Slow.real], 300)
        server.shutdown()
        if expected is None:
            assert not faults, f"found where nothing was: {faults} {runs}"
        else:
            assert any(expected in fault for fault in faults), f"not found: {expected}; {runs}"
    print("receipt timing: self-test passed")


def statistics_self_test():
    # Twenty against twenty without a tie, every value of one side below the other: U = 0.
    # z = (200 - 0.5) / sqrt(20 * 20 * 41 / 12) = 5.3966, two-sided p = 6.79e-8.
    apart = mann_whitney_p(range(20), range(100, 120))
    assert abs(apart - 6.79e-8) < 2e-10, apart
    assert mann_whitney_p([1] * 30, [1] * 30) == 1.0
    dice = random.Random(7)
    shares = [mann_whitney_p([dice.random() for _ in range(40)], [dice.random() for _ in range(40)]) < 0.05
              for _ in range(2000)]
    assert 0.03 < sum(shares) / len(shares) < 0.07, "5 % of equal samples should fall under p = 0.05"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("origin", nargs="?")
    parser.add_argument("--code", action="append", default=[], help="a real receipt code, 32 hex digits")
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--forwarded", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.origin or not options.code:
        parser.error("the portal's address and --code are needed")
    origin = options.origin.rstrip("/")
    asker = Asker(origin, "/follow-up", hidden_fields(origin), options.forwarded)
    runs, faults = measure(asker, [code.replace(" ", "") for code in options.code], options.pairs)
    print(json.dumps({"pairs": options.pairs, "runs": runs, "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
