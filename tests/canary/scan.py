#!/usr/bin/env python3
"""Searches files for canaries: strings that were put into a tip and must be nowhere in clear.

Owns the list of disguises a clear copy can wear: UTF-8, UTF-16LE/BE, GBK, each of these in base64 (all three
alignments, standard and URL-safe), in hex (both cases), percent-encoded, as \\u escapes, quoted-printable, and
all of that again inside zlib, gzip and raw deflate streams, which are inflated wherever one begins.
Refuses to skip a file: one that cannot be read is an error. Symbolic links are not followed.
Invariant: every disguise in DISGUISES is proved by the self-test to be found, alone and inside a larger file.

    scan.py --canaries FILE.json PATH...     FILE.json: {"name": "the text", ...}; values starting with
                                             "bytes:" are hex of raw bytes, "ip:" an address (text and packed)
    scan.py --self-test

Prints one line per finding, a JSON line with what was searched, and exits 1 when there is a finding.
"""

import argparse
import base64
import binascii
import gzip
import ipaddress
import json
import os
import quopri
import random
import sys
import tempfile
import urllib.parse
import zlib

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gbk")
INFLATE_CAP = 64 * 1024 * 1024
# Below this a needle meets its like in any few megabytes of cipher text by chance.
SHORTEST = 6


# --- what one canary can look like -----------------------------------------------------------------------

def raw_forms(text):
    """The canary as bytes, by encoding; an encoding that cannot hold it drops out."""
    if text.startswith("bytes:"):
        return {"raw": bytes.fromhex(text[6:])}
    if text.startswith("ip:"):
        return address_forms(text[3:])
    forms = {}
    for encoding in ENCODINGS:
        try:
            forms[encoding] = text.encode(encoding)
        except UnicodeEncodeError:
            continue
    return forms


def address_forms(text):
    """A network address as it is written and, where it is long enough to be told from chance, packed."""
    address = ipaddress.ip_address(text)
    forms = {"text": text.encode(), "exploded": address.exploded.encode(), "compressed": address.compressed.encode()}
    if len(address.packed) >= SHORTEST:
        forms["packed"] = address.packed
    return forms


def base64_forms(raw):
    """What stays the same of `raw` inside any base64 stream, for each of the three alignments.

    Before `raw` stand 0, 1 or 2 unknown bytes, after it anything: the characters that depend on them go.
    """
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        first = (0, 2, 3)[shift]
        last = (shift + len(raw)) * 8 // 6
        yield shift, whole[first:last]


def disguises(raw):
    """Every (name, needle) for one raw form."""
    yield "plain", raw
    for shift, needle in base64_forms(raw):
        yield f"base64+{shift}", needle
        yield f"base64url+{shift}", needle.replace(b"+", b"-").replace(b"/", b"_")
    yield "hex", binascii.hexlify(raw)
    yield "HEX", binascii.hexlify(raw).upper()


def text_disguises(text):
    """Forms that exist for text only."""
    yield "percent", urllib.parse.quote(text, safe="").encode()
    yield "percent-lower", urllib.parse.quote(text, safe="").lower().encode()
    yield "json-escaped", json.dumps(text)[1:-1].encode()
    yield "quoted-printable", quopri.encodestring(text.encode()).replace(b"=\n", b"")
    yield "character-references", "".join(f"&#{ord(c)};" for c in text).encode()


def needles(canaries):
    """All needles of all canaries: {needle: "canary/encoding/disguise"}; the first name of a needle stays."""
    found = {}
    for name, text in canaries.items():
        for encoding, raw in raw_forms(text).items():
            for disguise, needle in disguises(raw):
                keep(found, needle, f"{name}/{encoding}/{disguise}")
        if not text.startswith(("bytes:", "ip:")):
            for disguise, needle in text_disguises(text):
                keep(found, needle, f"{name}/{disguise}")
    return found


def keep(found, needle, label):
    if len(needle) < SHORTEST:
        raise ValueError(f"the canary is too short to be told from chance: {label}")
    found.setdefault(needle, label)


# --- what one file can hold ------------------------------------------------------------------------------

def inflated(data):
    """Everything that inflates inside `data`: (kind, offset, clear bytes).

    zlib and gzip streams are tried wherever their header stands; raw deflate only at the start and after the
    headers of ZIP entries, because any byte can begin one.
    """
    for offset in stream_starts(data, b"\x1f\x8b\x08"):
        yield from tried("gzip", data, offset, 31)
    for head in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"):
        for offset in stream_starts(data, head):
            yield from tried("zlib", data, offset, 15)
    for offset in stream_starts(data, b"PK\x03\x04"):
        names = int.from_bytes(data[offset + 26:offset + 28], "little")
        extra = int.from_bytes(data[offset + 28:offset + 30], "little")
        yield from tried("zip", data, offset + 30 + names + extra, -15)
    yield from tried("deflate", data, 0, -15)


def stream_starts(data, head):
    at = data.find(head)
    while at >= 0:
        yield at
        at = data.find(head, at + 1)


def tried(kind, data, offset, window):
    """The stream at `offset`, as far as it inflates: a torn stream still gives what came before the tear."""
    reader, out, at = zlib.decompressobj(window), bytearray(), offset
    try:
        while not reader.eof and at < len(data) and len(out) < INFLATE_CAP:
            out += reader.decompress(data[at:at + 65536], INFLATE_CAP - len(out))
            while reader.unconsumed_tail and len(out) < INFLATE_CAP:
                out += reader.decompress(reader.unconsumed_tail, INFLATE_CAP - len(out))
            at += 65536
    except zlib.error:
        pass
    if len(out) >= SHORTEST:
        yield kind, offset, bytes(out)


