#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Passwords for the network, fax accounts and inboxes, with the whole service: given at the
machine's own socket, used over TCP; who sees which received fax; what a restart keeps."""
import ctypes as c
import json
import os
import signal
import socket
import stat
import struct
import subprocess
import tempfile
import time

from impacket.dcerpc.v5 import rpcrt, transport
from impacket.uuid import uuidtup_to_bin

import caselli as fx
import network as net

GOOD, OWN, NEW, LOCAL = "daemon", "zelda", "yoda", "bin"  # OWN and NEW are no users of the machine
PASSWORD, OTHER_PASSWORD = "Pantelegraph 1865", "Bildtelegraph 1904"
DENIED, FAILED, USAGE = 4, 1, 2  # exit codes
SETTINGS = """[rpc]
listen = 127.0.0.1:{port}
[rights]
user zelda = job_submit port_query
user bin = job_submit port_query
[loop]
transport = t38
t38_pacing = unpaced
"""


class Scene:
    def __init__(self, folder):
        self.folder = folder
        self.service = fx.Service(SETTINGS.format(port=net.PORT))
        self.users = os.path.join(self.service.state, "users")

    def start(self):
        self.service.start().close()
        os.chmod(self.service.dir, 0o711)

    def run(self, words, code, given=None, server=None, **more):
        done = subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server",
                               server or self.service.socket, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60,
                              input=given or "", **more)
        assert done.returncode == code, (words, done.returncode, done.stdout)
        return done.stdout

    def caselli(self, *words, code=0, given=None):
        """As the service's own user."""
        return self.run(words, code, given)

    def local(self, *words, code=0, given=None):
        """As another user of this machine."""
        return self.run(words, code, given, user=LOCAL, group=LOCAL, extra_groups=[],
                        cwd="/", env={"PATH": os.environ["PATH"], "HOME": "/"})

    def far(self, user, *words, code=0, password=PASSWORD, given=None):
        """As a user of the network."""
        return self.run(words, code, given, net.server(), env=net.environment(user, password))

    def set_password(self, user, password=PASSWORD, code=0):
        return self.caselli("access", "set-password", user, "--stdin", code=code,
                            given=password + "\n")

    def log(self):
        with open(os.path.join(self.service.dir, "log"), errors="replace") as f:
            return f.read()


def connect(user, password=PASSWORD, then=lambda client: client):
    """A connection of this process as a user of the network; `then` still has his environment."""
    os.environ.update({k: v for k, v in net.environment(user, password).items()
                       if k.startswith("CASELLI_")})
    try:
        return then(fx.Client(net.server()))
    finally:
        del os.environ["CASELLI_USER"], os.environ["CASELLI_PASSWORD_FILE"]


def passwords(s):
    assert not os.path.exists(s.users)
    s.far(GOOD, "ports", code=DENIED)
    s.set_password(GOOD)
    mode = os.stat(s.users).st_mode
    assert stat.S_IMODE(mode) == 0o600, oct(mode)
    text = open(s.users).read()
    assert text.startswith(GOOD + ":") and PASSWORD not in text, text
    assert "Loop 1" in s.far(GOOD, "ports")
    out = s.far(GOOD, "ports", code=DENIED, password="something else")
    assert "refuses the login of daemon" in out, out
    # a connection that is open stays; the next one counts
    client = connect(GOOD)
    s.set_password(GOOD, OTHER_PASSWORD)
    s.far(GOOD, "ports", code=DENIED)
    s.far(GOOD, "ports", password=OTHER_PASSWORD)
    s.caselli("access", "disable", GOOD)
    s.far(GOOD, "ports", code=DENIED, password=OTHER_PASSWORD)
    assert client.port_status()
    client.close()
    s.set_password(GOOD)  # a new one does not enable
    s.far(GOOD, "ports", code=DENIED)
    assert "disabled" in s.caselli("access", "list")
    s.caselli("access", "enable", GOOD)
    s.far(GOOD, "ports")
    s.caselli("access", "remove-password", GOOD)
    s.far(GOOD, "ports", code=DENIED)
    out = s.caselli("access", "remove-password", GOOD, code=FAILED)
    assert "no password" in out, out
    s.set_password(GOOD)


