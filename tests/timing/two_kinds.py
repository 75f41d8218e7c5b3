"""Whether the time of an answer tells one kind of request from another.

Owns the statistics, the interleaving of two kinds, and the verdict; refuses knowing what is asked (receipts.py,
names.py). Times are compared with the Mann-Whitney test. Refuses to fail on noise: only when two independent runs
both give p < 0.001 and a difference of medians over 50 microseconds, in the same direction.
Invariant: a delay of 150 microseconds planted on one kind is found, an absent one is not (self_test).
"""

import gc
import http.client
import http.server
import ipaddress
import math
import random
import re
import secrets
import statistics
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
    """One kept-alive connection that posts forms; `neutral` takes out of a page what may differ by right."""

    def __init__(self, origin, path, forwarded, neutral):
        at = urllib.parse.urlsplit(origin)
        self.address, self.path, self.forwarded, self.neutral = (at.hostname, at.port), path, forwarded, neutral
        self.origin = origin
        self.connect()

    def connect(self):
        self.connection = http.client.HTTPConnection(*self.address, timeout=60)
        self.connection.connect()

    def ask(self, fields):
        """(status, length, text without what may differ by right, microseconds)."""
        body = urllib.parse.urlencode(fields).encode()
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
        return answer.status, len(content), self.neutral(content.decode("utf-8", "replace"), fields), took


def without_hidden(html):
    """The page without one-time values: hidden fields and nonces."""
    html = re.sub(r'(<input[^>]*type="?hidden"?[^>]*?value=)("[^"]*"|\S+)', r"\1HIDDEN", html)
    return re.sub(r'nonce="[^"]*"', "nonce", html)


def sample(asker, makers, pairs, warming=10):
    """Both kinds, interleaved in a random order within each pair; answers and times by kind."""
    kinds = tuple(makers)
    times, answers = {kind: [] for kind in kinds}, {kind: set() for kind in kinds}
    for kind in kinds * warming:
        asker.ask(makers[kind]())
    gc.disable()
    for _ in range(pairs):
        for kind in random.sample(kinds, 2):
            status, length, text, took = asker.ask(makers[kind]())
            times[kind].append(took)
            answers[kind].add((status, length, text))
    gc.enable()
    return times, answers


def measure(asker, makers, pairs, status, warming=10):
    """Two runs; gives the facts and the faults."""
    (one, other), runs, faults = makers, [], []
    for _ in range(RUNS):
        times, answers = sample(asker, makers, pairs, warming)
        faults += answer_faults(answers, status)
        medians = {kind: statistics.median(times[kind]) for kind in makers}
        runs.append({
            "p": mann_whitney_p(times[one], times[other]),
            f"median_{one}_us": round(medians[one], 1),
            f"median_{other}_us": round(medians[other], 1),
            "median_difference_us": round(medians[other] - medians[one], 1),
        })
    if verdict(runs):
        faults.append("both runs tell the two kinds apart by time")
    return runs, sorted(set(faults))


def answer_faults(answers, status):
    statuses = {answer[0] for kind in answers.values() for answer in kind}
    if statuses != {status}:
        yield f"the answers have the statuses {sorted(statuses)}, {status} expected"
    if len({answer[1] for kind in answers.values() for answer in kind}) != 1:
        yield "the answers differ in length"
    if len({answer[2] for kind in answers.values() for answer in kind}) != 1:
        yield "the answers differ in text"


# --- self-test: against a server that can be told to be slower for one kind -------------------------------

class Slow(http.server.BaseHTTPRequestHandler):
    """Answers 404 alike; spends `delay_us` more on the second kind."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    delay_us, length_differs = 0, False

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_second = form["kind"][0] == "second"
        until = time.perf_counter_ns() + 300_000 + (self.delay_us * 1000 if is_second else 0)
        while time.perf_counter_ns() < until:
            pass
        body = b"not found" + (b"!" if is_second and self.length_differs else b"")
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def self_test():
    statistics_self_test()
    makers = {kind: (lambda kind=kind: {"kind": kind}) for kind in ("first", "second")}
    for delay, differs, expected in ((0, False, None), (150, False, "by time"), (0, True, "length")):
        Slow.delay_us, Slow.length_differs = delay, differs
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asker = Asker(f"http://127.0.0.1:{server.server_port}", "/", False, lambda html, _: html)
        runs, faults = measure(asker, makers, 300, 404)
        server.shutdown()
        if expected is None:
            assert not faults, f"found where nothing was: {faults} {runs}"
        else:
            assert any(expected in fault for fault in faults), f"not found: {expected}; {runs}"


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
