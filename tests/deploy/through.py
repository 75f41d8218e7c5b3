"""deploy/proxy/nginx.conf at work: on ports of its own, with throw-away certificates, before a portal that writes down
what it hears.

Owns placing the file on a machine that has none of its paths, and what can only be seen when it runs; refuses to judge
the text (proxies.py). Only paths, ports and addresses are put in their place; every other line is the file's own.
Invariant: nothing outside the folder it is given is written.

    through.py certificates DEPLOY FOLDER   makes the certificates alone
    through.py test DEPLOY FOLDER           nginx -t; prints what it says
    through.py run DEPLOY FOLDER            sends requests through it; prints what is not as promised, or nothing
"""

import http.client
import http.server
import os
import random
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

PUBLIC, DESK = "guitu.example.gov.cn", "desk.guitu.example.internal"
OFFICER, STRANGER, DESK_AT = "127.0.0.7", "127.0.0.8", "127.0.0.9"
HEARD, SENT = [], b"w" * 12_000_000


class Portal(http.server.BaseHTTPRequestHandler):
    """Writes down what reaches it, and answers as the portal does: with an HSTS of its own and a long page."""

    protocol_version = "HTTP/1.1"
    gone = False

    def do_POST(self):
        if self.gone:
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        HEARD.append((dict(self.headers.items()), body))
        self.send_response(200)
        self.send_header("Content-Length", str(len(SENT)))
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.end_headers()
        self.wfile.write(SENT)

    do_GET = do_POST

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Somebody went before their page was out: that is what `slow` does."""


def free_ports(count):
    """Ports below those the system gives to connections, so that none of these takes one meanwhile."""
    ports = []
    for port in random.sample(range(20_000, 30_000), 200):
        with socket.socket() as one:
            try:
                one.bind(("", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    sys.exit("no free ports")


def certificates(folder):
    for name, host in (("public", PUBLIC), ("desk", DESK)):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
             "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"], check=True, capture_output=True)


def place(deploy, folder, clear=0, tls=0, portal=9):
    """The file with this machine's paths and ports; gives its path."""
    text = (deploy / "proxy/nginx.conf").read_text(encoding="utf-8")
    for old, new in ((r"/etc/nginx/tls/", f"{folder}/"), (r"/usr/share/homeward/", f"{folder}/"),
                     (r"/var/log/nginx/", f"{folder}/"), (r"/run/nginx\.pid", f"{folder}/pid"),
                     (r"10\.20\.0\.10:443", f"{DESK_AT}:{tls}"), (r"allow 10\.20\.0\.0/16", f"allow {OFFICER}/32"),
                     (r"(listen (?:\[::\]:)?)443\b", rf"\g<1>{tls}"), (r"(listen (?:\[::\]:)?)80\b", rf"\g<1>{clear}"),
                     (r"server 127\.0\.0\.1:808\d", f"server 127.0.0.1:{portal}"),
                     (r"http \{", f"http {{\nclient_body_temp_path {folder}/body; proxy_temp_path {folder}/pages;")):
        text = re.sub(old, new, text)
    if not Path("/proc/net/if_inet6").exists():
        text = re.sub(r".*listen \[::\].*", "", text)
    (folder / "unavailable.html").write_bytes((deploy / "proxy/unavailable.html").read_bytes())
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


class Visitor(http.client.HTTPSConnection):
    """Somebody at `source` who asks the address `to` for a name."""

    def __init__(self, port, name=PUBLIC, to="127.0.0.1", source=STRANGER):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        super().__init__(name, port, context=context, timeout=20)
        self.to, self.source, self.room = to, source, None

    def connect(self):
        plain = socket.socket()
        plain.settimeout(20)
        if self.room:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.room)
        plain.bind((self.source, 0))
        plain.connect((self.to, self.port))
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    def ask(self, method="GET", path="/", body=None, headers=None):
        try:
            self.request(method, path, body, headers or {})
            answer = self.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            return None, {}, b""


