# SPDX-License-Identifier: Apache-2.0
"""Every method with what is no request: cut off at each word, and with handles of another type
(ms-fax.md 1.4: lengths agree, handles are strictly typed)."""
import re

import dcerpc
import ndr
from judge import BAD_HANDLE, BAD_STUB
from ntlm_check import Fault
from rows_jobs import INBOX, SENT
from spec import OPS


def handle_type(op):
    """Of the context handle that goes in, or None."""
    m = re.search(r">\w+:ctx\((\w+)\)", OPS[op][1])
    return m and m.group(1)


def stub_of(j, op):
    """The stub of a request that was right."""
    values, counts = j.last[op]
    ins = [p for p in ndr.params(op) if ">" in p[0]]
    sizes = {p[3] for p in ins if p[3]}
    return ndr.request(op, {**dict(zip([p[1] for p in ins if p[1] not in sizes], values)),
                            **counts})


def cut_off(j):
    for op in sorted(j.last):
        stub = stub_of(j, op)
        last = len(stub) - 1 - (len(stub) - 1) % 4
        # a long one is cut at each word of its beginning, then here and there
        for at in [*range(0, min(last, 256) + 1, 4), *range(256, last, 1028)]:
            if at < len(stub):
                j.fault(op, BAD_STUB, raw=stub[:at])


def wide_enums(j):
    """An enum as 32 bits instead of 16 makes the stub longer, and nothing else."""
    for op in sorted(OPS):
        ins = [p for p in ndr.params(op) if ">" in p[0]]
        if op in j.last and ins and ins[-1][2] == "e16" and op != 67:
            stub = stub_of(j, op)
            before, after = (j.asker.raw(op, s)[-4:] for s in (stub, stub + bytes(2)))
            ndr.need(before == after, OPS[op][0], before.hex(), after.hex())


def other_types(j):
    taker = dcerpc.EventTaker()
    handles = {"SVC": j.good(80, 0x30000)["pHandle"], "PORT": j.port,
               "ENUM": j.good(63, SENT)["lpHandle"],
               "COPY": j.good(69, j.received, INBOX)["lpHandle"],
               "EVTX": j.good(74, "client", str(taker.port), 0, "ncacn_ip_tcp", 1, 0x80)["lpHandle"]}
    for op in sorted(OPS):
        mine = handle_type(op)
        if not mine:
            continue
        stub = stub_of(j, op)
        for name, handle in handles.items():
            if name == mine:
                continue
            try:
                j.asker.raw(op, handle + stub[20:])
                raise ndr.Bad(OPS[op][0], "takes a handle of type", name)
            except Fault as e:
                ndr.need(e.args[0] == BAD_HANDLE, OPS[op][0], name, hex(e.args[0]))
            j.bad_calls[op] += 1
    j.good(75, handles["EVTX"])
    j.good(72, handles["COPY"])
    j.good(64, handles["ENUM"])
    j.good(1, handles["SVC"], 0)


ROWS = (wide_enums, other_types, cut_off)
