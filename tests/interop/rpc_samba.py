#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The wire judged by Samba's RPC client: bind with two contexts, requests, faults.

Samba's bindings speak TCP, so a small relay of bytes stands before the Unix socket.
Exit code 77 (skipped) when python3-samba is missing.
usage: rpc_samba.py SERVER-PROGRAM
"""
import multiprocessing
import socket
import struct
import subprocess
import sys
import tempfile
import threading

try:
    from samba.dcerpc import base
    from samba.param import LoadParm
    from samba import NTSTATUSError
except ImportError:
    print("python3-samba is not installed")
    sys.exit(77)


def pump(a, b):
    try:
        while True:
            piece = a.recv(65536)
            if not piece:
                break
            b.sendall(piece)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def relay(listener, path):
    while True:
        try:
            tcp, _ = listener.accept()
        except OSError:
            return
        unix = socket.socket(socket.AF_UNIX)
        unix.connect(path)
        for pair in ((tcp, unix), (unix, tcp)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def main():
    with tempfile.TemporaryDirectory() as tmp:
        path = tmp + "/rpc"
        server = subprocess.Popen([sys.argv[1], path], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        assert server.stdout.readline() == b"ready\n"
        listener = socket.create_server(("127.0.0.1", 0))
        # a process, not a thread: Samba's calls keep Python's lock while they wait
        relay_process = multiprocessing.Process(target=relay, args=(listener, path), daemon=True)
        relay_process.start()
        lp = LoadParm()
        lp.load_default()
        c = base.ClientConnection("ncacn_ip_tcp:127.0.0.1[%d]" % listener.getsockname()[1],
                                  ("ea0a3165-4834-11d2-a6f8-00c04fa346cc", 4), lp)
        out = c.request(80, struct.pack("<I", 0x30000))
        api, handle, status = out[:4], out[4:24], struct.unpack("<I", out[24:28])[0]
        assert status == 0 and struct.unpack("<I", api)[0] == 0x30000 and any(handle)
        out = c.request(10, b"")
        size, count, status = struct.unpack("<III", out[-12:])
        assert status == 0 and count == 2 and len(out) == 8 + size + 12
        out = c.request(2, struct.pack("<II", 1, 1))
        port, status = out[:20], struct.unpack("<I", out[20:])[0]
        assert status == 0
        out = c.request(8, port)
        assert struct.unpack("<I", out[-4:])[0] == 0 and struct.unpack_from("<I", out, 8)[0] == 88
        for op, stub in ((79, b""), (8, b"\0" * 20), (80, b"\0")):
            try:
                c.request(op, stub)
            except NTSTATUSError:
                continue
            raise AssertionError("no fault for %d" % op)
        assert struct.unpack("<I", c.request(3, port)[20:])[0] == 0
        del c
        relay_process.terminate()
        server.stdin.close()
        assert server.wait(10) == 0
    print("Samba agrees")


if __name__ == "__main__":
    main()
