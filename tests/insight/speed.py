#!/usr/bin/env python3
"""How fast a release build reads tips on one core, and whether its memory stays flat.

usage: speed.py HOMEWARD [--self-test]

Prints lines a second, processor seconds and peak memory for 1,000 and 10,000 lines, and fails over 5 processor seconds for 10,000
lines or when ten times the lines take more than 1.2 times the memory. --self-test: that the bars can fail.
"""

import csv
import glob
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MOST_SECONDS = 5.0
MOST_GROWTH = 1.2


# What somebody may send to hold a portal up: the longest report, of one piece again and again.
HOSTILE = ["红裙子", "wx_", "http://", "1 ", "没有不是", "微信", "一二三", "打", "津A", "a\u0301", "左眉毛黑痣", " "]
LONGEST = 20_000
MOST_HOSTILE = 1.0  # processor seconds for each, profile and pairs included


def texts():
    found = []
    for name in sorted(glob.glob(os.path.join(HERE, "tips", "*.tsv"))):
        with open(name, encoding="utf-8") as file:
            found += [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return found


def one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run(program, lines, arguments, all_texts):
    """Processor seconds and peak memory in MiB of reading so many lines."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        for n in range(lines):
            file.write(json.dumps({"id": n, "text": all_texts[n % len(all_texts)]}, ensure_ascii=False) + "\n")
        file.seek(0)
        child = subprocess.Popen([program, "suggest", *arguments], stdin=file, stdout=subprocess.DEVNULL, preexec_fn=one_core)
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"homeward suggest ended with status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def verdict(seconds, growth, hostile):
    wrong = []
    if hostile > MOST_HOSTILE:
        wrong.append(f"a hostile text takes {hostile:.2f} processor seconds, {MOST_HOSTILE} at most")
    if seconds > MOST_SECONDS:
        wrong.append(f"10,000 lines took {seconds:.2f} processor seconds, {MOST_SECONDS} at most")
    if growth > MOST_GROWTH:
        wrong.append(f"ten times the lines take {growth:.2f} times the memory, {MOST_GROWTH} at most")
    return wrong


def main(program):
    known = texts()
    few, many = run(program, 1_000, [], known), run(program, 10_000, [], known)
    growth = many[1] / few[1]
    print(f"1,000 lines: {few[0]:.2f} s, {few[1]:.0f} MiB; 10,000 lines: {many[0]:.2f} s, {many[1]:.0f} MiB; memory x {growth:.2f}")
    pairs = run(program, 10_000, ["--duplicates"], known)
    print(f"10,000 lines with --duplicates: {pairs[0]:.2f} s, {pairs[1]:.0f} MiB (no bar)")
    long = [(piece * LONGEST)[:LONGEST] for piece in HOSTILE]
    hostile = run(program, len(long), ["--duplicates"], long)[0] / len(long)
    print(f"a text of {LONGEST} characters made to be slow: {hostile:.2f} s on average of {len(long)}")
    return verdict(many[0], growth, hostile)


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        assert verdict(5.1, 1.0, 0.1) and verdict(1.0, 1.3, 0.1) and verdict(1.0, 1.0, 1.1) and not verdict(4.9, 1.1, 0.9)
        print("the bars can fail")
    elif len(sys.argv) == 2:
        faults = main(sys.argv[1])
        print("\n".join(faults))
        sys.exit(1 if faults else 0)
    else:
        sys.exit(__doc__)
