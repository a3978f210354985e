#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""casellid with a keytab, our library and `caselli` with tickets, two realms that trust each other:
a fax goes and events come at level privacy, by Kerberos and by SPNEGO; who has no ticket, an old
one or one for another service is told so; whose a name is, home or abroad (decisions 0610, 0645).

The KDC is the one of tests/interop/auth_kerberos.py. Exit code 77 without MIT's KDC.
"""
import os
import pwd
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
import auth_kerberos  # noqa: E402  exits with 77 without its programs
import caselli as fx  # noqa: E402
import network_test  # noqa: E402

HOME, ABROAD = auth_kerberos.REALM, "OTHER.TEST"
GOOD, POOR = "daemon", "nobody"  # users of every machine
HOST = "localhost"  # as clients name it, so the service is host/localhost
RIGHTS = f"""[rights]
users = none
user {GOOD} = all
user {ABROAD}\\{GOOD} = job_submit
user stranger = job_query
"""


class Abroad(auth_kerberos.Realm):
    """A second KDC; the first one's krb5.conf is left behind for a common one."""

    def __init__(self, folder):
        os.mkdir(folder)
        old, auth_kerberos.REALM = auth_kerberos.REALM, ABROAD
        try:
            super().__init__(folder)
        finally:
            auth_kerberos.REALM = old


def kadmin(realm, name, *queries):
    for q in queries:
        realm.run("/usr/sbin/kadmin.local", "-r", name, "-q", q)


class Scene:
    def __init__(self, folder):
        self.folder = folder
        home, abroad = os.path.join(folder, "home"), os.path.join(folder, "abroad")
        os.mkdir(home)
        auth_kerberos.Realm.more = " clockskew = 1\n"  # five minutes would be a long test
        self.home, self.abroad = auth_kerberos.Realm(home), None
        self.abroad = Abroad(abroad)
        kadmin(self.home, HOME, f"addprinc -pw home1 {GOOD}", f"addprinc -pw home2 {POOR}",
               "addprinc -pw home3 root", f"addprinc -randkey host/{HOST}",
               f"ktadd -k {folder}/keytab host/{HOST}",
               f"addprinc -pw trust krbtgt/{HOME}@{ABROAD}")
        kadmin(self.abroad, ABROAD, f"addprinc -pw abroad1 {GOOD}",
               f"addprinc -pw trust krbtgt/{HOME}@{ABROAD}")
        self.join()
        self.port = network_test.free_port()
        self.server = f"{HOST}:{self.port}"
        os.environ.update({k: self.home.env[k] for k in
                           ("KRB5_CONFIG", "KRB5RCACHEDIR", "KRB5RCACHENAME", "KRB5_KTNAME")})
        self.service = fx.Service(self.settings(HOME))

    def settings(self, home):
        return (f"[rpc]\nlisten = 127.0.0.1:{self.port}\nauth = kerberos\nhost = {HOST}\n"
                f"keytab = {self.folder}/keytab\nlocal_min_level = privacy\n{RIGHTS}"
                f"home_domains = {home}\n[loop]\ntransport = t38\nt38_pacing = unpaced\n")

    def join(self):
        """krb5.conf of the machine: both realms, and a default one."""
        with open(self.abroad.env["KRB5_CONFIG"], encoding="ascii") as f:
            their = f.read().split("[realms]\n")[1].split("[domain_realm]")[0]
        with open(self.home.env["KRB5_CONFIG"], encoding="ascii") as f:
            text = f.read()
        with open(self.home.env["KRB5_CONFIG"], "w", encoding="ascii") as f:
            f.write(text.replace("[domain_realm]\n", f"{their}[domain_realm]\n {HOST} = {HOME}\n"))

    def ticket(self, principal, password, *options):
        """A cache of its own. -> environment of a client"""
        name = f"{self.folder}/cc-{principal}".replace("@", "-")
        env = dict(os.environ, KRB5CCNAME=f"FILE:{name}")
        env.pop("CASELLI_USER", None)
        done = subprocess.run(["/usr/bin/kinit", *options, principal], env=env, text=True,
                              input=password + "\n", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        return env

    def caselli(self, env, *words, code=0, server=None):
        done = subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", server or self.server,
                               *words], env=env, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, timeout=120)
        assert done.returncode == code, (words, done.returncode, done.stdout,
                                         self.service.log_tail())
        return done.stdout

    def stop(self):
        for realm in (self.home, self.abroad):
            if realm:
                realm.stop()


def log_of(s):
    with open(os.path.join(s.service.dir, "log"), encoding="utf-8", errors="replace") as f:
        return f.read()


