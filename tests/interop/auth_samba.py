#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Samba's RPC client, which refuses wrong signatures, logs in at casellid over TCP: NTLM, SPNEGO with
NTLM and with Kerberos inside, raw Kerberos; signed and sealed. The KDC is the one of auth_kerberos.py.
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
try:
    from samba.dcerpc import mgmt  # noqa: F401
except ImportError:
    print("python3-samba is not installed")
    sys.exit(77)

CLIENT = """
import os
import sys
from samba.credentials import SPECIFIED, Credentials, DONT_USE_KERBEROS, MUST_USE_KERBEROS
from samba.dcerpc import mgmt
from samba.param import LoadParm
binding, user, password = sys.argv[1:]
lp = LoadParm()
lp.load_default()
lp.set("realm", "FAX.TEST")
creds = Credentials()
creds.guess(lp)
if password == "-":
    creds.set_named_ccache(os.environ["KRB5CCNAME"], SPECIFIED, lp)
    creds.set_kerberos_state(MUST_USE_KERBEROS)
else:
    creds.set_username(user)
    creds.set_password(password)
    creds.set_domain("OFFICE")
    creds.set_kerberos_state(DONT_USE_KERBEROS)
c = mgmt.mgmt(binding, lp, creds)
for _ in range(3):
    assert c.is_server_listening() is not None
print("done")
"""


def login(env, port, options, password="password"):
    host = "127.0.0.1" if password != "-" else "fax.example.org"
    binding = f"ncacn_ip_tcp:{host}[{port},{options}]"
    r = subprocess.run(["/usr/bin/python3", "-c", CLIENT, binding, "clerk", password], env=env, timeout=30,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return r.stdout.strip().splitlines()[-1] if r.stdout.strip() else ""


def main():
    import auth_kerberos
    import caselli as fx
    folder = tempfile.mkdtemp(prefix="fxsmb")
    realm = None
    try:
        realm = auth_kerberos.Realm(folder)
        users = os.path.join(folder, "users")
        with open(users, "w") as f:
            f.write("clerk:8846f7eaee8fb117ad06bdd830b7586c::\n")
        os.chmod(users, 0o600)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        os.environ.update({k: v for k, v in realm.env.items() if k.startswith("KRB5")})
        settings = (f"[rpc]\nlisten = 127.0.0.1:{port}\nauth = ntlm kerberos\nmin_level = connect\n"
                    f"users_file = {users}\nkeytab = {realm.path['keytab']}\nhost = fax.example.org\n")
        with fx.Service(settings) as service:
            service.start()
            for auth in ("ntlm", "spnego"):
                for level in ("connect", "sign", "seal"):
                    got = login(realm.env, port, f"{auth},{level}")
                    assert got == "done", (auth, level, got, service.log_tail())
            got = login(realm.env, port, "ntlm,seal", "wrong")
            assert got != "done" and "wrong password for user clerk" in service.log_tail(), got
            print("ok ntlm, spnego with ntlm")
            env = dict(realm.env, LD_PRELOAD="libnss_wrapper.so", NSS_WRAPPER_HOSTS=folder + "/hosts")
            with open(folder + "/hosts", "w") as f:
                f.write("127.0.0.1 fax.example.org\n")
            if subprocess.run(["/usr/bin/python3", "-c", "import socket; socket.gethostbyname('fax.example.org')"],
                              env=env, stderr=subprocess.DEVNULL).returncode:
                print("skipped: libnss-wrapper is not installed: Samba's client did not try Kerberos")
                return 77
            for auth in ("krb5", "spnego"):
                for level in ("sign", "seal"):
                    got = login(env, port, f"{auth},{level}", "-")
                    assert got == "done", (auth, level, got, service.log_tail())
            print("ok kerberos, spnego with kerberos")
    finally:
        if realm:
            realm.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
