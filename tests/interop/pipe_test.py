#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The named pipe SHAREDFAX through a real smbd: impacket opens it over SMB and calls the fax
interface, without authentication of its own and with NTLM inside the pipe.

The smbd is the test's: its folders, its users, a port of its own, ended with the test.
Exit code 77 (skipped) without root, smbd or impacket.
"""
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
SMBD = shutil.which("smbd", path=os.environ["PATH"] + ":/usr/sbin")
if os.geteuid() != 0 or not SMBD:
    print("needs root and smbd (package samba)")
    sys.exit(77)
try:
    from impacket.dcerpc.v5 import rpcrt, transport
    from impacket.uuid import uuidtup_to_bin
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(77)
import caselli as fx
import network as net

FAX = uuidtup_to_bin(("ea0a3165-4834-11d2-a6f8-00c04fa346cc", "4.0"))
# Accounts that every Debian has; their passwords are the test Samba's alone.
CLERK, GUEST, ROOT = "daemon", "nobody", "root"
SECRET = "Pantelegraph 1865"


class Samba:
    def __init__(self, folder):
        self.dir, self.port = folder, net.free_port()
        for name in ("private", "lock", "state", "cache", "pid", "rpc"):
            os.mkdir(os.path.join(folder, name))
        self.pipe = os.path.join(folder, "rpc", "np", "sharedfax")
        self.conf = os.path.join(folder, "smb.conf")
        with open(self.conf, "w") as f:
            f.write(f"""[global]
workgroup = FAXTEST
netbios name = FAXHOST
server role = standalone server
private dir = {folder}/private
lock directory = {folder}/lock
state directory = {folder}/state
cache directory = {folder}/cache
pid directory = {folder}/pid
ncalrpc dir = {folder}/rpc
passdb backend = tdbsam:{folder}/private/passdb.tdb
log file = {folder}/log.smbd
smb ports = {self.port}
interfaces = 127.0.0.1
bind interfaces only = yes
disable spoolss = yes
load printers = no
""")
        os.makedirs(os.path.dirname(self.pipe), 0o700)
        for user in (CLERK, GUEST, ROOT):
            subprocess.run(["smbpasswd", "-c", self.conf, "-s", "-a", user], text=True,
                           input=f"{SECRET}\n{SECRET}\n", check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        self.process = subprocess.Popen([SMBD, "-F", "--no-process-group", "-s", self.conf],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("smbd does not listen")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


def connect(samba, user, level=None, rpc_user=None):
    """Open the pipe as `user`; with a level, bind as `rpc_user` by NTLM inside it."""
    t = transport.DCERPCTransportFactory(r"ncacn_np:127.0.0.1[\pipe\SHAREDFAX]")
    t.set_dport(samba.port)
    t.set_credentials(user, SECRET)
    t.set_connect_timeout(20)
    dce = t.get_dce_rpc()
    dce.connect()
    if level:
        dce.set_credentials(rpc_user, net.PASSWORD)
        dce.set_auth_type(rpcrt.RPC_C_AUTHN_WINNT)
        dce.set_auth_level(level)
    dce.bind(FAX)
    return dce


def call(dce, opnum, stub=b""):
    dce.call(opnum, stub)
    return dce.recv()


def ports(dce):
    answer = call(dce, 80, struct.pack("<I", 0x30000))
    assert answer[:4] == struct.pack("<I", 0x30000) and answer[-4:] == b"\0" * 4, answer.hex()
    answer = call(dce, 10)
    assert answer[-4:] == b"\0" * 4, answer.hex()
    return struct.unpack("<I", answer[-8:-4])[0]


def refused(fn, *args, **more):
    try:
        fn(*args, **more)
    except Exception as e:  # how impacket says that the pipe was closed differs by moment
        return e
    raise AssertionError("it was let in")


def by_what_samba_says(samba, service):
    dce = connect(samba, CLERK)
    assert ports(dce) == 2
    # a large answer is many fragments, and each is a message of the pipe
    for _ in range(20):
        assert ports(dce) == 2
    dce.disconnect()
    refused(lambda: ports(connect(samba, GUEST)))
    refused(lambda: ports(connect(samba, ROOT)))
    log = service.log_tail(100)
    assert "anonymous or a guest" in log, log
    assert "may not use the fax service" in log, log


def with_ntlm_inside(samba):
    for level in (rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY, rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY):
        # Samba lets a guest open the pipe; who calls is proved inside
        dce = connect(samba, GUEST, level, net.USER)
        assert ports(dce) == 2
        dce.disconnect()


def strangers(samba, service):
    """Not smbd: told from it by what it says; the socket is root's alone."""
    assert os.stat(samba.pipe).st_mode & 0o777 == 0o600
    for data in (b"\0\0\0\x10NPAM" + b"\xff" * 12, b"GET / HTTP/1.0\r\n\r\n", b"\xff" * 4000):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(samba.pipe)
            s.sendall(data)
            assert s.recv(100) == b""
    dce = connect(samba, CLERK)
    assert ports(dce) == 2
    dce.disconnect()


def levels(samba):
    """Where privacy is required on this machine, too, Samba's word is not enough."""
    refused(lambda: ports(connect(samba, CLERK)))
    dce = connect(samba, CLERK, rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY, net.USER)
    assert ports(dce) == 2
    dce.disconnect()


def main():
    folder = tempfile.mkdtemp(prefix="fxsmb-")
    samba = Samba(folder)
    try:
        net.add_user()
        rights = f"user {CLERK} = all\n"
        with fx.Service(net.settings(samba_pipe=samba.pipe) + rights) as service:
            service.start()
            by_what_samba_says(samba, service)
            with_ntlm_inside(samba)
            strangers(samba, service)
            service.stop()
            assert not os.path.exists(samba.pipe)
        strict = net.settings(samba_pipe=samba.pipe, local_min_level="privacy") + rights
        with fx.Service(strict) as service:
            service.start()
            levels(samba)
    finally:
        samba.stop()
        shutil.rmtree(folder, True)
    print("pipe: all good")


if __name__ == "__main__":
    sys.exit(main())