def a_fax_goes(s):
    path = os.path.join(s.folder, "letter.txt")
    fx.text_document(path, "letter", 2)
    mine = s.ticket(GOOD, "home1")
    for kind, word in (("kerberos", "kerberos"), ("negotiate", "spnego/kerberos"),
                       (None, "spnego/kerberos")):
        env = dict(mine, CASELLI_AUTH=kind) if kind else mine
        assert "Loop 1" in s.caselli(env, "ports")
        assert "caselli:" not in s.caselli(env, "send", "102", path, "--wait")
        assert f" {word}\", level privacy" in s.service.log_tail(200), s.service.log_tail()
    assert s.caselli(mine, "sent", "--json").count('"message"') == 3
    # the library in this process, and events by a connection of their own
    os.environ.update(KRB5CCNAME=mine["KRB5CCNAME"], CASELLI_AUTH="kerberos")
    client = fx.Client(s.server)
    events = network_test.Events(client)
    ident, _ = client.send("102", [path], "letter")
    events.until(network_test.FEI_COMPLETED)
    events.close()
    job = client.job(ident)
    assert job["UserName"].decode() == GOOD, job["UserName"]
    client.close()
    del os.environ["KRB5CCNAME"], os.environ["CASELLI_AUTH"]


def who_may_not(s):
    # no ticket at all; the client says so itself
    none = dict(os.environ, KRB5CCNAME=f"FILE:{s.folder}/none")
    for kind in ("kerberos", "negotiate"):
        out = s.caselli(dict(none, CASELLI_AUTH=kind), "ports", code=4)
        assert "caselli login" in out or "kinit" in out or "redentials" in out, out
    # a ticket that ran out: of two seconds, and this is the one wait for a real clock here
    old = s.ticket(GOOD, "home1", "-l", "2s")
    end = time.monotonic() + 20
    while subprocess.run(["/usr/bin/kvno", "-q", f"host/{HOST}"], env=old,
                         stderr=subprocess.DEVNULL).returncode == 0:
        assert time.monotonic() < end
        time.sleep(0.2)
    out = s.caselli(old, "ports", code=4)
    assert "expired" in out.lower(), out
    # the name of the server that no key is for: 127.0.0.1 is not in the realm
    mine = s.ticket(GOOD, "home1")
    out = s.caselli(mine, "ports", code=4, server=f"127.0.0.1:{s.port}")
    assert "host/127.0.0.1" in out or "not found" in out, out
    # a service of that name whose key the service does not have
    kadmin(s.home, HOME, "addprinc -randkey host/127.0.0.1")
    mine = s.ticket(GOOD, "home1")
    s.caselli(mine, "ports", code=4, server=f"127.0.0.1:{s.port}")
    assert "Kerberos" in s.service.log_tail(5), s.service.log_tail(5)
    # the superuser; a user without rights
    root = s.ticket("root", "home3")
    s.caselli(root, "ports", code=4)
    assert "superuser" in s.service.log_tail(5), s.service.log_tail(5)
    out = s.caselli(s.ticket(POOR, "home2"), "ports", code=4)
    assert "may not use the service" in out, out
    # below the level that is asked for
    for level in ("connect", "integrity"):
        out = s.caselli(dict(mine, CASELLI_AUTH_LEVEL=level), "ports", code=4)
        assert level in out, out


def names_home_and_abroad(s):
    mine, foreign = s.ticket(GOOD, "home1"), s.ticket(f"{GOOD}@{ABROAD}", "abroad1")
    stranger = s.ticket("stranger", "secret2")
    path = os.path.join(s.folder, "letter.txt")
    # of the same name, but of another realm: an account, not the user of the machine
    out = s.caselli(foreign, "send", "103", path)
    assert "caselli:" not in out, out
    s.caselli(foreign, "ports", code=4)  # has job_submit alone
    owners = s.caselli(mine, "jobs", "--json") + s.caselli(mine, "sent", "--json")
    assert f'{ABROAD}\\\\{GOOD}' in owners, owners
    # home_domains, no user of the machine: the account of the name alone
    try:
        pwd.getpwnam("stranger")
    except KeyError:
        s.caselli(stranger, "jobs")
        assert "user stranger " in log_of(s) and f"{HOME}\\stranger" not in log_of(s)
    # nothing is home: the realm stays, so rights of the names alone are not theirs
    with open(s.service.conf, "w", encoding="ascii") as f:
        f.write(s.settings(""))
    s.service.stop()
    s.service.start().close()
    s.caselli(mine, "ports", code=4)
    s.caselli(stranger, "jobs", code=4)
    assert f"{HOME}\\{GOOD}" in log_of(s) and f"{HOME}\\stranger" in log_of(s)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        for name in ("CASELLI_SERVER", "CASELLI_USER", "CASELLI_AUTH", "KRB5CCNAME"):
            os.environ.pop(name, None)
        s = Scene(folder)
        try:
            with s.service:
                s.service.start().close()
                for step in (a_fax_goes, who_may_not, names_home_and_abroad):
                    step(s)
                    print("ok", step.__name__, flush=True)
        finally:
            s.stop()


if __name__ == "__main__":
    main()