def findings_in(data, wanted, depth=2):
    """Each (label, where) found in `data` and in what it inflates to."""
    for needle, label in wanted.items():
        at = data.find(needle)
        if at >= 0:
            yield label, f"at {at}"
    # Base64 in mails and PEM is broken into lines, quoted-printable too: search once more without the breaks.
    for cut in (b"\r\n", b"\n", b"=\r\n", b"=\n"):
        if cut in data:
            joined = data.replace(cut, b"")
            for needle, label in wanted.items():
                if needle in joined and needle not in data:
                    yield label, "across line ends"
    if depth:
        for kind, offset, clear in inflated(data):
            for label, where in findings_in(clear, wanted, depth - 1):
                yield label, f"inside {kind} at {offset}, {where}"


# --- the search ------------------------------------------------------------------------------------------

def files_under(paths):
    for path in paths:
        if os.path.isdir(path) and not os.path.islink(path):
            for folder, _, names in os.walk(path, onerror=raise_it):
                yield from (os.path.join(folder, name) for name in sorted(names))
        elif os.path.lexists(path):
            yield path
        else:
            raise FileNotFoundError(path)


def raise_it(error):
    raise error


def search(paths, canaries, say):
    """Searches every regular file, and every file name, under `paths`; gives (files, bytes, findings)."""
    wanted, files, size, found = needles(canaries), 0, 0, 0
    for path in files_under(paths):
        name = os.fsencode(path)
        parts = [("in its name", name)]
        if os.path.isfile(path) and not os.path.islink(path):
            try:
                with open(path, "rb") as file:
                    parts.append(("", file.read()))
            except FileNotFoundError:
                continue  # taken away between listing and reading, as a journal may be
        files += 1
        for what, data in parts:
            size += len(data)
            for label, where in findings_in(data, wanted):
                found += 1
                say(f"FOUND {label} in {path} {what or where}")
    return files, size, found


# --- self-test: each planted clear copy is found, and nothing is found where nothing was planted ---------

SAMPLE = {
    "text": "金丝雀甲乙丙:姑娘被锁在院里",
    "phone": "13900012345",
    "address": "ip:2001:db8:77::1234",
    "photo": "bytes:" + b"GPS-CANARY-\x01\x02\x03".hex(),
}


def chance(seed, length):
    return random.Random(seed).randbytes(length)


def planted(text):
    """Every disguise of one canary, made in another way than the scanner makes its needles."""
    for encoding, raw in raw_forms(text).items():
        yield f"{encoding}", raw
        for shift in range(3):
            for tail in range(3):
                body = b"q" * shift + raw + b"z" * tail
                yield f"{encoding} base64 {shift}{tail}", base64.b64encode(body)
                yield f"{encoding} base64url {shift}{tail}", base64.urlsafe_b64encode(body).rstrip(b"=")
        yield f"{encoding} MIME base64", base64.encodebytes(chance(encoding, 50) + raw + chance(encoding, 50))
        yield f"{encoding} hex", raw.hex().encode()
        yield f"{encoding} HEX", raw.hex().upper().encode()
        yield f"{encoding} zlib", zlib.compress(b"before " + raw + b" after")
        yield f"{encoding} zlib fastest", zlib.compress(b"before " + raw, 1)
        yield f"{encoding} gzip", gzip.compress(b"before " + raw)
        yield f"{encoding} base64 in gzip", gzip.compress(base64.b64encode(b"x" + raw))
        yield f"{encoding} gzip in gzip", gzip.compress(gzip.compress(raw))
    if not text.startswith(("bytes:", "ip:")):
        yield "percent", urllib.parse.quote_plus(text).encode()
        yield "json", json.dumps({"a": text}).encode()
        yield "quoted-printable", quopri.encodestring(f"前面的字{text}后面".encode())


def self_test():
    count = 0
    for name, text in SAMPLE.items():
        wanted = needles({name: text})
        for label, copy in planted(text):
            for place, data in (("alone", copy), ("inside", chance(1, 4001) + copy + chance(2, 4001))):
                assert any(True for _ in findings_in(data, wanted)), f"not found: {name} as {label}, {place}"
                count += 1
    wanted = needles(SAMPLE)
    for seed in range(200):
        assert not list(findings_in(chance(seed, 20_000), wanted)), f"found where nothing was: seed {seed}"
    almost = SAMPLE["text"][:-1].encode() + b"?" + SAMPLE["phone"][:-1].encode()
    assert not list(findings_in(almost, wanted)), "a part of a canary was taken for the whole"
    files_self_test()
    print(f"canary scanner: self-test passed, {count} planted copies found")


def files_self_test():
    with tempfile.TemporaryDirectory() as place:
        os.mkdir(os.path.join(place, "deep"))
        with open(os.path.join(place, "deep", "a-13900012345.bin"), "wb") as file:
            file.write(b"x" * 100)
        said = []
        files, _, found = search([place], SAMPLE, said.append)
        assert (files, found) == (1, 1) and "in its name" in said[0], "a canary in a file name was not found"
    try:
        search(["/nonexistent-folder"], SAMPLE, print)
    except FileNotFoundError:
        return
    raise AssertionError("a missing path was passed over")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--canaries")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.canaries or not options.paths:
        parser.error("--canaries FILE and at least one PATH are needed")
    with open(options.canaries, encoding="utf-8") as file:
        canaries = json.load(file)
    files, size, found = search(options.paths, canaries, print)
    print(json.dumps({"files": files, "bytes": size, "canaries": len(canaries), "findings": found}))
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
