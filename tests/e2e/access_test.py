#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Who may do what, as other users of the machine see it: changes count at once, also on a
connection that is open; the store stands before the file; refused calls are in the log."""
import ctypes as c
import grp
import os
import pwd
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import caselli as fx  # noqa: E402

DENIED = 5


def caselli(service, *words):
    return subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", service.socket, *words],
                          check=True, stdout=subprocess.PIPE, text=True).stdout


class Other:
    """A process of another user with one connection; asks what it is told to, by a pipe."""

    def __init__(self, service, user):
        ask_r, self.ask = os.pipe()
        self.answer, answer_w = os.pipe()
        who = pwd.getpwnam(user)
        self.pid = os.fork()
        if self.pid == 0:
            os.initgroups(user, who.pw_gid)
            os.setgid(who.pw_gid)
            os.setuid(who.pw_uid)
            self.run(service, ask_r, answer_w)
        os.close(ask_r)
        os.close(answer_w)

    @staticmethod
    def run(service, ask_r, answer_w):
        client = None
        while True:
            word = os.read(ask_r, 1)
            if word in (b"", b"q"):
                os._exit(0)
            code = 0
            try:
                client = client or fx.Client(service.socket)
                rows, count = c.c_void_p(), fx.u32()
                if word == b"p":
                    client.call("FaxEnumPortsA", c.byref(rows), c.byref(count))
                elif word == b"j":
                    client.call("FaxEnumJobsA", c.byref(rows), c.byref(count))
                elif word == b"c":
                    client.call("FaxGetConfigurationA", c.byref(rows))
            except fx.Failed as e:
                code = e.code
            os.write(answer_w, b"%05d" % code)

    def may(self, what):
        os.write(self.ask, what)
        code = int(os.read(self.answer, 5))
        assert code in (0, DENIED), f"error {code}"
        return code == 0

    def end(self):
        os.write(self.ask, b"q")
        os.close(self.ask)
        os.waitpid(self.pid, 0)


def all_of(other):
    return "".join(w.decode() for w in (b"p", b"j", b"c") if other.may(w))


def settings(service, text):
    with open(service.conf, "w") as f:
        f.write(text)
    if service.process:
        service.process.send_signal(signal.SIGHUP)


def soon(what, why):
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.05)


def check(service):
    group = grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name
    service.start().close()
    nobody, daemon = Other(service, "nobody"), Other(service, "daemon")
    assert all_of(nobody) == all_of(daemon) == "pjc", "the default"
    # at run time, on the connections that are open
    caselli(service, "access", "set", "nobody", "job_submit")
    assert all_of(nobody) == "" and all_of(daemon) == "pjc"
    caselli(service, "access", "grant", "nobody", "port_query")
    assert all_of(nobody) == "p"
    caselli(service, "access", "revoke", "default", "read")
    assert all_of(daemon) == ""
    with open(os.path.join(service.dir, "log"), errors="replace") as f:
        lines = [x for x in f if "refused: " in x and f"client=unix pid {nobody.pid}" in x]
    assert any("reading the configuration of user nobody" in x and "FAX_CONFIG_QUERY" in x
               for x in lines), f"refused calls in the log: {lines}"
    # groups, and the user before them
    caselli(service, "access", "set", f"@{group}", "job_query")
    assert all_of(nobody) == "p"
    caselli(service, "access", "reset", "nobody")
    assert all_of(nobody) == "j"
    shown = caselli(service, "access", "show", "nobody")
    assert shown.startswith("nobody: job_query\n") and f"group {group}" in shown, shown
    # the file: read again by SIGHUP; the store stands before it, until reset
    settings(service, f"[rights]\nusers = all\nuser nobody = config_query\ngroup {group} = none\n")
    soon(lambda: all_of(nobody) == "c", "the file's line of a user")
    caselli(service, "access", "set", "nobody", "none")
    assert all_of(nobody) == ""
    listed = caselli(service, "access", "list")
    row = next(x for x in listed.splitlines() if "nobody" in x)
    assert "none" in row and "caselli access" in row and "config_query" in row, listed
    # kept over a restart
    nobody.end()
    daemon.end()
    assert service.stop() == 0
    service.start().close()
    nobody, daemon = Other(service, "nobody"), Other(service, "daemon")
    assert all_of(nobody) == "" and all_of(daemon) == ""
    caselli(service, "access", "reset")
    assert all_of(nobody) == "c" and all_of(daemon) == "pjc"
    nobody.end()
    daemon.end()
    print("rights of two users, changed", listed.count("caselli access"), "ways at run time")


def main():
    if os.geteuid() != 0:
        print("skipped: only root can be other users; tests/unit/rights and "
              "tests/unit/service/access_test have the rest")
        return 77
    with fx.Service() as service:
        os.chmod(service.dir, 0o711)
        check(service)
    return 0


if __name__ == "__main__":
    sys.exit(main())
