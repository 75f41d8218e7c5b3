#!/usr/bin/env python3
"""Checks a proof out of the public record from its JSON alone, in code that shares nothing with the portal's.

Owns the rules of RFC 9162 written from their definition (by recursion, where the portal climbs), the leaf and
HKDF. Refuses asking anybody. Invariant: prints one JSON line, and exits 0 only where everything given holds.

    check.py PROOF [--heads FILE]... [--consistency FILE]... [--receipt 32-DIGITS]
"""

import argparse
import hashlib
import hmac
import json
import sys


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def cut(size):
    return 1 << ((size - 1).bit_length() - 1)


def root_from(leaf, index, size, path):
    if size == 1:
        return leaf if not path else b""
    if not path:
        return b""
    half, sibling, rest = cut(size), path[-1], path[:-1]
    if index < half:
        return sha(b"\1", root_from(leaf, index, half, rest), sibling)
    return sha(b"\1", sibling, root_from(leaf, index - half, size - half, rest))


def roots_from(old, older, newer, path, whole=True):
    """The roots of both trees, as the path gives them."""
    if older == newer:
        return (old, old) if whole and not path else (path[0], path[0]) if len(path) == 1 and not whole else (b"", b"")
    if not path:
        return b"", b""
    half, sibling, rest = cut(newer), path[-1], path[:-1]
    if older <= half:
        one, other = roots_from(old, older, half, rest, whole)
        return one, sha(b"\1", other, sibling)
    one, other = roots_from(old, older - half, newer - half, rest, False)
    return sha(b"\1", sibling, one), sha(b"\1", sibling, other)


def hkdf(secret, purpose):
    key = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(key, purpose + b"\1", "sha256")


def bytes_of(path):
    return [bytes.fromhex(step) for step in path]


def size_of(head):
    return head["size"] if head["size"] > 0 and head["size"] % 64 == 0 else 0


def faults(proof, heads, joins, receipt):
    head, leaf = proof["head"], bytes.fromhex(proof["leaf"])
    reached = 0 <= proof["index"] < size_of(head) and root_from(
        sha(b"\0", leaf), proof["index"], size_of(head), bytes_of(proof["path"]))
    if not reached or reached.hex() != head["root"]:
        yield "path"
    for join in joins:
        one, other = join["from"], join["to"]
        found = size_of(one) and size_of(one) <= size_of(other) and roots_from(
            bytes.fromhex(one["root"]), one["size"], other["size"], bytes_of(join["path"]))
        if not found or [found[0].hex(), found[1].hex()] != [one["root"], other["root"]]:
            yield "consistency"
    if any(kept != head and (kept["number"] == head["number"] or kept["size"] == head["size"]) for kept in heads):
        yield "another head"
    joined = [one for join in joins for one, other in ((join["from"], join["to"]), (join["to"], join["from"]))
              if other == head]
    if heads and head not in heads and not any(one in heads for one in joined):
        yield "unjoined"
    if receipt is not None:
        cover = hkdf(receipt, b"homeward/receipt/record cover/1")
        content = bytes(a ^ b for a, b in zip(bytes.fromhex(proof["opening"]), cover))
        blinding = hkdf(receipt, b"homeward/receipt/record blinding/1")
        if sha(b"homeward/record/leaf/1", blinding, content) != leaf:
            yield "receipt"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("proof")
    parser.add_argument("--heads", action="append", default=[])
    parser.add_argument("--consistency", action="append", default=[])
    parser.add_argument("--receipt", type=bytes.fromhex)
    options = parser.parse_args()
    read = lambda name: json.load(open(name, encoding="utf-8"))  # noqa: E731
    heads = [head for name in options.heads for head in read(name)["heads"]]
    found = sorted(set(faults(read(options.proof), heads, [read(n) for n in options.consistency], options.receipt)))
    print(json.dumps({"holds": not found, "faults": found}))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