def bad_passwords(s):
    for user, password in ((GOOD, "1234567"), (GOOD, "x" * 128), ("root", PASSWORD),
                           ("a:b", PASSWORD)):
        s.set_password(user, password, code=FAILED)
    s.caselli("access", "set-password", GOOD, "--stdin", code=USAGE, given="")
    s.far(GOOD, "ports")
    # WRITE_DAC, and only here
    out = s.local("access", "set-password", GOOD, "--stdin", code=DENIED, given="12345678\n")
    assert "12345678" not in out
    s.caselli("access", "set", GOOD, "all")
    s.far(GOOD, "access", "set-password", OWN, "--stdin", code=DENIED, given="12345678\n")
    s.far(GOOD, "access", "disable", GOOD, code=DENIED)
    s.caselli("access", "grant", LOCAL, "write_dac", "read_control")
    s.local("access", "set-password", OWN, "--stdin", given=PASSWORD + "\n")
    s.caselli("access", "reset", LOCAL)
    log = s.log()
    assert "changing a password over the network of user daemon" in log
    assert "the password of user zelda for the network was set, by user bin" in log
    for secret in (PASSWORD, OTHER_PASSWORD, "12345678"):
        assert secret not in log


def bind(user, password):
    """A connection of a client that is not ours."""
    t = transport.DCERPCTransportFactory(f"ncacn_ip_tcp:127.0.0.1[{net.PORT}]")
    t.set_credentials(user, password, "")
    t.set_connect_timeout(10)
    dce = t.get_dce_rpc()
    dce.connect()
    t.get_socket().settimeout(10)
    dce.set_auth_type(rpcrt.RPC_C_AUTHN_WINNT)
    dce.set_auth_level(rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY)
    dce.bind(uuidtup_to_bin(("ea0a3165-4834-11d2-a6f8-00c04fa346cc", "4.0")))
    return dce


def left_hanging(s):
    """A refused login ends the connection or is answered, at once."""
    def ask(user, password):
        dce = bind(user, password)
        dce.call(85, b"")
        return dce.recv()

    assert ask(GOOD, PASSWORD) == struct.pack("<II", 4, 0)
    s.caselli("access", "disable", OWN)
    signal.alarm(60)  # a connection that is closed without a word makes impacket read for ever
    for user, password in ((GOOD, "something else"), ("nobody", PASSWORD), (OWN, PASSWORD)):
        began = time.monotonic()
        try:
            ask(user, password)
        except rpcrt.DCERPCException as e:
            assert "access_denied" in str(e) or "ACCESS_DENIED" in str(e), e
        except OSError as e:
            assert not isinstance(e, socket.timeout), "no answer"
        else:
            raise AssertionError(f"{user} came in")
        assert time.monotonic() - began < 9
    signal.alarm(0)
    s.caselli("access", "enable", OWN)


def people(s):
    return {p["user"]: p for p in json.loads(s.caselli("accounts", "--json"))}


def accounts(s):
    s.local("ports")
    s.far(OWN, "ports")
    found = people(s)
    assert found[GOOD]["account"] == "machine" and found[GOOD]["uid"] == 1, found
    assert found[GOOD]["password"] == "set" and found[GOOD]["password_at"], found
    assert found[GOOD]["seen_at"] and found[GOOD]["created_at"], found
    assert found[LOCAL]["password"] == "none" and found[LOCAL]["account"] == "machine", found
    assert found[OWN]["account"] == "service" and found[OWN]["uid"] > 0x80000000, found
    assert "root" not in found
    client = connect(OWN)
    assert people(s)[OWN]["connections"] == 1
    client.close()
    s.caselli("accounts", "create", "OFFICE\\anna")
    out = s.caselli("accounts", "create", "office\\ANNA", code=FAILED)
    assert "There is a fax account" in out, out
    s.caselli("accounts", "create", "root", code=FAILED)
    s.caselli("accounts", "create", "a/b", code=FAILED)
    assert "OFFICE\\anna" in s.caselli("accounts")
    s.local("accounts", "create", "someone", code=DENIED)
    s.local("accounts", "delete", "OFFICE\\anna", code=DENIED)
    s.local("accounts", code=DENIED)
    s.far(OWN, "accounts", code=DENIED)
    s.caselli("accounts", "delete", "OFFICE\\anna")
    out = s.caselli("accounts", "delete", "OFFICE\\anna", code=FAILED)
    assert "no fax account" in out, out
    # a password before the first visit; whether one has one only who may read the rights learns
    s.set_password(NEW)
    assert people(s)[NEW]["account"] == "none" and people(s)[NEW]["password"] == "set"
    assert f"without an entry: {NEW}" in s.caselli("access", "list")
    s.caselli("access", "set", OWN, "config_query", "job_submit", "port_query")
    far = {p["user"]: p for p in json.loads(s.far(OWN, "accounts", "--json"))}
    assert NEW not in far and far[GOOD]["password"] == "unknown" and not far[GOOD]["password_at"]
    s.caselli("access", "reset", OWN)
    # accounts that nobody makes
    s.caselli("config", "set", "auto-accounts", "no")
    out = s.far(NEW, "ports", code=DENIED)
    s.far(OWN, "ports")
    s.far(GOOD, "ports")
    s.caselli("accounts", "create", NEW)
    s.far(NEW, "ports")
    s.caselli("accounts", "delete", NEW)
    s.far(NEW, "ports", code=DENIED)
    s.caselli("config", "set", "auto-accounts", "yes")
    s.far(NEW, "ports")


