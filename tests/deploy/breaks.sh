#!/usr/bin/env bash
# The proof that check.sh can fail: each break is made in a copy of deploy/, and the check must refuse the copy with the
# words expected of it. Invariant: a break that changes nothing, and one that is refused for another reason, count as
# not found.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missed=0 count=0

# breaks FILE SED WORDS: the copy is refused with these words.
breaks() {
    local file=$1 edit=$2 words=$3 part status
    count=$((count + 1))
    rm -rf "$work/deploy" && cp -r "$root/deploy" "$work/deploy"
    sed -i -E "$edit" "$work/deploy/$file"
    if cmp -s "$root/deploy/$file" "$work/deploy/$file"; then
        echo "FAIL  $file: this break changes nothing: $edit"
        missed=$((missed + 1))
        return
    fi
    case $file in
    proxy/nginx.conf) part=nginx ;;
    proxy/*) part=caddy ;;
    systemd/* | container/*) part=${file%%/*} ;;
    *) part=scripts ;;
    esac
    "$here/check.sh" "$part" "$work/deploy" >"$work/said" 2>&1
    status=$?
    if [ "$status" != 0 ] && grep -F "$words" "$work/said" | grep -q '^FAIL'; then
        printf 'found  %s: %s\n' "$file" "$words"
    else
        printf 'FAIL  not found in %s: %s\n      expected: %s\n' "$file" "$edit" "$words"
        sed 's/^/      said: /' "$work/said"
        missed=$((missed + 1))
    fi
}

if ! "$here/check.sh" >"$work/said" 2>&1; then
    echo "FAIL  deploy/ itself is refused, so breaks prove nothing:"
    grep '^FAIL' "$work/said"
    exit 1
fi

breaks systemd/homeward.service 's/^NoNewPrivileges=/NoNewPrivilege=/' 'NoNewPrivilege'
breaks systemd/homeward-desk.service '/^(SystemCallFilter|CapabilityBoundingSet|RestrictNamespaces|ProtectSystem)=/d' 'homeward-desk.service exposes'
breaks systemd/homeward-backup.timer 's/^OnCalendar=.*/OnCalendar=every now and then/' 'calendar specification'

breaks proxy/nginx.conf 's/access_log off;/access_log \/var\/log\/nginx\/access.log;/' 'access.log names the visitor'
breaks proxy/nginx.conf 's/(location \/ \{)/\1 access_log \/var\/log\/nginx\/access.log;/' 'server/location says access_log'
breaks proxy/nginx.conf 's/(error.log) emerg;/\1 error;/' 'error.log names the visitor'
breaks proxy/nginx.conf 's/(error.log) emerg;/\1 crit;/' 'an error log that names the client'
breaks proxy/nginx.conf 's/proxy_request_buffering off/proxy_request_buffering on/' 'a body was written to the disk'
breaks proxy/nginx.conf '/proxy_max_temp_file_size/d' 'a page was written to the disk'
breaks proxy/nginx.conf 's/client_max_body_size 40m/client_max_body_size 32m/' 'the body limit is not above what the portal reads'
breaks proxy/nginx.conf 's/client_body_timeout 11m/client_body_timeout 60s/' 'a slow body ends before the portal ends it'
breaks proxy/nginx.conf 's/\$remote_addr/$proxy_add_x_forwarded_for/' 'the portal hears the address 198.51.100.7'
breaks proxy/nginx.conf '/proxy_hide_header/d' 'HSTS does not come exactly once'
breaks proxy/nginx.conf 's/gzip off;/gzip on; gzip_proxied any; gzip_types *;/' 'the proxy compresses'
breaks proxy/nginx.conf 's/listen 10.20.0.10:443 ssl/listen 443 ssl/' "the desk's name is answered at the public address"
breaks proxy/nginx.conf '/deny all;/d' 'a stranger reaches the desk at its own address'
breaks proxy/nginx.conf '/error_page 413.*unavailable/d' 'without the portal nobody is told whom to call'
breaks proxy/nginx.conf 's/deny all;/deny all; error_page 502 elsewhere;/' 'without the desk an officer is told something else'
breaks proxy/nginx.conf 's/keepalive_timeout 10s/keepalive_timeout 60s/' 'an idle connection is kept longer'
breaks proxy/nginx.conf 's/proxy_next_upstream off/proxy_next_upstreams off/' 'nginx: -t'

breaks proxy/Caddyfile '/include tls/d' "Caddy's log of errors names the client"
breaks proxy/Caddyfile 's/^(\(portal\) \{)/\1\n\tlog/' 'a log is asked for that names visitors'
breaks proxy/Caddyfile 's/max_size 40MB/max_size 33MB/' 'the body limit is not above what the portal reads'
breaks proxy/Caddyfile '/header_up X-Forwarded-For/d' "X-Forwarded-For is not the visitor's address alone"
breaks proxy/sites/desk.caddy '/^\tbind/d' 'the desk listens on no inner address'

breaks container/compose.yaml 's/^(  database:)$/\1\n    ports: ["5432:5432"]/' 'database has a published port'
breaks container/compose.yaml 's/read_only: true/read_only: false/' 'database may write to its own root'
breaks container/compose.yaml 's/cap_drop: \[ALL\]/cap_drop: [NET_RAW]/' 'public keeps capabilities'
breaks container/compose.yaml 's/"no-new-privileges:true"/"label:disable"/' 'desk may gain privileges'
breaks container/compose.yaml 's/^  rows: \{ internal: true \}/  rows: {}/' 'the network rows is not internal'
breaks container/compose.yaml 's/networks: \{ front: \{\},/networks: { front: {}, officers: {},/' 'desk and proxy share the network officers'
breaks container/compose.yaml 's/networks: \{ front: \{\},/networks: { front: {}, rows: {},/' 'database and proxy share the network rows'
breaks container/compose.yaml 's/"\$\{HOMEWARD_DESK_ADDRESS[^"]*"/"443:443"/' "the desk's port is published on more than an inner address"
breaks container/compose.yaml 's/POSTGRES_PASSWORD_FILE: .*/POSTGRES_PASSWORD: secret/' 'database has the secret POSTGRES_PASSWORD in its environment'
breaks container/compose.yaml 's/secrets: \[portal_pgpass\]/secrets: [portal_pgpass, deployment_key]/' 'backup holds the secret deployment_key'
breaks container/compose.yaml 's/"172.30.81.3:8080"/"0.0.0.0:8080"/' 'public listens on more than the network of its proxy'
breaks container/compose.yaml 's/^    healthcheck: \{ test: \[CMD, pg_isready.*//' 'database has no healthcheck'
breaks container/homeward.toml 's/172.30.81.2\/32/172.30.0.0\/16/' 'trusted_proxies names other addresses'
breaks container/homeward.toml 's/homeward@database/homeward:secret@database/' 'has a password in it'
breaks container/homeward.toml 's/^key_file/keyfile/' 'the setting data.keyfile is unknown'
breaks container/Containerfile '/^USER/d' 'the image runs as root'
breaks README.md '$a See deploy/nothing.conf.' 'names deploy/nothing.conf'

echo "$((count - missed)) of $count breaks found"
[ "$missed" = 0 ]
