#!/usr/bin/env bash
# Checks each file in deploy/ by its own tool, and what it promises by reading it; nginx is also run. Owns which file
# meets which tool; refuses to install anything. Invariant: a tool that is not there is said aloud, and one without
# which little is known (systemd-analyze, nginx, openssl, Python's yaml) makes the check fail.
#
#   tests/deploy/check.sh [PART [DEPLOY]]   checks deploy/, or one part (systemd, nginx, caddy, container, scripts) of a copy
#   tests/deploy/check.sh --self-test       breaks copies, one way after another, and shows that each break is found
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
chmod 755 "$work" # nginx's own user reads its files there
trap 'rm -rf "$work"' EXIT
failed=0

# Debian's Python has yaml where apt brought it; else the tests' own environment does.
python=/usr/bin/python3
"$python" -c 'import yaml, tomllib' 2>/dev/null || python=${HOMEWARD_VENV:-$HOME/.cache/homeward-venv}/bin/python

is_here() { command -v "$1" >/dev/null 2>&1; }
fail() { printf 'FAIL  %s\n' "$*"; failed=1; }
skip() { printf 'NOT CHECKED  %s\n' "$*"; }

# Runs a command that is silent when all is well; every line it says is a fault.
check() {
    local name=$1 said status
    shift
    said=$("$@" 2>&1)
    status=$?
    if [ "$status" = 0 ] && [ -z "$said" ]; then
        printf 'ok    %s\n' "$name"
    else
        [ -n "$said" ] || said="exit code $status"
        while IFS= read -r line; do fail "$name: $line"; done <<<"$said"
    fi
}

fresh() { rm -rf "${work:?}/$1" && mkdir -m 755 "$work/$1" && printf '%s' "$work/$1"; }

# --- systemd ---------------------------------------------------------------------------------------------

# The units with a program that is on this machine in the place of the portal's.
units() {
    local to
    to=$(fresh units)
    cp "$deploy"/systemd/*.service "$deploy"/systemd/*.timer "$to"
    sed -i 's#/usr/local/bin/homeward serve#/bin/true serve#; s#=-*/usr/local/bin/homeward #=/bin/true #' "$to"/*.service
    systemd-analyze verify --man=no "$to"/*.service "$to"/*.timer 2>&1 | grep -F "$to"
    [ "${PIPESTATUS[0]}" = 0 ] || echo "systemd-analyze verify refuses them"
}

# The score is ten times the bound: 20 stands for 2.0.
exposure() {
    systemd-analyze security --offline=true --no-pager --threshold=20 "$1" >"$work/score" 2>&1 ||
        { tail -n 1 "$work/score"; return 1; }
}

check_systemd() {
    is_here systemd-analyze || { fail "systemd: systemd-analyze is not on this machine"; return; }
    check "systemd: units" units
    local unit
    for unit in "$deploy"/systemd/*.service; do
        check "systemd: $(basename "$unit") exposes 2.0 at most" exposure "$unit"
    done
}

# --- proxies ---------------------------------------------------------------------------------------------

check_nginx() {
    check "nginx: promises" "$python" "$here/proxies.py" nginx "$deploy" "$root"
    is_here nginx && is_here openssl || { fail "nginx: it or openssl is not on this machine"; return; }
    check "nginx: -t" "$python" "$here/through.py" test "$deploy" "$(fresh nginx)"
    check "nginx: at work" "$python" "$here/through.py" run "$deploy" "$(fresh nginx)"
}

caddy_validate() {
    local to=$1 said
    cp -r "$deploy/proxy/Caddyfile" "$deploy/proxy/sites" "$to"
    "$python" "$here/through.py" certificates "$deploy" "$to" || return
    said=$(cd "$to" && env HOME="$to" XDG_CONFIG_HOME="$to" XDG_DATA_HOME="$to" \
        HOMEWARD_TLS_CERT="$to/public.crt" HOMEWARD_TLS_KEY="$to/public.key" \
        HOMEWARD_DESK_TLS_CERT="$to/desk.crt" HOMEWARD_DESK_TLS_KEY="$to/desk.key" \
        caddy validate --config Caddyfile --adapter caddyfile 2>&1) || tail -n 1 <<<"$said"
}

check_caddy() {
    check "caddy: promises" "$python" "$here/proxies.py" caddy "$deploy" "$root"
    is_here caddy || { skip "caddy: it is not on this machine; its files were read, not parsed by it"; return; }
    is_here openssl || { fail "caddy: openssl is not on this machine"; return; }
    check "caddy: validate" caddy_validate "$(fresh caddy)"
}

# --- containers ------------------------------------------------------------------------------------------

compose_config() {
    HOMEWARD_NAME=a.example HOMEWARD_DESK_NAME=b.example HOMEWARD_DESK_CLIENTS=10.20.0.0/16 \
        HOMEWARD_DESK_ADDRESS=10.20.0.10 docker compose --file "$deploy/container/compose.yaml" --profile tools config --quiet
}

check_container() {
    if "$python" -c 'import yaml, tomllib' 2>/dev/null; then
        check "container: promises" "$python" "$here/compose.py" "$deploy"
    else
        fail "container: Python has no yaml (apt: python3-yaml), or is older than 3.11"
    fi
    if docker compose version >/dev/null 2>&1; then
        check "container: docker compose config" compose_config
    else
        skip "container: docker compose is not on this machine; its file was read, not parsed by it"
    fi
}

# --- scripts and manuals ---------------------------------------------------------------------------------

# Every file that a manual names is there, but for .env, which whoever deploys makes.
named_files() {
    local manual name
    for manual in "$deploy"/README.md "$deploy"/README.zh-CN.md; do
        while IFS= read -r name; do
            [ -e "$root/$name" ] || echo "$(basename "$manual") names $name, which is not there"
        done < <(grep -oP '(?<![\w/])(tests/)?deploy/[\w./-]*\w' "$manual" | grep -v '/\.env$' | sort -u)
    done
}

check_scripts() {
    check "manuals: files they name" named_files
    local -a scripts=("$deploy/container/ready" "$deploy/container/database.sh" "$here"/*.sh)
    local script
    for script in "${scripts[@]}"; do
        [ -x "$script" ] || fail "$(basename "$script") cannot be run"
    done
    is_here shellcheck || { skip "scripts: shellcheck is not on this machine"; return; }
    check "scripts: shellcheck" shellcheck --severity=warning --format=gcc "${scripts[@]}"
}

parts=(systemd nginx caddy container scripts)
case ${1:-} in
"") ;;
-h | --help) sed -n '6,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
--self-test) exec "$here/breaks.sh" ;;
systemd | nginx | caddy | container | scripts) parts=("$1") ;;
*) echo "check.sh: no such part: $1" >&2; exit 2 ;;
esac
deploy=$(cd "${2:-$root/deploy}" && pwd) || exit 2
for part in "${parts[@]}"; do "check_$part"; done
exit "$failed"
