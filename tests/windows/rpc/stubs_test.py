# SPDX-License-Identifier: Apache-2.0
"""Wine's rpcrt4 with stubs that widl made from our reading of [MS-FAX] as a client of the service:
each method with a good call and a bad one, events called back into Wine, NTLM at integrity and at
privacy. NTLM of Wine needs /usr/bin/ntlm_auth (winbind).

usage: stubs_test.py [integrity|privacy]...
"""
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "../../e2e")]
try:
    from impacket.ntlm import compute_nthash
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(77)
import wine  # noqa: E402
import caselli as fx  # noqa: E402

PASSWORD = "Pantelegraph 1865"
LEVELS = {"integrity": 5, "privacy": 6}
LOOP = "[loop]\nports = 2\ntransport = t38\nt38_pacing = unpaced\nring_delay_ms = 10\n"


def run_as():
    """Who the service runs as, and what stands before its command. Plug-ins are registered by the
    service's own user, who comes over the network like any other unless he is root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()), []
    user = pwd.getpwnam("nobody")
    wrap = ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups",
            "--inh-caps", "+net_bind_service", "--ambient-caps", "+net_bind_service"]
    try:
        can = subprocess.run([*wrap, f"{fx.BUILD}/src/daemon/casellid", "--version"], check=False,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        can = False
    if not can:
        print("casellid cannot be run as nobody from here: it is root's")
    return (user, wrap) if can else (pwd.getpwuid(0), [])


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def mapper_port(level):
    """135 if it can be had; Wine asks nowhere else."""
    if level != "privacy":
        return "off"
    try:
        with socket.create_server(("127.0.0.1", 135)):
            return "135"
    except OSError as e:
        print(f"the endpoint mapper is left out: port 135: {e.strerror}")
        return "off"


def start(user, wrap, port, mapper):
    service = fx.Service(wrap=wrap)
    name = user.pw_name if user.pw_uid else "clerk"
    users = os.path.join(service.dir, "users")
    with open(users, "w", encoding="utf-8") as f:
        for who in (name, "poor", "nemo"):
            f.write(f"{who}:{compute_nthash(PASSWORD).hex()}::\n")
    os.chmod(users, 0o600)
    with open(service.conf, "w", encoding="utf-8") as f:
        f.write(f"[service]\nlog_level = debug\n{LOOP}[rpc]\nlisten = 127.0.0.1:{port}\n"
                f"endpoint_mapper = {mapper}\nusers_file = {users}\n"
                f"[rights]\nuser {name} = all\nuser poor = job_submit\nuser nemo = none\n")
    for path in (service.dir, users, service.conf):
        os.chown(path, user.pw_uid, user.pw_gid)
    return service, name


def register_extension(client):
    """By the service's own user on its socket, as its administrator does it."""
    wide = [(s + "\0").encode("utf-16-le") + b"\0" for s in
            ("widl-extension", "An extension", "/nowhere/extension.so")]
    lib = fx.lib
    lib.FaxRegisterRoutingExtensionW.argtypes = [fx.c.c_void_p] + [fx.c.c_char_p] * 3 + [
        fx.c.c_void_p] * 2
    kind = fx.c.CFUNCTYPE(fx.c.c_int32, fx.c.c_void_p, fx.c.c_void_p,
                          *[fx.c.POINTER(fx.c.c_uint16)] * 4)
    given = []

    def on_method(_handle, _context, name, friendly, function, guid):
        if given:
            return 0
        given.append(1)
        for dst, text in ((name, "widl"), (friendly, "Widl"), (function, "Route"),
                          (guid, "{11111111-2222-3333-4444-555555555555}")):
            for i, unit in enumerate(text + "\0"):
                dst[i] = ord(unit)
        return 1

    if not lib.FaxRegisterRoutingExtensionW(client.handle, *wide, kind(on_method), None):
        raise fx.Failed("FaxRegisterRoutingExtensionW", lib.GetLastError())


def one(level, user, wrap):
    port, mapper = free_port(), mapper_port(level)
    service, name = start(user, wrap, port, mapper)
    with service, tempfile.TemporaryDirectory() as folder:
        os.chown(folder, user.pw_uid, user.pw_gid)
        client = service.start()
        register_extension(client)
        client.close()
        lines = wine.run(wine.test_program("rpc/stubs"), "127.0.0.1",
                         "-" if mapper == "135" else str(port), str(LEVELS[level]), name, PASSWORD,
                         "OWNER" if user.pw_uid else "OTHER", folder)
        assert lines == ["104 methods"], "\n".join(lines)
        print("ok", level, "through the endpoint mapper" if mapper == "135" else f"port {port}")


def main():
    if not shutil.which("ntlm_auth"):
        print("ntlm_auth (package winbind) is not installed")
        return 77
    user, wrap = run_as()
    for level in sys.argv[1:] or LEVELS:
        one(level, user, wrap)
    return 0


if __name__ == "__main__":
    sys.exit(main())
