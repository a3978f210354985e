# SPDX-License-Identifier: Apache-2.0
"""What tests over TCP share: a free port, a user with a password, the settings of both ends."""
import atexit
import os
import shutil
import socket
import tempfile

from impacket.ntlm import compute_nthash

USER, PASSWORD = "clerk", "Pantelegraph 1865"
FOLDER = tempfile.mkdtemp(prefix="fxnet-")
atexit.register(shutil.rmtree, FOLDER, True)
USERS = os.path.join(FOLDER, "users")
PASSWORD_FILE = os.path.join(FOLDER, "password")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


PORT = free_port()


def server(port=PORT):
    return f"127.0.0.1:{port}"


def settings(rights="all", **more):
    """[rpc] and [rights]: the user may do all."""
    lines = "".join(f"{k} = {v}\n" for k, v in more.items())
    return (f"[rpc]\nlisten = 127.0.0.1:{PORT}\nusers_file = {USERS}\n{lines}"
            f"[rights]\nuser {USER} = {rights}\n")


def add_user(service=None, name=USER, password=PASSWORD):
    old = open(USERS).read() if os.path.exists(USERS) else ""
    with os.fdopen(os.open(USERS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        f.write(old + f"{name}:{compute_nthash(password).hex()}::\n")


def environment(user=USER, password=PASSWORD):
    with os.fdopen(os.open(PASSWORD_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                   "w") as f:
        f.write(password + "\n")
    return {**os.environ, "CASELLI_USER": user, "CASELLI_PASSWORD_FILE": PASSWORD_FILE}
