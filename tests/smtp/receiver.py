#!/usr/bin/env python3
"""A real SMTP receiver for tests, on aiosmtpd.

Owns one loopback port and one folder. Each mail it accepts becomes two files: N.eml, the bytes as they came,
and N.json, the envelope (sender, recipients, time received). Refuses to alter or judge a mail.
Invariant: the client hears 250 only after both files stand in the folder under their final names.

    receiver.py FOLDER [--port 0] [--refuse CODE] [--refuse-times N] [--hang SECONDS]

Prints one JSON line when it listens: {"host", "port", "folder"}. Ends on SIGTERM or when its input ends.
"""

import argparse
import asyncio
import json
import os
import signal
import smtplib
import sys
import tempfile
import time

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"
REFUSALS = {421: "closing, try later", 451: "local trouble, try later", 452: "no room", 550: "no such mailbox"}


class Folder:
    """Where accepted mails go. Numbers them in the order of acceptance."""

    def __init__(self, path):
        self.path = path
        self.count = 0
        os.makedirs(path, exist_ok=True)

    def keep(self, envelope):
        """Writes one mail; the envelope file comes last, so whoever sees it finds the mail whole."""
        self.count += 1
        name = f"{self.count:05d}"
        content = envelope.original_content or envelope.content
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "received_ms": int(time.time() * 1000)}
        self._write(name + ".eml", content)
        self._write(name + ".json", json.dumps(facts).encode())

    def _write(self, name, content):
        target = os.path.join(self.path, name)
        with open(target + ".part", "wb") as file:
            file.write(content)
        os.rename(target + ".part", target)


class Receiver:
    """Answers DATA: refuses the first mails when told to, then keeps every one."""

    def __init__(self, folder, refuse=0, refuse_times=0, hang=0.0):
        self.folder = folder
        self.refuse = refuse
        self.left = refuse_times if refuse else 0
        self.hang = hang

    async def handle_DATA(self, _server, _session, envelope):
        if self.hang:
            await asyncio.sleep(self.hang)
        if self.left:
            self.left -= 1
            return f"{self.refuse} {REFUSALS.get(self.refuse, 'refused')}"
        self.folder.keep(envelope)
        return "250 kept"


async def listen(receiver, port):
    """Starts to accept connections; gives the server and its port."""
    loop = asyncio.get_running_loop()
    factory = lambda: SMTP(receiver, hostname="receiver.test", enable_SMTPUTF8=True, loop=loop)  # noqa: E731
    server = await loop.create_server(factory, HOST, port)
    return server, server.sockets[0].getsockname()[1]


async def serve(options):
    receiver = Receiver(Folder(options.folder), options.refuse, options.refuse_times, options.hang)
    server, port = await listen(receiver, options.port)
    print(json.dumps({"host": HOST, "port": port, "folder": os.path.abspath(options.folder)}), flush=True)
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    # A starter that dies closes our input; without this a crashed test would leave the receiver behind.
    if not sys.stdin.isatty():
        loop.run_in_executor(None, lambda: (sys.stdin.buffer.read(), loop.call_soon_threadsafe(done.set)))
    await done.wait()
    server.close()
    # The reading thread may still wait for input that never ends.
    os._exit(0)


# --- self-test: a mail sent by another SMTP implementation arrives byte for byte ------------------------

MAIL = "From: a@x.test\r\nTo: b@y.test\r\nSubject: t\r\n\r\n.dot\r\n天津 line\r\n".encode()


async def self_test():
    with tempfile.TemporaryDirectory() as place:
        receiver = Receiver(Folder(place), refuse=451, refuse_times=1)
        server, port = await listen(receiver, 0)
        await asyncio.get_running_loop().run_in_executor(None, lambda: send_twice(port))
        server.close()
        with open(os.path.join(place, "00001.eml"), "rb") as file:
            assert file.read() == MAIL, "the mail differs from what was sent"
        with open(os.path.join(place, "00001.json"), "rb") as file:
            assert json.load(file)["to"] == ["b@y.test"], "the envelope differs"
        assert len(os.listdir(place)) == 2, "something else was kept"
    print("smtp receiver: self-test passed")


def send_twice(port):
    with smtplib.SMTP(HOST, port, timeout=10) as client:
        try:
            client.sendmail("a@x.test", ["b@y.test"], MAIL)
            raise AssertionError("the first mail should have been refused")
        except smtplib.SMTPDataError as refusal:
            assert refusal.smtp_code == 451
        client.sendmail("a@x.test", ["b@y.test"], MAIL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--refuse", type=int, default=0, help="SMTP code for the first mails")
    parser.add_argument("--refuse-times", type=int, default=1)
    parser.add_argument("--hang", type=float, default=0.0, help="seconds before DATA is answered")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return asyncio.run(self_test())
    if not options.folder:
        parser.error("FOLDER is missing")
    return asyncio.run(serve(options))


if __name__ == "__main__":
    main()
