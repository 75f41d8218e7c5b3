#!/usr/bin/env python3
"""Checks the Chinese receipt words against every rule in assets/words/README.md.

Owns: the rules as code, written apart from whatever made the list, and the
frozen digest of the list.
Refuses: to repair anything; it only reads, and exits 1 on a breach.
Invariant: a rule counts as checked only if `--prove` shows a broken list
turning it red.

    tests/words/check.py            check the two files
    tests/words/check.py --prove    break a copy in every way, expect red each time

Readings come from pypinyin, traditional forms from OpenCC. Both are installed
at fixed versions into a virtual environment in the user's cache folder.
"""
import hashlib
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

NEEDS = ["pypinyin==0.55.0", "opencc==1.4.2"]
ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "assets" / "words"
CHARGED = Path(__file__).with_name("charged.txt")
COUNT = 2048

# The order is part of the format: a receipt on paper is read with it for years.
FROZEN = {
    "zh.txt": "3b351bee9b2b95405daaa99e9a9e0751cc0d0622ecd36c3cc385bbcc26e1abc6",
    "zh-hant.txt": "0971fb1971474790c6f1436561f021e4367fade584e036aa5db3885d6836edec",
}

# Characters whose two everyday readings differ by more than the tone.
TRAPS = set(
    "行长重乐都了着得地的还和没更觉露落模便朝弹调否给会降卡壳俩率粘圈塞厦舍什似宿缩系巷咽遗殷约择扎占折"
    "这只爪轧仔作薄剥参曾差称盛匙畜待囤柏番脯奇秘摩拗刨撇期栖蹊铅悄莎杉沓苔帖吐肖楔解钥耶予载咋拽幢琢伯"
    "雀嚼削澄蛤伽芥粥六传泊掺蔓膊烙"
)

# Shapes taken for one another in handwriting: a word may not become another
# word by such a slip.
LOOK_ALIKES = (
    "己已巳 末未本木术 土士 人入八 日目曰白 大太天犬夫 午牛干千于 刀力 鸟乌岛马 玉王主 贝见 兔免 折拆 菜茶 "
    "盆盘 水冰 雪雾 由田甲申 今令 候侯 住往 间问闻 风凤 拔拨 帅师 粟栗 梁粱 竿竽 洒酒 睛晴 清晴情 萝箩 蜡腊 "
    "暑薯署 瓜爪 石右 处外 袍泡跑炮 蓝篮 日曰 节草 米来"
).split()

# Forms preferred to the converter's choice: what readers write, and one
# simplified character for each traditional one (鍊 would stand for 炼 and 链).
PREFERRED = {
    "胡同": "胡同", "蛋卷": "蛋捲", "拉链": "拉鏈", "项链": "項鏈", "手链": "手鏈",
    "彩带": "彩帶", "彩球": "彩球",
}  # fmt: skip


