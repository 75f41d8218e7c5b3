#!/usr/bin/env python3
"""Learns what wordings lean to: assets/insight/leanings.tsv from tips whose reading is known.

usage: learn.py HOMEWARD LEANINGS

HOMEWARD is the program (its features are asked for by `homeward suggest --features`), LEANINGS the table to write. Owns the learning
and nothing else: which features a text has is decided in one place, the program itself.
"""

import csv
import glob
import json
import os
import subprocess
import sys
from collections import Counter

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

HERE = os.path.dirname(os.path.abspath(__file__))
LEAST_TIPS = 4  # a feature that stands in fewer tips is left out
LEAST_WEIGHT = 0.03
STRENGTH = 1.0  # inverse of the regularisation
IMMEDIATE_COUNTS = 2.0  # a danger that is missed weighs as much as two false alarms


def tips():
    files = sorted(glob.glob(os.path.join(HERE, "tips", "learn-*.tsv")))
    rows = []
    for name in [os.path.join(HERE, "..", "plan", "examples.tsv"), *files]:
        with open(name, encoding="utf-8") as file:
            rows += list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return rows


def with_features(program, rows):
    lines = "\n".join(json.dumps({"id": n, "text": row["text"]}) for n, row in enumerate(rows))
    done = subprocess.run([program, "suggest", "--features"], input=lines, capture_output=True, text=True, check=True)
    for row, line in zip(rows, done.stdout.splitlines(), strict=True):
        features = json.loads(line)["features"]
        row["features"] = {name: strength / 100 for name, strength in features if name != "*"}


def fitted(samples, answers, weights=None):
    seen = Counter(name for sample in samples for name in sample)
    kept = [{name: value for name, value in sample.items() if seen[name] >= LEAST_TIPS} for sample in samples]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(kept)
    model = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight=weights).fit(matrix, answers)
    return vectorizer.get_feature_names_out(), model


def main(program, target):
    rows = tips()
    with_features(program, rows)
    table = {"*": []}

    def put(feature, leans_to, weight):
        if abs(weight) >= LEAST_WEIGHT:
            table.setdefault(feature, []).append(f"{leans_to}={round(weight * 100)}")

    names, model = fitted([row["features"] for row in rows], [row["category"] for row in rows])
    for at, category in enumerate(model.classes_):
        table["*"].append(f"{category}={round(model.intercept_[at] * 100)}")
        for name, weight in zip(names, model.coef_[at]):
            put(name, category, weight)

    # Immediate danger: the category counts as one more feature, the scores of the rules do not.
    samples = [
        {name: value for name, value in row["features"].items() if not name.startswith("%")} | {"%=" + row["category"]: 1.0}
        for row in rows
    ]
    urgent = [row["urgency"] == "immediate" for row in rows]
    names, model = fitted(samples, urgent, {True: IMMEDIATE_COUNTS, False: 1.0})
    table["*"].append(f"!={round(model.intercept_[0] * 100)}")
    for name, weight in zip(names, model.coef_[0]):
        put(name, "!", weight)

    with open(target, "w", encoding="utf-8") as file:
        file.write("feature\tleanings\n")
        for feature in sorted(table):
            file.write(f"{feature}\t{' '.join(table[feature])}\n")
    print(f"{len(rows)} tips, {len(table)} features")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
