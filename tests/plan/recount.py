#!/usr/bin/env python3
"""Recounts the plan from its tables and compares every decision of the program with an own reckoning.

Shares no code with the program: it reads the tables, applies the rules as they are written down, and asks
`homeward route --all --json` for every category, place and urgency, and for a choice of other facts.

    recount.py PLAN_FOLDER HOMEWARD_BINARY
"""
import csv
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

POLICE, PROCURATORATE, NEUTRAL, CONFERENCE = "psb", "procur", "polilegal", "jointconf"
NEVER = {"court", "finance", "drc", "ethnic", "agri"}
RANK = {"immediate": 0, "urgent": 1, "normal": 2}


def rows(folder, name):
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def items(cell):
    return [] if cell in ("", "-") else cell.split(",")


class Tables:
    def __init__(self, folder):
        self.bodies = {r["code"]: r for r in rows(folder, "agencies.tsv")}
        self.districts = [r["gb2260"] for r in rows(folder, "districts.tsv")]
        self.kinds = {r["code"]: r["kind"] for r in rows(folder, "categories.tsv")}
        self.duties = rows(folder, "duties.tsv")
        self.rules = {r["category"]: r for r in rows(folder, "rules.tsv") if r["version"] == "2014"}
        self.extras = {(r["category"], r["code"]) for r in rows(folder, "extras.tsv")}
        self.names = {r["name"]: r["code"] for r in rows(folder, "names.tsv") if r["form"] == "bracket"}
        self.text = (folder / "tianjin-2014-plan.txt").read_text(encoding="utf-8").replace("\n", "")

    def fold(self, codes):
        return {c if self.bodies[c]["merged_into"] == "-" else self.bodies[c]["merged_into"] for c in codes}

    def clauses(self, category):
        rule = self.rules[category]
        return items(rule["primary_clause"]) + items(rule["supporting_clauses"])


def count(t, complain):
    """The numbers the plan is known by."""
    def expect(what, found, wanted):
        if found != wanted:
            complain(f"{what}: {found}, not {wanted}")

    expect("bodies", len(t.bodies), 29)
    expect("districts", len(set(t.districts)), 16)
    expect("categories", sum(k == "category" for k in t.kinds.values()), 26)
    expect("dispositions", sum(k == "disposition" for k in t.kinds.values()), 2)
    expect("rules", len(t.rules), 28)
    expect("duties", len(t.duties), 30)
    expect("duties with tips", sum(d["tip_relevant"] == "y" for d in t.duties), 23)
    expect("duties without, with a reason", sum(d["tip_relevant"] == "n" and d["why_not_zh"] != "-" for d in t.duties), 7)
    expect("never told", {c for c, b in t.bodies.items() if b["never_told"] == "y"}, NEVER)


def brackets(t, complain):
    """The plan's own words against the table, and the rules against the table."""
    found = re.findall(r"\(([^()]*?)负责(?:,([^()]*?)配合)?\)", t.text)
    if len(found) != len(t.duties):
        complain(f"{len(found)} brackets in the text, {len(t.duties)} duties")
    for (lead, coop), duty in zip(found, t.duties):
        for words, column in ((lead, "lead"), (coop, "coop")):
            codes = [t.names.get(w, w) for w in words.split("、") if w]
            if codes != items(duty[column]):
                complain(f"{duty['clause']} {column}: {codes} in the text, {duty[column]} in the table")
    by_clause = {d["clause"]: d for d in t.duties}
    for category, rule in t.rules.items():
        duties = [by_clause[c] for c in t.clauses(category)]
        allowed = set().union(*(t.fold(items(d["lead"]) + items(d["coop"])) for d in duties)) - {rule["lead"]}
        if set(items(rule["may_be_told"])) != allowed:
            complain(f"{category}: may_be_told is not what its brackets say")
        if duties and rule["lead"] not in t.fold(items(duties[0]["lead"])):
            complain(f"{category}: {rule['lead']} is not responsible under {duties[0]['clause']}")
        if {d["clause"] for d in t.duties if category in items(d["categories"])} != set(t.clauses(category)):
            complain(f"{category}: rule and duties disagree on its clauses")