def receive(s, title):
    """A fax comes in. -> its id"""
    path = os.path.join(s.folder, "letter.txt")
    fx.text_document(path, title)
    before = {m["message"] for m in json.loads(s.caselli("inbox", "--json"))}
    s.caselli("send", "102", path, "--wait")
    end = time.monotonic() + 30
    while True:
        new = [m for m in json.loads(s.caselli("inbox", "--json")) if m["message"] not in before]
        if new:
            return new[0]["message"]
        assert time.monotonic() < end
        time.sleep(0.05)


def inbox(run, *who):
    return [m for m in json.loads(run(*who, "inbox", "--json"))]


def ids(run, *who):
    return sorted(m["message"] for m in inbox(run, *who))


class Watch:
    """Does a connection hear of a change of messages?"""

    def __init__(self, client):
        self.client, self.serial, self.changes = client, fx.u64(), fx.u32()
        self.ask(0)

    def ask(self, ms):
        self.client.call("CaselliWaitChange", fx.u32(ms), c.byref(self.serial),
                         c.byref(self.changes))
        return self.changes.value

    def message(self, ms):
        end = time.monotonic() + ms / 1000
        while time.monotonic() < end:
            if self.ask(max(1, int((end - time.monotonic()) * 1000))) & 2:
                return True
        return False


def inboxes(s):
    s.caselli("access", "set", GOOD, "job_submit", "port_query", "job_query")
    first = receive(s, "first")
    far = [(s.far, GOOD), (s.far, OWN)]
    everybody = [*far, (s.local,)]
    for who in everybody:
        assert ids(*who) == [first], who
    out = s.caselli("reassign", str(first), GOOD, code=FAILED)
    assert "incoming-public" in out, out
    s.caselli("config", "set", "incoming-public", "no")
    second = receive(s, "second")
    for run, *who in everybody:
        assert ids(run, *who) == []
        run(*who, "save", str(second), "-o", os.path.join(s.folder, "x.pdf"), code=DENIED)
        run(*who, "remove", str(second), code=DENIED)
        run(*who, "reassign", str(second), OWN, code=DENIED)
    assert ids(s.caselli) == [first, second]
    s.caselli("reassign", str(second), "nobody-at-all", code=FAILED)
    s.caselli("reassign", "999999", GOOD, code=FAILED)
    s.caselli("reassign", str(second), GOOD, "--subject", "x" * 254, code=FAILED)
    # given to two: they hear of it and see it, a third does not
    watches = [connect(user, then=Watch) for user in (GOOD, OWN, NEW)]
    s.caselli("reassign", str(second), GOOD, OWN, "--sender-name", "ACME", "--sender-number",
              "+39 06 1", "--subject", "Invoice 7")
    assert watches[0].message(20000) and watches[1].message(20000)
    assert not watches[2].message(500)
    for w in watches:
        w.client.close()
    assert ids(s.far, NEW) == [] and ids(s.local) == []
    for who in far:
        m, = inbox(*who)
        assert m["message"] == second and not m["read"], m
        assert (m["sender"], m["sender_number"], m["subject"]) == ("ACME", "+39 06 1",
                                                                   "Invoice 7"), m
        assert m["owners"] == f"{GOOD};{OWN}" and m["read_by"] == "", m
    return second


def read_marks(s, message):
    path = os.path.join(s.folder, "second.pdf")
    s.far(GOOD, "save", str(message), "-o", path)
    assert open(path, "rb").read(5) == b"%PDF-"
    assert inbox(s.far, GOOD)[0]["read"] and not inbox(s.far, OWN)[0]["read"]
    assert [m["read_by"] for m in inbox(s.caselli) if m["message"] == message] == [GOOD]
    assert f"{GOOD}* {OWN}" in s.caselli("inbox")


def after_restart(s, message):
    before = people(s)
    s.service.stop()
    s.start()
    after = people(s)
    for name, p in before.items():
        assert after[name]["uid"] == p["uid"] and after[name]["created_at"] == p["created_at"]
        assert after[name]["password_at"] == p["password_at"]
    assert inbox(s.far, GOOD)[0]["read"] and not inbox(s.far, OWN)[0]["read"]
    assert ids(s.far, NEW) == [] and ids(s.local) == []
    # who removes it takes himself off the list; the last one removes it
    s.far(OWN, "remove", str(message))
    assert ids(s.far, OWN) == [] and ids(s.far, GOOD) == [message]
    s.caselli("reassign", str(message), GOOD, LOCAL)
    assert inbox(s.far, GOOD)[0]["read"], "marks of those who stay are kept"
    assert ids(s.local) == [message]
    s.local("remove", str(message))
    s.far(GOOD, "remove", str(message))
    assert message not in ids(s.caselli)