def listens(proxy, port):
    """Waits for nginx; false when it has ended instead, as when somebody else just took its port."""
    until = time.monotonic() + 20
    while proxy.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection((DESK_AT, port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def start(deploy, folder, portal):
    """nginx and the port it speaks TLS on."""
    for _ in range(3):
        clear, tls = free_ports(2)
        path = place(deploy, folder, clear, tls, portal)
        proxy = subprocess.Popen(["nginx", "-e", folder / "error.log", "-c", path, "-g", "daemon off;"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if listens(proxy, tls):
            return proxy, tls
        proxy.terminate()
        proxy.wait()
    sys.exit("nginx does not start")


def alive(tls, folder):
    """While the portal answers."""
    before = {name: os.stat(folder / name).st_mtime_ns for name in ("body", "pages")}
    forged = {"X-Forwarded-For": "198.51.100.7", "Forwarded": "for=198.51.100.7", "User-Agent": "Made-Up/1",
              "Referer": "https://elsewhere.example/", "Accept-Encoding": "gzip"}
    status, headers, page = Visitor(tls).ask("POST", "/report", os.urandom(2_000_000), forged)
    if headers.get("Content-Encoding"):
        return (yield "the proxy compresses")
    if status != 200 or page != SENT:
        return (yield f"a report does not get through: {status}")
    heard, body = HEARD[-1]
    heard = {name.lower(): value for name, value in heard.items()}
    if heard.get("x-forwarded-for") != STRANGER:
        yield f"the portal hears the address {heard.get('x-forwarded-for')}"
    if len(body) != 2_000_000 or heard.get("host") != PUBLIC:
        yield "the portal hears another body or name than was sent"
    for name in ("forwarded", "user-agent", "referer"):
        if name in heard:
            yield f"the portal hears the visitor's {name}"
    if len(headers.get_all("Strict-Transport-Security", [])) != 1 or "63072000" not in headers["Strict-Transport-Security"]:
        yield "HSTS does not come exactly once"
    slow(tls)
    for name, at in before.items():
        if os.stat(folder / name).st_mtime_ns != at:
            yield f"{'a body' if name == 'body' else 'a page'} was written to the disk"
    yield from who_meets_the_desk(tls)


def slow(tls):
    """Somebody who does not take their page at once: a proxy that may will write it down meanwhile."""
    visitor = Visitor(tls)
    visitor.room = 4096
    visitor.connect()
    visitor.sock.sendall(f"GET / HTTP/1.1\r\nHost: {PUBLIC}\r\n\r\n".encode())
    time.sleep(0.5)
    visitor.close()


def who_meets_the_desk(tls):
    if Visitor(tls, DESK, DESK_AT, OFFICER).ask()[0] != 200:
        yield "an officer does not reach the desk"
    if Visitor(tls, DESK, DESK_AT, STRANGER).ask()[0] == 200:
        yield "a stranger reaches the desk at its own address"
    if Visitor(tls, DESK, "127.0.0.1", OFFICER).ask()[0] is not None:
        yield "the desk's name is answered at the public address"
    if Visitor(tls, "other.example").ask()[0] is not None:
        yield "a name that is nobody's is answered"


def gone(tls):
    """When the portal does not answer."""
    status, headers, page = Visitor(tls).ask("POST", "/report", b"text=x")
    if status != 502 or b"tel:110" not in page or "no-store" not in headers.get("Cache-Control", ""):
        yield "without the portal nobody is told whom to call"
    if len(headers.get_all("Strict-Transport-Security", [])) != 1:
        yield "HSTS does not come exactly once without the portal"
    if Visitor(tls, DESK, DESK_AT, OFFICER).ask()[0] != 502:
        yield "without the desk an officer is told something else"


def written(folder):
    for path in folder.glob("*.log"):
        if STRANGER in path.read_text(encoding="utf-8", errors="replace"):
            yield f"nginx's {path.name} names the visitor"


def run(deploy, folder):
    portal = Server(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    proxy, tls = start(deploy, folder, portal.server_port)
    try:
        yield from alive(tls, folder)
        Portal.gone = True
        yield from gone(tls)
    finally:
        proxy.terminate()
        proxy.wait()
    yield from written(folder)


if __name__ == "__main__":
    what, deploy, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    certificates(folder)
    if what == "certificates":
        sys.exit()
    if what == "test":
        said = subprocess.run(["nginx", "-t", "-q", "-e", folder / "error.log", "-c", place(deploy, folder, 80, 443)],
                              capture_output=True, text=True, check=False)
        print(said.stderr, end="")
        sys.exit(said.returncode)
    faults = list(run(deploy, folder))
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.exit(bool(faults))
