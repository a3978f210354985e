# SPDX-License-Identifier: Apache-2.0
"""winfax.dll without a server, and which server "" is."""
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wine


def offline(program):
    folder = os.path.join(wine.appdata(), "Caselli")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "profile"), "w", encoding="utf-8", newline="\r\n") as f:
        f.write("# who I am\nname = Andr\u00e9 Caselli\noffice = Room 7\n")
    wine.run(wine.test_program(program))


class Door:
    """A port where somebody may knock; whoever does is sent away."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen()
        self.name = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.knocks = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.socket.accept()
            self.knocks += 1
            peer.close()

    def knocked(self):
        """Did the program that has just ended connect here?"""
        n, self.knocks = self.knocks, 0
        return n > 0


def where():
    """CASELLI_SERVER before the user's registry before the machine's, and a name before all."""
    doors = {k: Door() for k in ("name", "env", "user", "machine")}
    program = wine.test_program("where")
    steps = [("name", {"CASELLI_SERVER": doors["env"].name}, doors["name"].name),
             ("env", {"CASELLI_SERVER": doors["env"].name}, ""), ("user", {}, ""),
             ("machine", {}, "")]
    wine.run(program, "set", "HKCU", doors["user"].name)
    wine.run(program, "set", "HKLM", doors["machine"].name)
    try:
        for step, env, name in steps:
            if step == "machine":
                wine.run(program, "delete", "HKCU")
            wine.run(program, "connect", name, **env)
            found = [k for k, d in doors.items() if d.knocked()]
            assert found == [step], f"step {step}: knocked at {found}"
    finally:
        wine.run(program, "delete", "HKCU")
        wine.run(program, "delete", "HKLM")


if __name__ == "__main__":
    offline("offline")
    where()
    print("END")
