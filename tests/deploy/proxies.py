"""What deploy/proxy promises, read from nginx.conf and the Caddyfile; what the portal itself does is read from its
source, so that neither can drift from the other.

Owns the promises and their words; refuses to judge what the proxies' own tools judge. Prints one line for each
promise that is broken and exits 1, or prints nothing and exits 0. Invariant: a directive is looked for in every block
there is, because one in a location overrules one above it.

    proxies.py nginx|caddy DEPLOY SOURCE
"""

import ipaddress
import re
import sys
from pathlib import Path

UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "kb": 1 << 10, "mb": 10**6, "gb": 10**9,
         "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
SECONDS = {"s": 1, "m": 60, "h": 3600, "": 1}


def size(text):
    number, unit = re.fullmatch(r"(\d+)([a-z]*)", text.lower()).groups()
    return int(number) * UNITS[unit]


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)([a-z]*)", text).groups()
    return int(number) * SECONDS[unit]


def product(source, pattern):
    """A figure of the portal's own, such as 32 * 1024 * 1024."""
    found = re.search(pattern, source)
    if not found:
        sys.exit(f"the source no longer says: {pattern}")
    result = 1
    for factor in found[1].split("*"):
        result *= int(factor.strip().replace("_", ""))
    return result


class Portal:
    """What the portal does, so far as a proxy must fit it."""

    def __init__(self, source):
        text = {name: (source / "src" / name).read_text(encoding="utf-8")
                for name in ("web/upload.rs", "web/body.rs", "server.rs")}
        self.drained = product(text["web/upload.rs"], r"const DRAIN: usize = ([\d *_]+);")
        self.longest = product(text["web/body.rs"], r"longest: Duration::from_secs\(([\d_]+)\)")
        self.keeps = product(text["server.rs"], r"const KEEP_ALIVE: Duration = Duration::from_secs\(([\d_]+)\)")


# --- nginx ----------------------------------------------------------------------------------------------------

TOKEN = re.compile(r"""#[^\n]*|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([{};])|([^\s{};"'#]+)""")


def parse(text):
    """nginx's language: a list of (name, arguments, block or None)."""
    blocks, words = [[]], []
    for match in TOKEN.finditer(text):
        quoted, single, mark, word = match.groups()
        if mark == "{":
            inner = []
            blocks[-1].append((words[0], words[1:], inner))
            blocks.append(inner)
            words = []
        elif mark == "}":
            blocks.pop()
        elif mark == ";":
            blocks[-1].append((words[0], words[1:], None))
            words = []
        elif quoted is not None or single is not None or word is not None:
            words.append(next(part for part in (quoted, single, word) if part is not None))
    return blocks[0]


def walk(block, above=("main",)):
    """Every directive with the names of the blocks around it."""
    for name, arguments, inner in block:
        yield name, arguments, above
        if inner is not None:
            yield from walk(inner, (*above, name))


def blocks(block, name):
    """Every block of this name, at any depth."""
    for found, _, inner in block:
        if inner is not None:
            if found == name:
                yield inner
            yield from blocks(inner, name)


def values(block, name):
    return [arguments for found, arguments, _ in block if found == name]


def always(everything, http, name, wanted):
    """That `name` stands in http with this value and nowhere with another."""
    if values(http, name) != [[wanted]]:
        yield f"http does not say {name} {wanted}"
    for found, arguments, above in everything:
        if found == name and arguments != [wanted]:
            yield f"{'/'.join(above)} says {name} {' '.join(arguments)}"


def quiet(everything, http):
    """That nothing names a visitor."""
    yield from always(everything, http, "access_log", "off")
    logs = [(arguments, above) for name, arguments, above in everything if name == "error_log"]
    if ("main",) not in [above for _, above in logs]:
        yield "the error log of the whole is not set"
    for arguments, _ in logs:
        if arguments[1:] != ["emerg"]:
            yield f"an error log that names the client: {' '.join(arguments)}"


