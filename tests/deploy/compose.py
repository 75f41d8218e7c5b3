"""What deploy/container promises, read from its files: compose.yaml, homeward.toml, Containerfile.

Owns the promises and their words; refuses to run a container. Prints one line for each promise that is broken and
exits 1, or prints nothing and exits 0. Invariant: a promise about all services is asked of every service there is,
so that one which somebody adds later is held to it too.

    compose.py DEPLOY
"""

import itertools
import re
import sys
import tomllib
from pathlib import Path

import yaml

LASTING = {"public", "desk", "database", "proxy", "desk-proxy"}
PORTAL = {"public", "desk", "tool", "backup"}
PROXIES = {"proxy", "desk-proxy"}
# Who may share a network with whom.
SPEAK = {("public", "proxy"), ("desk", "desk-proxy")} | {(one, "database") for one in PORTAL}
# Whose business a secret is.
HOLDERS = {
    "deployment_key": {"public", "desk", "tool"},
    "portal_pgpass": PORTAL,
    "smtp_password": {"desk"},
    "homeward_password": {"database"},
    "database_password": {"database"},
    "public_crt": {"proxy"},
    "public_key": {"proxy"},
    "desk_crt": {"desk-proxy"},
    "desk_key": {"desk-proxy"},
}


def hardened(name, service):
    """What every service gives up."""
    if service.get("read_only") is not True:
        yield f"{name} may write to its own root"
    if service.get("cap_drop") != ["ALL"]:
        yield f"{name} keeps capabilities"
    allowed = {"NET_BIND_SERVICE"} if name in PROXIES else set()
    if set(service.get("cap_add", [])) - allowed:
        yield f"{name} takes a capability"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield f"{name} may gain privileges"
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", str(service.get("user", ""))):
        yield f"{name} runs as root or as nobody in particular"
    if service.get("ulimits", {}).get("core") != 0:
        yield f"{name} may leave its memory in a core file"
    if not service.get("mem_limit") or service.get("mem_limit") != service.get("memswap_limit"):
        yield f"{name} may be swapped out"
    for way_out in ("privileged", "network_mode", "pid", "ipc", "devices", "userns_mode"):
        if service.get(way_out):
            yield f"{name} has {way_out}"
    if "docker.sock" in str(service.get("volumes", "")):
        yield f"{name} holds the engine's own socket"


def published(services):
    """Which ports the world or the inner network meets."""
    for name, service in services.items():
        if service.get("ports") and name not in PROXIES:
            yield f"{name} has a published port"
    for port in services["desk-proxy"].get("ports", []):
        if not str(port).startswith("${HOMEWARD_DESK_ADDRESS:?"):
            yield "the desk's port is published on more than an inner address"


def networks(services, declared):
    """Who can reach whom."""
    of = {name: set(service.get("networks") or ["default"]) for name, service in services.items()}
    for one, other in itertools.combinations(sorted(of), 2):
        shared = of[one] & of[other]
        # The tools run beside nobody for long and speak to the database alone.
        if shared and not ({one, other} <= PORTAL and shared == {"rows"}):
            if (one, other) not in SPEAK and (other, one) not in SPEAK:
                yield f"{one} and {other} share the network {', '.join(sorted(shared))}"
    inside = {name for name, network in declared.items() if (network or {}).get("internal") is True}
    for name in ("database", "public", "tool", "backup"):
        for network in sorted(of[name] - inside):
            yield f"{name} has a way out through {network}"
    for network in {"rows", "citizens", "officers"} - inside:
        yield f"the network {network} is not internal"
    if of["desk"] - inside != {"mail"}:
        yield "the desk has another way out than the one to the relay"


def secrets(services, declared):
    """Where secrets lie, and who holds which."""
    for name, secret in declared.items():
        if not str((secret or {}).get("file", "")):
            yield f"the secret {name} is no file"
    for name, service in services.items():
        for secret in service.get("secrets", []):
            if name not in HOLDERS.get(secret, set()):
                yield f"{name} holds the secret {secret}, which is none of its business"
        for key, value in (service.get("environment") or {}).items():
            if re.search("password|secret|token", key, re.I) and not key.endswith("_FILE"):
                yield f"{name} has the secret {key} in its environment"
            if "://" in str(value) and "@" in str(value):
                yield f"{name} may have a password in {key}"


