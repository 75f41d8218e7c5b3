#!/usr/bin/env python3
"""Weighs the first load of a page: what a phone on a bad line must fetch before it can be read and used.

Owns the bar: at most 14 KiB of document on the wire, style inside, no other request but one deferred script
of the same origin with an integrity hash. Refuses to compress for the server: what counts is what it sends.
Invariant: the self-test proves that each way to break the bar is seen.

    first_load.py http://127.0.0.1:PORT [/ /report ...]     |     first_load.py --self-test
"""

import argparse
import gzip
import http.client
import json
import re
import sys
import urllib.parse
from html.parser import HTMLParser

LIMIT = 14 * 1024
# Elements that fetch by an attribute, and the attribute.
FETCHES = {
    "img": ("src", "srcset"), "iframe": ("src",), "frame": ("src",), "embed": ("src",), "object": ("data",),
    "audio": ("src",), "video": ("src", "poster"), "source": ("src", "srcset"), "track": ("src",),
    "input": ("src",), "image": ("href", "xlink:href"), "use": ("href", "xlink:href"), "body": ("background",),
}
# Link relations that fetch; `canonical`, `alternate`, `next` and the like do not.
FETCHING_RELATIONS = {
    "stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "preconnect", "dns-prefetch",
    "apple-touch-icon", "mask-icon", "prerender",
}
CSS_FETCH = re.compile(r"""@import\s|url\(\s*['"]?(?!data:|#)([^'")]*)""", re.IGNORECASE)


class Page(HTMLParser):
    """Collects what a document makes a browser fetch."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.scripts, self.others, self.styles, self.icon = [], [], [], None
        self._in_style = False

    def handle_starttag(self, tag, attributes):
        facts = {name: value or "" for name, value in attributes}
        if tag == "script":
            self._script(facts)
        elif tag == "link":
            self._link(facts)
        elif tag == "style":
            self._in_style = True
            self.styles.append("")
        elif tag == "meta" and facts.get("http-equiv", "").lower() == "refresh":
            self.others.append(f"meta refresh {facts.get('content')}")
        for attribute in FETCHES.get(tag, ()):
            target = facts.get(attribute, "")
            if target and not target.startswith(("data:", "#")):
                self.others.append(f"<{tag} {attribute}={target!r}>")
        if CSS_FETCH.search(facts.get("style", "")):
            self.others.append(f"<{tag} style={facts['style']!r}>")

    def _script(self, facts):
        if facts.get("type") in ("application/json", "application/ld+json"):
            return
        self.scripts.append(facts)

    def _link(self, facts):
        relations = set(facts.get("rel", "").lower().split())
        if "icon" in relations and facts.get("href", "").startswith("data:"):
            self.icon = facts["href"]
        elif relations & FETCHING_RELATIONS:
            self.others.append(f"<link rel={facts.get('rel')!r} href={facts.get('href')!r}>")

    def handle_endtag(self, tag):
        if tag == "style":
            self._in_style = False

    def handle_data(self, data):
        if self._in_style:
            self.styles[-1] += data


def faults_of(origin, wire, headers, html):
    """Everything that breaks the bar, as sentences."""
    page = Page()
    page.feed(html)
    if wire > LIMIT:
        yield f"{wire} bytes on the wire, {LIMIT} allowed"
    if headers.get("link") and re.search("preload|preconnect|stylesheet", headers["link"]):
        yield f"a Link header makes the browser fetch: {headers['link']}"
    if not any(style.strip() for style in page.styles):
        yield "no style inside the document"
    for style in page.styles:
        for fetch in CSS_FETCH.finditer(style):
            yield f"the style fetches: {fetch.group(0)}"
    if page.icon is None:
        yield "no data: icon, so the browser asks for /favicon.ico"
    for other in page.others:
        yield f"another request: {other}"
    yield from script_faults(origin, page.scripts)


def script_faults(origin, scripts):
    if len(scripts) > 1:
        yield f"{len(scripts)} scripts, one allowed"
    for facts in scripts:
        source = facts.get("src", "")
        if not source:
            yield "a script inside the document"
            continue
        if "defer" not in facts and facts.get("type") != "module":
            yield f"the script {source} is not deferred"
        if not facts.get("integrity", "").startswith("sha"):
            yield f"the script {source} has no integrity hash"
        if not urllib.parse.urljoin(origin + "/", source).startswith(origin + "/"):
            yield f"the script {source} comes from another host"


def fetch(origin, path):
    """One request as a browser sends it, without following redirects: (status, headers, body bytes on the wire, head bytes,
    text)."""
    at = urllib.parse.urlsplit(origin)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
    connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    clear = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    return answer.status, headers, len(body), head, clear.decode("utf-8")


def weigh(origin, path):
    status, headers, wire, head, html = fetch(origin, path)
    faults = list(faults_of(origin, wire, headers, html))
    if status != 200:
        faults.insert(0, f"status {status}")
    facts = {"path": path, "wire_bytes": wire, "head_bytes": head, "clear_bytes": len(html.encode()),
             "encoding": headers.get("content-encoding", "identity"), "faults": faults}
    print(json.dumps(facts, ensure_ascii=False))
    return faults


# --- self-test -------------------------------------------------------------------------------------------

GOOD = ('<!doctype html><title>t</title><link rel="icon" href="data:,"><style>p{color:red}</style>'
        '<script src="/a.1234.js" defer integrity="sha256-x"></script><p>x</p>')
BROKEN = {
    "weight": (GOOD, LIMIT + 1, {}),
    "no style": (GOOD.replace("p{color:red}", ""), 1, {}),
    "style sheet": (GOOD + '<link rel="stylesheet" href="/a.css">', 1, {}),
    "style import": (GOOD.replace("p{", "@import 'x.css';p{"), 1, {}),
    "style image": (GOOD.replace("color:red", "background:url(/a.png)"), 1, {}),
    "icon": (GOOD.replace('rel="icon"', 'rel="next"'), 1, {}),
    "picture": (GOOD + '<img src="/a.png">', 1, {}),
    "two scripts": (GOOD + '<script src="/b.js" defer integrity="sha256-y"></script>', 1, {}),
    "script inside": (GOOD + "<script>1</script>", 1, {}),
    "script not deferred": (GOOD.replace(" defer", ""), 1, {}),
    "script without hash": (GOOD.replace('integrity="sha256-x"', ""), 1, {}),
    "script from elsewhere": (GOOD.replace("/a.1234.js", "//cdn.test/a.js"), 1, {}),
    "link header": (GOOD, 1, {"link": "</a.css>; rel=preload"}),
    "refresh": (GOOD + '<meta http-equiv="refresh" content="0;url=/x">', 1, {}),
}


def self_test():
    origin = "http://127.0.0.1:1"
    assert list(faults_of(origin, LIMIT, {}, GOOD)) == [], list(faults_of(origin, LIMIT, {}, GOOD))
    for name, (html, wire, headers) in BROKEN.items():
        assert list(faults_of(origin, wire, headers, html)), f"not seen: {name}"
    print(f"first load: self-test passed, {len(BROKEN)} breaches seen")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("origin", nargs="?")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.origin:
        parser.error("the portal's address is missing")
    origin = options.origin.rstrip("/")
    faults = [fault for path in options.paths or ("/", "/report") for fault in weigh(origin, path)]
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
