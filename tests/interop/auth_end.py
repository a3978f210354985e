# SPDX-License-Identifier: Apache-2.0
"""A security context of ours as a process; auth_driver.c has its words."""
import subprocess


class End:
    def __init__(self, driver, *args, env=None):
        self.p = subprocess.Popen([driver, *map(str, args)], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, env=env)
        rc, _, self.why = self.p.stdout.readline().strip().partition(" ")
        self.rc = int(rc)

    def ask(self, *words):
        self.p.stdin.write(" ".join(words) + "\n")
        self.p.stdin.flush()
        rc, _, rest = self.p.stdout.readline().strip().partition(" ")
        return int(rc), rest

    @staticmethod
    def hex(data):
        return data.hex() if data else "-"

    @staticmethod
    def bytes(text):
        return b"" if text == "-" else bytes.fromhex(text)

    def step(self, token):
        """(1 or 0, answer), or (error, reason in words)"""
        rc, rest = self.ask("step", self.hex(token))
        return (rc, self.bytes(rest)) if rc >= 0 else (rc, rest)

    def protect(self, head, data, tail):
        rc, rest = self.ask("protect", *map(self.hex, (head, data, tail)))
        assert rc == 0, rc
        return [self.bytes(x) for x in rest.split()]

    def unprotect(self, head, data, tail, token):
        rc, rest = self.ask("unprotect", *map(self.hex, (head, data, tail, token)))
        return rc, self.bytes(rest)

    def size(self):
        return self.ask("size", "16")[0]

    def peer(self):
        return tuple(self.ask("peer")[1].split("|"))

    def close(self):
        """The driver leaks nothing, or it says so."""
        self.p.stdin.close()
        rc = self.p.wait(20)
        assert rc == (1 if self.rc else 0), rc