def reckon(t, category, district, urgency, secondary=None, minor=False, crime=False, consent=False, exclude=()):
    """A decision, reckoned from the tables."""
    first, second = t.rules[category], t.rules.get(secondary)
    agreed = consent or minor or urgency == "immediate"
    main, other = first, second
    if second:
        def rank(r):
            return RANK[r["urgency"]], r["lead"] != POLICE
        if rank(second) < rank(first) and not (first["police_copy"] == "consent" and not agreed):
            main, other = second, first
    whole = {e for e in exclude if "-" not in e}
    if POLICE in whole:
        whole.add(CONFERENCE)
    about_police = any(e.split("-")[0] == POLICE for e in exclude)

    def free(body):
        return body not in whole and not (body == CONFERENCE and about_police)

    lead, moved = main["lead"], False
    while not free(lead):
        moved = True
        lead = {POLICE: PROCURATORATE, CONFERENCE: PROCURATORATE, PROCURATORATE: NEUTRAL}.get(lead, CONFERENCE)
    branch = None
    if not moved and district != "unknown" and t.bodies[lead]["branch_zh"] != "-":
        branch = f"{lead}-{district}"
        branch = None if branch in exclude else branch

    copy = {"always": True, "if_crime": crime, "consent": agreed, "no": False}[main["police_copy"]]
    barred = not copy and main["police_copy"] in ("consent", "no")
    quiet = main["told_when_normal"] == "none" and urgency == "normal"

    def allowed(bodies):
        return set(bodies) - NEVER - whole - {lead} - ({POLICE} if barred else set())

    told = set(items(main["told_at_intake"])) | set(items(main["content_for"])) | ({POLICE} if copy else set())
    told = allowed(set() if quiet else told)
    may = set() if quiet else set(items(main["may_be_told"])) | {b for c, b in t.extras if c == main["category"]}
    if other:
        beside = other["lead"]
        if beside == CONFERENCE and (lead == POLICE or not free(CONFERENCE)):
            beside = PROCURATORATE
        told |= allowed({beside})
        may |= set(items(other["may_be_told"])) | {b for c, b in t.extras if c == other["category"]}
    stand_back = urgency == "immediate" and (POLICE in whole or (about_police and main["lead"] == CONFERENCE))
    danger = urgency == "immediate"
    minutes = int(main["first_action_minutes"])
    ladder = ([branch] if branch else []) + [lead]
    if danger and not stand_back:
        near = f"{POLICE}-{district}"
        ladder += [near] if district != "unknown" and near not in exclude else []
        ladder += [POLICE]
    clauses = t.clauses(main["category"]) + (items(other["primary_clause"]) if other else [])
    return {
        "lead": lead,
        "lead_branch": branch,
        "first_responder": POLICE if danger else None,
        "access": "life_facts" if stand_back else "full",
        "ladder": list(dict.fromkeys(ladder)),
        "told": sorted(told),
        "may_be_told": sorted(allowed(may) | told),
        "content_for": sorted(told & set(items(main["content_for"]))),
        "urgency": urgency,
        "first_action_minutes": min(int(main["sharp_minutes"]), 10) if danger else minutes,
        "clauses": list(dict.fromkeys(clauses)),
        "rule": main["rule"],
        "plan_version": "2014",
    }


def facts():
    """The other facts under which everything is asked again."""
    yield {}
    for flag in ("minor", "crime", "consent"):
        yield {flag: True}
    for accused in ("psb", "psb-120117", "hrss", "civil-120114", "procur", "jointconf", "polilegal", "women"):
        yield {"exclude": (accused,)}
    for second in ("agency_complaint", "missing_child", "school_dropout", "victim_shelter", "irregular_adoption"):
        yield {"secondary": second}
        yield {"secondary": second, "consent": True, "exclude": ("psb-120101",)}
        yield {"secondary": second, "exclude": ("psb",)}


def ask(binary, extra):
    arguments = [binary, "route", "--all", "--json"]
    arguments += ["--minor"] if extra.get("minor") else []
    arguments += ["--crime", "yes"] if extra.get("crime") else []
    arguments += ["--consent-police", "yes"] if extra.get("consent") else []
    arguments += ["--secondary", extra["secondary"]] if "secondary" in extra else []
    arguments += itertools.chain.from_iterable(("--exclude", e) for e in extra.get("exclude", ()))
    answer = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def compare(t, binary, complain):
    """Every decision of the program against the own reckoning."""
    asked = 0
    for extra in facts():
        lines = ask(binary, extra)
        places = {(line["category"], line["district"], line["urgency"]) for line in lines}
        if len(lines) != 28 * 17 * 3 or len(places) != len(lines):
            complain(f"{extra}: {len(lines)} answers for {28 * 17 * 3} questions")
        for line in lines:
            given = dict(extra)
            if given.get("secondary") == line["category"]:
                del given["secondary"]
            wanted = reckon(t, line["category"], line["district"], line["urgency"], **given)
            for key, value in wanted.items():
                found = sorted(line[key]) if key in ("told", "may_be_told", "content_for") else line[key]
                if found != value:
                    where = f"{line['category']} {line['district']} {line['urgency']} {extra}"
                    complain(f"{where}: {key} is {found}, reckoned {value}")
            asked += 1
    return asked


def main():
    folder, binary = Path(sys.argv[1]), sys.argv[2]
    complaints = []
    tables = Tables(folder)
    count(tables, complaints.append)
    brackets(tables, complaints.append)
    asked = compare(tables, binary, complaints.append)
    for complaint in complaints[:20]:
        print(complaint)
    print(f"{asked} decisions reckoned again, {len(complaints)} differ")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