def memory_only(everything, http, portal):
    """That nothing of a body touches the disk, and the portal speaks first."""
    yield from always(everything, http, "proxy_request_buffering", "off")
    yield from always(everything, http, "proxy_max_temp_file_size", "0")
    for name in ("gzip", "proxy_cache", "proxy_store"):
        yield from always(everything, http, name, "off")
    for name, arguments, _ in everything:
        if name == "client_body_in_file_only" and arguments != ["off"]:
            yield "bodies are written into files"
        if name == "client_max_body_size" and 0 < size(arguments[0]) <= portal.drained:
            yield "the body limit is not above what the portal reads"
        if name == "client_body_timeout" and seconds(arguments[0]) <= portal.longest:
            yield "a slow body ends before the portal ends it"
    for name in ("client_max_body_size", "client_body_timeout"):
        if not values(http, name):
            yield f"http does not say {name}"
    for upstream in blocks(http, "upstream"):
        if [a for a in values(upstream, "keepalive_timeout") if seconds(a[0]) < portal.keeps] == []:
            yield "an idle connection is kept longer than the portal keeps it"


def heard(http, everything):
    """What the portal hears of the visitor."""
    said = dict(arguments for arguments in values(http, "proxy_set_header"))
    if said.get("X-Forwarded-For") != "$remote_addr":
        yield "X-Forwarded-For is not the visitor's address alone"
    if said.get("Host") != "$host":
        yield "the portal does not hear the name that was asked for"
    for name in ("Forwarded", "X-Real-IP", "User-Agent", "Referer"):
        if said.get(name) != "":
            yield f"{name} is passed on"
    for name, _, above in everything:
        if name == "proxy_set_header" and above != ("main", "http"):
            yield f"{'/'.join(above)} has a proxy_set_header, so all others end there"
    if values(http, "proxy_next_upstream") != [["off"]]:
        yield "a sending may be given to the portal twice"


def strict(http):
    """HSTS exactly once, from every block that sets headers."""
    if ["Strict-Transport-Security"] not in values(http, "proxy_hide_header"):
        yield "the portal's own HSTS comes through"
    for name, block in (("http", http), *(("a server", s) for s in blocks(http, "server")),
                        *(("a location", part) for part in blocks(http, "location"))):
        added = values(block, "add_header")
        count = sum(arguments[0] == "Strict-Transport-Security" for arguments in added)
        if (added or name == "http") and count != 1:
            yield f"{name} sends HSTS {count} times"
        if name != "http" and values(block, "proxy_hide_header"):
            yield f"{name} has a proxy_hide_header, so the one above ends there"


def sides(http):
    """Who meets which side."""
    upstreams = {arguments[0]: values(inner, "server") for name, arguments, inner in http if name == "upstream"}
    servers = list(blocks(http, "server"))
    desk = {name for name, at in upstreams.items() if any(":8081" in a[0] for a in at)}
    leads = [(s, {a[0].split("//")[-1] for part in [s, *blocks(s, "location")] for a in values(part, "proxy_pass")})
             for s in servers]
    meets_desk = [s for s, to in leads if any(t in desk or ":8081" in t for t in to)]
    if len(meets_desk) != 1:
        return (yield f"{len(meets_desk)} servers lead to the desk")
    for arguments in values(meets_desk[0], "listen"):
        address = arguments[0].rpartition(":")[0].strip("[]")
        try:
            inner = ipaddress.ip_address(address).is_private and address not in ("0.0.0.0", "::")
        except ValueError:
            inner = False
        if not inner:
            yield f"the desk listens on {arguments[0]}, which is no inner address"
        if "ssl" not in arguments:
            yield "the desk listens without TLS"
    if values(meets_desk[0], "deny") != [["all"]]:
        yield "the desk is for everybody who reaches it"
    for server, to in leads:
        if to and any("ssl" not in a for a in values(server, "listen")):
            yield "a server leads to the portal without TLS"
    unknown = [s for s in servers if any("default_server" in a for a in values(s, "listen"))]
    if len(unknown) != 1 or values(unknown[0], "ssl_reject_handshake") != [["on"]]:
        yield "any name is answered"
    for arguments in values(http, "ssl_protocols") or [["none"]]:
        if not set(arguments) <= {"TLSv1.2", "TLSv1.3"}:
            yield "old TLS is spoken"
    if values(http, "ssl_session_tickets") != [["off"]]:
        yield "session tickets keep a key that opens what was recorded"


