# SPDX-License-Identifier: Apache-2.0
"""The examples of the fax objects do what they say."""
import subprocess

from members_table import *
from rows_doc import fax

EXAMPLES = com.ROOT / "examples"


def run(*command, good=True):
    env = dict(os.environ, LD_LIBRARY_PATH=os.path.join(fx.BUILD, "clients/faxcom"))
    p = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert (p.returncode == 0) == good, p.stdout
    return p.stdout


def fax_file(w):
    f = fax(w)
    program = str(EXAMPLES / "fax-file.py")
    out = run(sys.executable, program, f.files["inbox"], f.files["sent"])
    for text in ("Ann", "Bob \u20ac", "UTC", f.inbox["Csid"].decode()):
        assert text in out, (text, out)
    eq(run(sys.executable, program, "--tag", "256", f.files["sent"]), "1728\n")
    assert "does not exist" in run(sys.executable, program, "/none.tif", good=False)


def routing_methods(w):
    program = os.path.join(fx.BUILD, "examples/routing-methods")
    if not os.path.exists(program):
        print("routing-methods: not built, there is no C++ compiler")
        return
    m, port = w.method(), w.port()
    friendly = m.slot("get_FriendlyName")[1]
    assert friendly in run(program, w.service.socket)
    m.slot("put_Enable", 0)
    before = m.slot("get_RoutingData")[1]
    out = run(program, w.service.socket, "enable", port.slot("get_Name")[1], friendly,
              good=bool(before))
    eq(m.slot("get_Enable"), (0, int(bool(before))), out) # what lacks its folder stays off
    run(program, w.service.socket, "disable", port.slot("get_Name")[1], friendly)
    eq(m.slot("get_Enable"), (0, 0))
    assert "no such port" in run(program, w.service.socket, "enable", "x", "y", good=False)
    assert "0x800706BA" in run(program, w.service.dir + "/none", good=False)


def main():
    os.environ.update(LC_ALL="C.UTF-8", XDG_CONFIG_HOME="/nonexistent")
    with fx.Service("[loop]\nports = 2\n") as service:
        service.start().close()
        w = World(service)
        fax_file(w)
        routing_methods(w)
        w.__dict__.clear()


if __name__ == "__main__":
    main()