def deleted(s):
    """What belonged to an account belongs to nobody, also when the name comes again."""
    message = receive(s, "third")
    s.caselli("reassign", str(message), OWN)
    assert ids(s.far, OWN) == [message]
    uid = people(s)[OWN]["uid"]
    s.caselli("accounts", "delete", OWN)
    assert ids(s.far, OWN) == [] and people(s)[OWN]["uid"] > uid
    m = [m for m in inbox(s.caselli) if m["message"] == message][0]
    assert m["owners"] == f"uid {uid}", m


OWNER, GROUP, DACL = 1, 2, 4


def read_security(dce, what=OWNER | GROUP | DACL):
    dce.call(99, struct.pack("<I", what))
    out = dce.recv()
    pointer, n = struct.unpack_from("<II", out)
    size, code = struct.unpack("<II", out[-8:])
    assert pointer and size == n and code == 0, out.hex()
    return out[8:8 + n]


def write_security(dce, data, what=DACL):
    stub = struct.pack("<III", what, 0x20000, len(data)) + data
    dce.call(100, stub + b"\0" * (-len(stub) % 4) + struct.pack("<I", len(data)))
    return struct.unpack("<I", dce.recv())[0]


def descriptors(s):
    """The table of rights as a security descriptor over TCP; Samba reads it, and writes another."""
    from samba.dcerpc import security
    from samba.ndr import ndr_pack, ndr_unpack

    s.caselli("access", "set", GOOD, "all")
    dce = bind(GOOD, PASSWORD)
    sd = ndr_unpack(security.descriptor, read_security(dce))
    assert str(sd.owner_sid) == str(sd.group_sid) == "S-1-5-32-544"
    rows = {(e.type, str(e.trustee)): e.access_mask for e in sd.dacl.aces}
    assert rows[0, "S-1-22-1-1"] == rows[0, "S-1-5-32-544"] == 0x1F03FF, rows
    assert (0, "S-1-1-0") in rows and (1, "S-1-22-1-1") not in rows
    # nobody but these: what Samba writes counts
    sid = security.dom_sid
    new = security.descriptor.from_sddl(
        "O:BAG:BAD:(A;;0x1f03ff;;;BA)(A;;0x1f03ff;;;S-1-22-1-1)(A;;0x7;;;S-1-22-1-2)"
        "(A;;0x200af;;;WD)", sid("S-1-5-21-1-2-3"))
    new.type |= security.SEC_DESC_SELF_RELATIVE
    data = ndr_pack(new)
    for n in range(0, len(data), 3):
        assert write_security(dce, data[:n]) in (13, 87), n
    assert "job_submit" in s.local("access", "show"), "as it was"
    assert write_security(dce, data) == 0
    listed = json.loads(s.caselli("access", "list", "--json"))
    bin_row, = [r for r in listed if r["name"] == LOCAL]
    assert bin_row["source"] == "caselli access" and bin_row["mask"] == 0x20017, bin_row
    again = ndr_unpack(security.descriptor, read_security(dce))
    masks = {(e.type, str(e.trustee)): e.access_mask for e in again.dacl.aces}
    assert masks[0, "S-1-22-1-2"] & 7 == 7 and masks[0, "S-1-22-1-1"] == 0x1F03FF, masks
    assert write_security(dce, ndr_pack(again)) == 0, "what we write we read"
    # who may not: a user of the network without the standard rights
    other = bind(OWN, PASSWORD)
    assert write_security(other, data) == 5
    dce.disconnect()
    other.disconnect()


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        os.environ["XDG_CONFIG_HOME"] = folder
        os.environ["KRB5CCNAME"] = f"FILE:{folder}/no-tickets"
        os.environ.pop("CASELLI_SERVER", None)
        s = Scene(folder)
        with s.service:
            s.start()
            passwords(s)
            print("ok passwords")
            bad_passwords(s)
            print("ok bad_passwords")
            left_hanging(s)
            print("ok left_hanging")
            accounts(s)
            print("ok accounts")
            message = inboxes(s)
            print("ok inboxes")
            read_marks(s, message)
            after_restart(s, message)
            print("ok read_marks, after_restart")
            deleted(s)
            print("ok deleted")
            descriptors(s)
            print("ok descriptors")


if __name__ == "__main__":
    main()