def into_venv():
    """Re-runs this file inside an environment that has the two libraries."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    name = hashlib.sha256(" ".join(NEEDS).encode()).hexdigest()[:8]
    home = cache / f"homeward-words-{name}"
    python = home / "bin" / "python"
    if Path(sys.prefix).resolve() == home.resolve():
        return
    ready = home / "ready"
    if not ready.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS], check=True)
        ready.touch()
    os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])


# --- the accents -----------------------------------------------------------


def mainland_base(syllable):
    """zh=z ch=c sh=s, n=l at the start, an=ang en=eng in=ing at the end."""
    syllable = re.sub(r"^(zh|ch|sh)", lambda m: m[1][0], syllable)
    syllable = re.sub(r"^n", "l", syllable)
    return re.sub(r"(?<=[aei])ng$", "n", syllable)


def southern(syllable):
    """The base, and r=l, and hu- before a vowel (and hu itself) = f."""
    s = mainland_base(syllable)
    if s.startswith("r"):
        return "l" + s[1:]
    if s in ("hu", "huo"):
        return {"hu": "fu", "huo": "fo"}[s]
    return "f" + s[2:] if s.startswith("hu") else s


def tianjin(syllable):
    """The base, and r said as y: rén as yén, ròu as yòu."""
    after_r = {
        "a": "ya", "e": "ye", "i": "yi", "u": "yu", "an": "yan", "en": "yin",
        "ao": "yao", "ou": "you", "ua": "ya", "uo": "yao", "ui": "wei",
        "un": "yun", "uan": "yuan", "ong": "yong",
    }  # fmt: skip
    s = mainland_base(syllable)
    return after_r[s[1:]] if s.startswith("r") else s


def cantonese(syllable):
    """The base, and j=z, q=c, x=s."""
    s = mainland_base(syllable)
    return {"j": "z", "q": "c", "x": "s"}.get(s[0], s[0]) + s[1:]


def yunnan(syllable):
    """The base, and ü said as i: yú as yí, quán as qián."""
    s = syllable
    if s in ("yu", "yun", "yue", "yuan"):
        s = {"yu": "yi", "yun": "yin", "yue": "ye", "yuan": "yan"}[s]
    elif s[0] in "jqx" and s[1] == "u":
        s = s[0] + {"u": "i", "un": "in", "ue": "ie", "uan": "ian"}[s[1:]]
    return mainland_base(s.replace("v", "i"))


def everywhere(syllable):
    """The southern, Cantonese and Yunnan mergers in one mouth."""
    return cantonese(yunnan(southern(syllable)))


ACCENTS = {
    "standard": lambda syllable: syllable,
    "base": mainland_base,
    "southern": southern,
    "tianjin": tianjin,
    "cantonese": cantonese,
    "yunnan": yunnan,
    "everywhere": everywhere,
}


def reading(word):
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(word, style=Style.NORMAL, v_to_u=False)


def heard(word, accent):
    return " ".join(ACCENTS[accent](s) for s in reading(word))


# --- the rules -------------------------------------------------------------


def shape(name, raw):
    """UTF-8, LF, no mark, 2,048 lines of exactly two Han characters."""
    text = raw.decode("utf-8")
    lines = text.split("\n")
    if lines[-1] != "":
        yield f"{name}: no newline at the end"
    if len(lines) - 1 != COUNT:
        yield f"{name}: {len(lines) - 1} lines instead of {COUNT}"
    for number, line in enumerate(lines[:-1], 1):
        if not re.fullmatch("[\u4e00-\u9fff]{2}", line):
            yield f"{name}:{number}: not two Han characters: {line!r}"


def frozen(name, raw):
    if hashlib.sha256(raw).hexdigest() != FROZEN[name]:
        yield f"{name}: differs from the frozen list"


def clashes(words, key, what):
    """Every pair of words that share a key."""
    seen = {}
    for word in words:
        k = key(word)
        if k in seen:
            yield f"{what}: {seen[k]} {word} ({k})"
        seen.setdefault(k, word)


def order(words):
    keys = [heard(w, "standard") for w in words]
    for (a, ka), (b, kb) in zip(zip(words, keys), zip(words[1:], keys[1:])):
        if not ka < kb:
            yield f"order: {a} ({ka}) before {b} ({kb})"


def common(words):
    """GB 2312 level 1: rows 16 to 55, the 3,755 everyday characters."""
    for word in words:
        for c in word:
            code = c.encode("gb2312", "replace")
            if len(code) != 2 or not 0xB0 <= code[0] <= 0xD7:
                yield f"rare character: {word}"


def traps(words):
    return (f"two readings: {w}" for w in words if TRAPS & set(w))


def reversals(words):
    known = set(words)
    return (f"reversed: {w}" for w in words if w != w[::-1] and w[::-1] in known)


def slips(words):
    """Pairs that differ in one place by two characters of one shape group."""
    known = set(words)
    for word in words:
        for i, c in enumerate(word):
            for other in {o for g in LOOK_ALIKES if c in g for o in g} - {c}:
                if (slip := word[:i] + other + word[i + 1 :]) in known:
                    yield f"look-alike: {word} {slip}"


def charged(words):
    """No charged character, and no word heard as a charged one."""
    first, rest = CHARGED.read_text("utf-8").split("\n", 1)
    by_sound = {heard(w, "base"): w for w in rest.split()}
    for word in words:
        if set(first) & set(word):
            yield f"charged character: {word}"
        if (sound := heard(word, "base")) in by_sound:
            yield f"heard as {by_sound[sound]}: {word}"


def traditional(words, hant):
    """Same order, the expected form, and one simplified character for each."""
    from opencc import OpenCC

    taiwan, back = OpenCC("s2tw"), OpenCC("t2s")
    simple = {}
    for word, form in zip(words, hant):
        if form != PREFERRED.get(word, taiwan.convert(word)):
            yield f"traditional form of {word}: {form}"
        if back.convert(form) != word:
            yield f"{form} does not lead back to {word}"
        for s, t in zip(word, form):
            if simple.setdefault(t, s) != s:
                yield f"{t} stands for {simple[t]} and {s}"


def breaches(zh, hant):
    """Every breach in the two files, given as bytes."""
    found = [*shape("zh.txt", zh), *shape("zh-hant.txt", hant)]
    words, forms = zh.decode().split("\n")[:-1], hant.decode().split("\n")[:-1]
    if found or len(words) != len(forms):
        return found
    for rule in (order, common, traps, reversals, slips, charged):
        found += rule(words)
    for accent in ACCENTS:
        found += clashes(words, lambda w: heard(w, accent), f"sound ({accent})")
    found += clashes(forms, str, "twice")
    return found + [*traditional(words, forms), *frozen("zh.txt", zh), *frozen("zh-hant.txt", hant)]


# --- the proof that each rule can fail ---------------------------------------

# What is put in place of the first word, and the complaint it must cause.
BROKEN = {
    "三个字": "not two Han characters",
    "蜻蜓": "rare character",
    "音乐": "two readings",
    "菜白": "reversed",
    "海岛": "look-alike",
    "监狱": "charged character",
    "诗人": "heard as 死人",
    "事子": "sound (standard)",
    "施子": "sound (base)",
    "绕师": "sound (southern)",
    "人天": "sound (tianjin)",
    "西管": "sound (cantonese)",
    "意米": "sound (yunnan)",
    "鱼鸡": "sound (everywhere)",
    "左右": "order",
    "安全": "differs from the frozen list",
}


def prove(zh, hant):
    """Breaks the list once for every rule; returns the rules that stayed green."""
    from opencc import OpenCC

    missed = []
    for word, complaint in BROKEN.items():
        form = OpenCC("s2tw").convert(word)
        bad = ("\n".join([word, *zh.decode().split("\n")[1:]]), "\n".join([form, *hant.decode().split("\n")[1:]]))
        if not any(complaint in b for b in breaches(*(t.encode() for t in bad))):
            missed.append(f"{word} did not cause: {complaint}")
    swapped = hant.replace("麵包".encode(), "面包".encode())
    if not any("traditional form" in b for b in breaches(zh, swapped)):
        missed.append("a wrong traditional form went unseen")
    if not any("2047 lines" in b for b in breaches(zh.split(b"\n", 1)[1], hant)):
        missed.append("a missing line went unseen")
    return missed


def main():
    into_venv()
    zh, hant = (WORDS / "zh.txt").read_bytes(), (WORDS / "zh-hant.txt").read_bytes()
    found = prove(zh, hant) if "--prove" in sys.argv[1:] else breaches(zh, hant)
    print("\n".join(found) or f"ok: {COUNT} words, {len(ACCENTS)} accents, {len(BROKEN) + 2} ways to fail")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
