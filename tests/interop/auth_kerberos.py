#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Types 16 and 9 with a KDC of our own: our ends against each other and against MIT's by python3-gssapi.

usage: auth_kerberos.py AUTH_DRIVER
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from auth_end import End

for need in ("/usr/sbin/krb5kdc", "/usr/sbin/kadmin.local", "/usr/sbin/kdb5_util", "/usr/bin/kinit"):
    if not os.path.exists(need):
        print(f"{need} is not installed")
        sys.exit(77)
try:
    import gssapi
    import gssapi.raw as graw
except ImportError:
    gssapi = None

DRIVER = sys.argv[1] if len(sys.argv) > 1 else None
REALM = "FAX.TEST"
SPNEGO, KERBEROS = 9, 16
CONNECT, PKT, INTEGRITY, PRIVACY = 2, 4, 5, 6
EACCES, EPROTO = -13, -1002
HEAD, DATA, TAIL = b"head" * 6, b"sixteen bytes of" * 5, b"\x10\x06\x00\x00\x01\x00\x00\x00"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Realm:
    more = ""  # lines of [libdefaults]

    def __init__(self, folder):
        self.dir = folder
        port = free_port()
        self.path = {n: os.path.join(folder, n) for n in
                     ("krb5.conf", "kdc.conf", "db", "keytab", "other.keytab", "ccache", "clerk2", "log")}
        with open(self.path["krb5.conf"], "w") as f:
            f.write(f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n"
                    " dns_lookup_realm = false\n dns_canonicalize_hostname = false\n rdns = false\n"
                    f"{self.more}"
                    f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{port}\n"
                    f"  auth_to_local = RULE:[1:$1@$0](scribe@{REALM})s/.*/clerk/\n"
                    "  auth_to_local = DEFAULT\n }\n"
                    f"[domain_realm]\n fax.example.org = {REALM}\n .example.org = {REALM}\n")
        with open(self.path["kdc.conf"], "w") as f:
            f.write(f"[realms]\n {REALM} = {{\n  database_name = {self.path['db']}\n"
                    f"  key_stash_file = {folder}/stash\n  kdc_listen = 127.0.0.1:{port}\n"
                    f"  kdc_tcp_listen = 127.0.0.1:{port}\n  acl_file = {folder}/acl\n }}\n"
                    f"[logging]\n kdc = FILE:{self.path['log']}\n")
        self.env = dict(os.environ, KRB5_CONFIG=self.path["krb5.conf"], KRB5_KDC_PROFILE=self.path["kdc.conf"],
                        KRB5CCNAME="FILE:" + self.path["ccache"], KRB5RCACHEDIR=folder,
                        KRB5RCACHENAME="file2:" + folder + "/rcache", KRB5_KTNAME="FILE:/nowhere")
        self.run("/usr/sbin/kdb5_util", "create", "-s", "-P", "master", "-r", REALM)
        for q in ("addprinc -pw secret1 clerk", "addprinc -pw secret2 stranger", "addprinc -pw secret3 scribe",
                  "addprinc -randkey host/fax.example.org",
                  "addprinc -randkey host/other.example.org",
                  f"ktadd -k {self.path['keytab']} host/fax.example.org",
                  f"ktadd -k {self.path['other.keytab']} host/other.example.org"):
            self.run("/usr/sbin/kadmin.local", "-r", REALM, "-q", q)
        self.kdc = subprocess.Popen(["/usr/sbin/krb5kdc", "-n", "-r", REALM], env=self.env,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while subprocess.run(["/usr/bin/kinit", "clerk"], input="secret1\n", text=True, env=self.env,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            assert time.monotonic() < deadline, "the KDC does not answer"
            assert self.kdc.poll() is None, "the KDC has gone"

    def run(self, *argv):
        r = subprocess.run(argv, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert r.returncode == 0, (argv, r.stdout)

    def stop(self):
        self.kdc.terminate()
        self.kdc.wait(10)


def server(realm, mech, level, keytab="keytab"):
    return End(DRIVER, "server", mech, level, "-", realm.path[keytab] if keytab != "-" else "-", env=realm.env)


def client(realm, mech, level, host="fax.example.org", user="-", domain="-", password="-", **env):
    return End(DRIVER, "client", mech, level, host, user, domain, password, env=dict(realm.env, **env))


def shake(a, b):
    """Legs until both are done. Returns how many, or the first error."""
    rc, token = a.step(None)
    legs, ends = 1, (b, a)
    assert rc >= 0, token
    last = rc
    while legs < 10:
        rc, token = ends[(legs - 1) % 2].step(token)
        if rc < 0:
            return rc, token
        if rc == 0 and last == 0 and not token:
            return legs, ""
        last = rc
        legs += 1
    raise AssertionError("no end")


def messages(a, b, level):
    for sign_header in (False, True):
        head, tail = (HEAD, TAIL) if sign_header else (b"", b"")
        for x, y in ((a, b), (b, a), (a, b)):
            for n in (0, 16, 80, 5 * 1024):
                data = (DATA * 70)[:n]
                out, token = x.protect(head, data, tail)
                assert len(token) == x.size() == y.size()
                assert (out != data) == (level == PRIVACY and n > 0), (level, n)
                rc, got = y.unprotect(head, out, tail, token)
                assert (rc, got) == (0, data), (rc, level, n)


def forged(make, level):
    """A fresh pair for each way to forge."""
    for way in ("head", "data", "tail", "token", "replay", "order", "back"):
        a, b = make()
        out, token = a.protect(HEAD, DATA, TAIL)
        parts = {"head": bytearray(HEAD), "data": bytearray(out), "tail": bytearray(TAIL), "token": bytearray(token)}
        if way in parts:
            parts[way][-1] ^= 1
        elif way == "replay":
            assert b.unprotect(*map(bytes, parts.values()))[0] == 0
        elif way == "order":
            out, token = a.protect(HEAD, DATA, TAIL)
            parts["data"], parts["token"] = out, token
        to = a if way == "back" else b
        assert to.unprotect(*map(bytes, parts.values()))[0] == EACCES, way
        # and nothing is believed after it
        if way != "back":
            out, token = a.protect(HEAD, DATA, TAIL)
            assert b.unprotect(HEAD, out, TAIL, token)[0] == EACCES
        a.close()
        b.close()


def ours(realm, mech, level, **who):
    a, b = client(realm, mech, level, **who), server(realm, mech, level)
    assert a.rc == 0 and b.rc == 0, (a.why, b.why)
    legs, why = shake(a, b)
    assert legs > 0, why
    return a, b


def test_ours(realm):
    for mech, name in ((KERBEROS, "kerberos"), (SPNEGO, "spnego/kerberos")):
        for level in (CONNECT, PKT, INTEGRITY, PRIVACY):
            a, b = ours(realm, mech, level)
            assert b.peer() == ("clerk", REALM, name), b.peer()
            if level >= PKT:
                messages(a, b, level)
            a.close()
            b.close()
        for level in (INTEGRITY, PRIVACY):
            forged(lambda: ours(realm, mech, level), level)


def test_names(realm):
    a, b = ours(realm, KERBEROS, PRIVACY, user="clerk", domain=REALM, password="secret1")
    assert b.peer() == ("clerk", REALM, "kerberos")
    # one that krb5.conf maps to another name; by its default all of the realm keep theirs, and their realm
    a, b = ours(realm, KERBEROS, PRIVACY, user="scribe", password="secret3")
    assert b.peer() == ("clerk", "", "kerberos"), b.peer()
    a, b = ours(realm, KERBEROS, PRIVACY, user="stranger", password="secret2")
    assert b.peer() == ("stranger", REALM, "kerberos"), b.peer()
    # out of the cache by name
    a, b = ours(realm, KERBEROS, PRIVACY, user="clerk", domain=REALM)
    assert b.peer() == ("clerk", REALM, "kerberos")


def test_refused(realm):
    c = client(realm, KERBEROS, PRIVACY, user="clerk", domain=REALM, password="wrong")
    assert c.rc == EACCES and "clerk" in c.why, c.why
    c = client(realm, KERBEROS, PRIVACY, KRB5CCNAME="FILE:" + realm.dir + "/none")
    assert c.rc == EACCES or c.step(None)[0] == EACCES
    # no such server in the realm
    c = client(realm, KERBEROS, PRIVACY, host="nobody.example.org")
    rc, why = c.step(None)
    assert rc == EACCES and "not found" in why, why
    # no key for the name that was called; no keytab at all
    for keytab in ("other.keytab", "ccache"):
        a, b = client(realm, KERBEROS, PRIVACY), server(realm, KERBEROS, PRIVACY, keytab)
        rc, why = shake(a, b)
        assert rc < 0 and "Kerberos" in why, (rc, why)
        rc, why = b.step(b"anything")
        assert rc < 0
    # Kerberos is switched off
    assert server(realm, KERBEROS, PRIVACY, "-").rc == -38
    # a replayed first token, a truncated one, each byte of it changed
    a, b = client(realm, KERBEROS, PRIVACY), server(realm, KERBEROS, PRIVACY)
    rc, first = a.step(None)
    for bad in (first[:-1], first[:10], b"\0" + first[1:], first[:-9] + bytes([first[-9] ^ 1]) + first[-8:]):
        b = server(realm, KERBEROS, PRIVACY)
        rc, why = b.step(bad)
        assert rc < 0, bad.hex()
        assert b.step(first)[0] == EPROTO  # nothing after an error
    # three legs: whoever replays the first two cannot make the third
    b = server(realm, KERBEROS, PRIVACY)
    rc, answer = b.step(first)
    assert rc == 1
    assert b.step(answer)[0] < 0


def test_spnego_falls_back(realm):
    """A client without tickets, a server without Kerberos: NTLM inside SPNEGO."""
    users = os.path.join(realm.dir, "users")
    with open(users, "w") as f:
        f.write("clerk:8846f7eaee8fb117ad06bdd830b7586c::\n")  # "password"
    os.chmod(users, 0o600)
    for keytab in (realm.path["keytab"], "-"):
        a = End(DRIVER, "client", SPNEGO, PRIVACY, "fax.example.org", "clerk", "-", "password", env=realm.env)
        b = End(DRIVER, "server", SPNEGO, PRIVACY, users, keytab, env=realm.env)
        legs, why = shake(a, b)
        assert legs > 0, why
        assert b.peer() == ("clerk", "", "spnego/ntlm")
        messages(a, b, PRIVACY)


def mit(usage, mech, realm):
    """python3-gssapi as one end, in DCE style."""
    flags = (gssapi.RequirementFlag.mutual_authentication | gssapi.RequirementFlag.confidentiality |
             gssapi.RequirementFlag.integrity | gssapi.RequirementFlag.replay_detection |
             gssapi.RequirementFlag.out_of_sequence_detection | gssapi.RequirementFlag.dce_style)
    oid = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2" if mech == KERBEROS else "1.3.6.1.5.5.2")
    if usage == "initiate":
        name = gssapi.Name("host@fax.example.org", gssapi.NameType.hostbased_service)
        return gssapi.SecurityContext(name=name, mech=oid, flags=flags, usage="initiate")
    creds = gssapi.Credentials(usage="accept", store={"keytab": realm.path["keytab"]}, mechs=[oid])
    return gssapi.SecurityContext(creds=creds, usage="accept")


class Mit:
    """The same words as End."""

    def __init__(self, ctx):
        self.ctx = ctx

    def step(self, token):
        answer = self.ctx.step(token)
        return (0 if self.ctx.complete else 1), answer or b""

    def iov(self, level, head, data, tail, token):
        kind = graw.IOVBufferType
        first = (kind.header if level == PRIVACY else kind.mic_token, token is None, token)
        rows = [first]
        if head:
            rows.append((kind.sign_only, False, head))
        rows.append((kind.data, False, data))
        if tail:
            rows.append((kind.sign_only, False, tail))
        return graw.IOV(*rows, std_layout=False)

    def protect(self, level, head, data, tail):
        iov = self.iov(level, head, data, tail, None)
        if level == PRIVACY:
            graw.wrap_iov(self.ctx, iov, confidential=True)
        else:
            graw.get_mic_iov(self.ctx, iov)
        return [bytes(x.value) for x in iov if x.type == graw.IOVBufferType.data][0], bytes(iov[0].value)

    def unprotect(self, level, head, data, tail, token):
        iov = self.iov(level, head, data, tail, token)
        if level == PRIVACY:
            graw.unwrap_iov(self.ctx, iov)
        else:
            graw.verify_mic_iov(self.ctx, iov)
        return [bytes(x.value) for x in iov if x.type == graw.IOVBufferType.data][0]


def judge(us, them, level):
    for head, tail in ((b"", b""), (HEAD, TAIL)):
        for n in (16, 80, 1600):
            data = (DATA * 20)[:n]
            out, token = us.protect(head, data, tail)
            assert them.unprotect(level, head, out, tail, token) == data
            out, token = them.protect(level, head, data, tail)
            assert us.unprotect(head, out, tail, token) == (0, data)
    out, token = us.protect(HEAD, DATA, TAIL)
    try:
        them.unprotect(level, HEAD, out, TAIL[::-1], token)
    except gssapi.exceptions.GSSError:
        return
    raise AssertionError("the judge does not judge")


def test_judge(realm):
    if not gssapi:
        return "python3-gssapi is not installed: MIT's GSSAPI did not judge"
    os.environ.update({k: v for k, v in realm.env.items() if k.startswith("KRB5")})
    for mech in (KERBEROS, SPNEGO):
        for level in (INTEGRITY, PRIVACY):
            us, them = server(realm, mech, level), Mit(mit("initiate", mech, realm))
            legs, why = shake(them, us)
            assert legs > 0, why
            assert us.peer()[0] == "clerk"
            judge(us, them, level)
            us.close()
            us, them = client(realm, mech, level), Mit(mit("accept", mech, realm))
            legs, why = shake(us, them)
            assert legs > 0, why
            judge(us, them, level)
            us.close()
    # a client without DCE style is refused
    ctx = gssapi.SecurityContext(name=gssapi.Name("host@fax.example.org", gssapi.NameType.hostbased_service),
                                 usage="initiate", flags=gssapi.RequirementFlag.mutual_authentication |
                                 gssapi.RequirementFlag.integrity | gssapi.RequirementFlag.confidentiality)
    us = server(realm, KERBEROS, PRIVACY)
    rc, why = us.step(ctx.step())
    assert rc == EPROTO and "DCE style" in why, (rc, why)


def main():
    folder = tempfile.mkdtemp(prefix="fxkrb")
    realm = skipped = None
    try:
        realm = Realm(folder)
        for name, fn in sorted(globals().items()):
            if name.startswith("test_"):
                missing = fn(realm)
                print("not run:" if missing else "ok", name)
                skipped = missing or skipped
    finally:
        if realm:
            realm.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if skipped:
        print("skipped:", skipped)
    return 77 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