def running(services):
    """That what runs for long is looked after, and is what it says."""
    for name in sorted(LASTING - set(services)):
        yield f"{name} is missing"
    for name in sorted(LASTING & set(services)):
        if not (services[name].get("healthcheck") or {}).get("test"):
            yield f"{name} has no healthcheck"
    for side in ("public", "desk"):
        command = services[side].get("command", [])
        if "--only" not in command or command[command.index("--only") + 1] != side:
            yield f"{side} serves more than its side"
    for name, other in (("proxy", "desk.caddy"), ("desk-proxy", "public.caddy")):
        if other in str(services[name].get("volumes")) or "/sites:" in str(services[name].get("volumes")):
            yield f"{name} has {other}"
    version = re.search(r"postgres:(\d+)", services["database"].get("image", ""))
    if not version or int(version[1]) < 17:
        yield "the database is older than 17 or of no version"


def settings(services, toml):
    """That the portal's settings and the networks say the same."""
    if not all(toml["listen"].get(key, "").startswith("https://") for key in ("origin", "desk_origin")):
        yield "an address that people type is not https"
    address = {name: at for name, service in services.items() if name in LASTING
               for at in [fixed(service)] if at}
    trusted = {f"{address.get(name)}/32" for name in PROXIES}
    if set(toml["listen"].get("trusted_proxies", [])) != trusted:
        yield "trusted_proxies names other addresses than the two proxies'"
    for side, option, proxy, variable in (
        ("public", "--listen", "proxy", "HOMEWARD_PUBLIC"),
        ("desk", "--desk-listen", "desk-proxy", "HOMEWARD_DESK"),
    ):
        command = services[side].get("command", [])
        bound = command[command.index(option) + 1] if option in command else ""
        if bound.rpartition(":")[0] != address.get(side):
            yield f"{side} listens on more than the network of its proxy"
        if services[proxy]["environment"].get(variable) != bound:
            yield f"{proxy} speaks to another address than {side} listens on"
    database = toml["data"].get("database", "")
    if re.search(r"//[^/@]*:[^/@]*@|password=", database):
        yield "the address of the database has a password in it"
    if not toml["data"].get("key_file", "").startswith("/run/secrets/"):
        yield "the key file lies with the data"


def known(toml, sample):
    """That every setting is one that the explained sample has, which the portal's own parser reads."""
    section, names = "", set()
    for line in sample.splitlines():
        if header := re.match(r"(?:#: )?\[([a-z.]+)\]", line):
            section = header[1]
        elif key := re.match(r"(?:#:? ?)?([a-z_]+) = ", line):
            names.add(f"{section}.{key[1]}")
    for name in sorted(set(flat(toml)) - names):
        yield f"the setting {name} is unknown"


def flat(toml, above=""):
    for key, value in toml.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def fixed(service):
    given = service.get("networks")
    found = [n["ipv4_address"] for n in given.values() if n and "ipv4_address" in n] if isinstance(given, dict) else []
    return found[0] if found else None


def image(text, ignore):
    """The image that is built."""
    last = text[text.rindex("\nFROM "):]
    if not re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.M):
        yield "the image runs as root"
    if "libpq5" not in last or "--features postgres" not in text:
        yield "the image cannot speak to PostgreSQL"
    lines = [line for line in ignore.splitlines() if line and not line.startswith("#")]
    if not lines or lines[0] != "*":
        yield "the build is given more than it names: data and secrets might go into an image"


def broken(deploy):
    here = deploy / "container"
    whole = yaml.safe_load((here / "compose.yaml").read_text(encoding="utf-8"))
    services = whole["services"]
    for name, service in services.items():
        yield from hardened(name, service)
    yield from published(services)
    yield from networks(services, whole.get("networks", {}))
    yield from secrets(services, whole.get("secrets", {}))
    yield from running(services)
    toml = tomllib.loads((here / "homeward.toml").read_text(encoding="utf-8"))
    yield from settings(services, toml)
    yield from known(toml, (deploy / "homeward.toml").read_text(encoding="utf-8"))
    read = (here / "Containerfile").read_text(encoding="utf-8")
    yield from image(read, (here / "Containerfile.dockerignore").read_text(encoding="utf-8"))


if __name__ == "__main__":
    faults = list(broken(Path(sys.argv[1])))
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.exit(bool(faults))