def nginx(deploy, portal):
    tree = parse((deploy / "proxy/nginx.conf").read_text(encoding="utf-8"))
    everything = list(walk(tree))
    http = next(blocks(tree, "http"))
    yield from quiet(everything, http)
    yield from memory_only(everything, http, portal)
    yield from heard(http, everything)
    yield from strict(http)
    yield from sides(http)


# --- Caddy ----------------------------------------------------------------------------------------------------


def lines_of(path):
    """The lines that say something, each as its words."""
    text = re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))
    return [line.split() for line in text.splitlines() if line.split()]


def first(lines, *start):
    """What follows these words on the first line that begins with them."""
    return next((line[len(start):] for line in lines if line[: len(start)] == list(start)), None)


def caddy(deploy, portal):
    here = deploy / "proxy"
    main, public, desk = (lines_of(here / name) for name in ("Caddyfile", "sites/public.caddy", "sites/desk.caddy"))
    logs = [line for part in (main, public, desk) for line in part if line[0] in ("log", "log_append", "log_skip")]
    if logs != [["log", "default", "{"]]:
        yield "a log is asked for that names visitors"
    kept = first(main, "include")
    if not kept or any(name.split(".")[0] == "http" for name in kept):
        yield "Caddy's log of errors names the client"
    everything = main + public + desk
    for word in ("encode", "request_buffers", "response_buffers", "buffer_requests", "buffer_responses", "cache"):
        if first(everything, word) is not None:
            yield f"{word} is asked for"
    if size((first(main, "max_size") or ["0"])[0]) <= portal.drained:
        yield "the body limit is not above what the portal reads"
    if seconds((first(main, "read_body") or ["0s"])[0]) <= portal.longest:
        yield "a slow body ends before the portal ends it"
    if seconds((first(main, "keepalive") or ["1h"])[0]) >= portal.keeps:
        yield "an idle connection is kept longer than the portal keeps it"
    if first(main, "header_up", "X-Forwarded-For") != ["{remote_host}"]:
        yield "X-Forwarded-For is not the visitor's address alone"
    for name in ("Forwarded", "X-Real-IP", "User-Agent", "Referer"):
        if first(main, "header_up", f"-{name}") is None:
            yield f"{name} is passed on"
    if first(main, "header_down", "-Strict-Transport-Security") is None:
        yield "the portal's own HSTS comes through"
    if first(main, "Strict-Transport-Security") is None:
        yield "no HSTS is sent"
    if first(main, "admin") != ["off"]:
        yield "Caddy can be told other things while it runs"
    yield from caddy_sides(public, desk)


def caddy_sides(public, desk):
    bound = re.search(r"[\d.]+(?=\}$)", " ".join(first(desk, "bind") or []))
    if not bound or not ipaddress.ip_address(bound[0]).is_private or bound[0] == "0.0.0.0":
        yield "the desk listens on no inner address"
    if first(desk, "abort") != ["@outside"] or first(desk, "@outside", "not", "remote_ip") is None:
        yield "the desk is for everybody who reaches it"
    if "8081" in str(public) or "DESK" in str(public):
        yield "the public site leads to the desk"


if __name__ == "__main__":
    deploy, portal = Path(sys.argv[2]), Portal(Path(sys.argv[3]))
    faults = list({"nginx": nginx, "caddy": caddy}[sys.argv[1]](deploy, portal))
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.exit(bool(faults))
