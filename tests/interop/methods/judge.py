# SPDX-License-Identifier: Apache-2.0
"""Who asks: impacket's DCE/RPC client, with the signature of each answer checked; and who counts
which methods were asked in the right way and in a wrong one."""
import os
import re
import socket
import sys

from impacket.dcerpc.v5.rpcrt import DCERPC_v5, DCERPCException
from impacket.uuid import uuidtup_to_bin

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(HERE, "..", "..", "e2e")]
import ndr  # noqa: E402
import ntlm_check  # noqa: E402
import service as casellid  # noqa: E402
from ndr import need  # noqa: E402
from spec import CODES, OPS  # noqa: E402

FAX = ("ea0a3165-4834-11d2-a6f8-00c04fa346cc", "4.0")
FAXCLIENT = ("6099fc12-3eff-11d0-abd0-00c04fd91a4e", "3.0")
LEVELS = {"connect": 2, "integrity": 5, "privacy": 6}
DENIED, NOT_SUPPORTED, BAD_PARAMETER = 5, 0x32, 0x57
OP_RANGE, BAD_STUB, BAD_HANDLE = 0x1C010002, 0x6F7, 0x1C00001A
NULL_HANDLE, STRANGE_HANDLE = bytes(20), bytes(4) + b"judge" + bytes(11)


class Transport:
    """What DCERPC_v5 asks of a transport, over a socket that is connected and watched."""

    def __init__(self, sock, user="", password=""):
        self.sock, self.credentials = sock, (user, password, "", "", "", None, None, None)

    def connect(self):
        return 1

    def disconnect(self):
        self.sock.close()

    def send(self, data, forceWriteAndx=0, forceRecv=0):
        self.sock.sendall(data)

    def recv(self, forceRecv=0, count=0):
        data = b""
        while not data or len(data) < count:
            data += self.sock.recv(count - len(data) if count else 65536)
        return data

    def get_credentials(self):
        return self.credentials

    def doesSupportNTLMv2(self):
        return True


class Asker:
    """One connection to the fax interface."""

    def __init__(self, service, user=None, level="privacy", interface=FAX):
        self.user, number = user, LEVELS[level] if user else 1
        password = casellid.USERS.get(user, "")
        if user:
            sock = socket.create_connection(("127.0.0.1", service.port))
        else:
            sock = socket.socket(socket.AF_UNIX)
            sock.connect(service.socket)
        sock.settimeout(30)
        self.watch = ntlm_check.Watch(sock, password, number)
        self.dce = DCERPC_v5(Transport(self.watch, user or "", password))
        self.dce.connect()
        if user:
            self.dce.set_auth_type(ntlm_check.NTLM)
            self.dce.set_auth_level(number)
        self.dce.bind(uuidtup_to_bin(interface))

    def raw(self, op, stub):
        """-> the stub of the answer, or Fault"""
        self.watch.fault = None
        self.dce.call(op, stub)
        try:
            return self.dce.recv()
        except DCERPCException:
            if self.watch.fault is None:
                raise
            raise ntlm_check.Fault(self.watch.fault) from None

    def call(self, op, *values, **counts):
        """Values of the in parameters in order, without counts of bytes, which `counts` may set.
        -> {name: value} with "status" """
        ins = [p for p in ndr.params(op) if ">" in p[0]]
        sizes = {p[3] for p in ins if p[3]}
        names = [p[1] for p in ins if p[1] not in sizes]
        need(len(names) == len(values), OPS[op][0], "wants", names)
        given = dict(zip(names, values))
        return ndr.answer(op, self.raw(op, ndr.request(op, {**given, **counts})), given)

    def close(self):
        self.dce.disconnect()


class Judge:
    def __init__(self, service, asker, poor, local):
        self.service, self.asker, self.poor, self.local = service, asker, poor, local
        self.me = asker.user  # None: the socket says who it is
        self.good_calls, self.bad_calls = {op: 0 for op in OPS}, {op: 0 for op in OPS}
        self.last = {}  # of each method, parameters that were right
        self.row, self.asked = "", {op: set() for op in OPS}  # which functions asked it

    def good(self, op, *values, by=None, **counts):
        out = (by or self.asker).call(op, *values, **counts)
        need(out["status"] == 0, OPS[op][0], "answers", out["status"], values)
        self.good_calls[op] += 1
        self.asked[op].add(self.row)
        self.last[op] = values, counts
        return out

    def bad(self, op, code, *values, by=None, decision=None, **counts):
        """`decision`: where it stands that the code is one the document does not name."""
        need(code in CODES[op] or decision, OPS[op][0], "has no code", code)
        out = (by or self.asker).call(op, *values, **counts)
        need(out["status"] == code, OPS[op][0], "answers", out["status"], "not", code, values)
        self.bad_calls[op] += 1
        return out

    def denied(self, op, *values):
        """The same by somebody who has no right at all."""
        return self.bad(op, DENIED, *values, by=self.poor)

    def fault(self, op, code, *values, raw=None, **counts):
        try:
            out = self.asker.raw(op, raw) if raw is not None else self.asker.call(
                op, *values, **counts)
        except ntlm_check.Fault as e:
            need(e.args[0] == code, OPS[op][0], "fault", hex(e.args[0]), "not", hex(code))
            self.bad_calls[op] += 1
            return
        raise ndr.Bad(OPS[op][0], "no fault but", out)

    def of_others(self, op, *values):
        """Not of a server of version 3: 0x32 is the documented answer, whatever is asked."""
        out = self.asker.call(op, *values)
        need(out["status"] == NOT_SUPPORTED, OPS[op][0], out)
        self.good_calls[op] += 1
        self.bad_calls[op] += 1
        self.asked[op].add(self.row)

    def look_up(self):
        """docs/ms-fax.md says of each method which function asks it."""
        with open(os.path.join(HERE, "..", "..", "..", "docs", "ms-fax.md"), encoding="utf-8") as f:
            told = re.findall(r"^\| (\d+) \| (\w+) \| .*?py (\w+\.\w+)", f.read(), re.M)
        need([int(op) for op, _, _ in told] == sorted(OPS), "rows of docs/ms-fax.md", len(told))
        for op, name, row in told:
            need(OPS[int(op)][0] == name and row in self.asked[int(op)], "docs/ms-fax.md", op, row)

    def count(self):
        missing = [f"{op} {OPS[op][0]}" for op in OPS
                   if not (self.good_calls[op] and self.bad_calls[op])]
        need(not missing, "not asked both ways:", missing)
        self.look_up()
        need(len(OPS) == 104 and sorted(OPS) == [n for n in range(105) if n != 79], "the table")
        print(f"104 of 104 methods: {sum(self.good_calls.values())} good calls, "
              f"{sum(self.bad_calls.values())} bad ones")
