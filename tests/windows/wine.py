# SPDX-License-Identifier: Apache-2.0
"""Programs of the Windows build under Wine.

One prefix serves all tests of a run: CASELLI_WINE (default: wine/ in the build folder), made by
whichever test comes first. Every program ends with the line END, which is demanded: script
engines and loaders that fail may print nothing and exit 0.

CASELLI_WIN     build folder of the Windows libraries (build-win64)
CASELLI_BUILD   build folder of the service (build)
"""
import atexit
import fcntl
import glob
import os
import shutil
import signal
import subprocess
import tempfile

WIN = os.environ["CASELLI_WIN"]
PREFIX = os.environ.get("CASELLI_WINE", os.path.join(WIN, "wine"))
START_S = 180  # of the prefix; 5 s on an idle machine
RUN_S = 60     # of a program, unless the test says otherwise


def windows_path(path):
    """As Wine's programs see a file: / is drive Z:."""
    return "Z:" + os.path.abspath(path).replace("/", "\\")


def environment(**more):
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    dlls = ";".join(windows_path(os.path.join(WIN, "clients", d)) for d in ("winfax", "faxcom"))
    env.update(WINEPREFIX=PREFIX, WINEARCH="win64", WINEDEBUG=os.environ.get("WINEDEBUG", "-all"),
               WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d", WINEPATH=dlls)
    env.pop("CASELLI_SERVER", None)
    env.update(more)
    return env


held = None  # the lock file of the prefix, shared by all tests that use it


def prefix():
    """Make the prefix if it is not there yet; others wait. Its processes end with the last test
    that uses it."""
    global held
    if held:
        return
    held = open(PREFIX + ".lock", "w", encoding="ascii")
    fcntl.flock(held, fcntl.LOCK_EX)
    done = PREFIX + ".done"
    if not (os.path.exists(done) and os.path.isdir(PREFIX)):
        shutil.rmtree(PREFIX, ignore_errors=True)
        limited(["wineboot", "-i"], environment(), START_S)
        limited(["wineserver", "-w"], environment(), START_S)
        with open(done, "w", encoding="ascii"):
            pass
    fcntl.flock(held, fcntl.LOCK_SH)
    atexit.register(leave)


def leave():
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # somebody else's turn
    for how in "-k", "-w":
        subprocess.run(["wineserver", how], env=environment(), timeout=START_S, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def limited(command, env, seconds, **how):
    """Run with a time limit; past it the process and its children end. -> (exit code, bytes)"""
    with tempfile.TemporaryFile() as f:
        # A file, not a pipe: Wine's own services inherit it and live on for seconds.
        p = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=f,
                             stderr=subprocess.STDOUT, start_new_session=True, **how)
        late = False
        try:
            p.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            late = True
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()
        f.seek(0)
        out = f.read()
    assert not late, f"{command} did not end within {seconds} s:\n{out.decode(errors='replace')}"
    return p.returncode, out


def run(program, *args, seconds=RUN_S, **env):
    """Run a program; -> its lines without END. A path that names a file of ours is translated by
    the caller (windows_path)."""
    prefix()
    code, out = limited(["wine", program, *args], environment(**env), seconds)
    return ended(program, *told(code, 0, out.decode("utf-8", errors="replace")))


def told(code, wanted, out):
    """-> (exit code, lines). On a busy machine the loader below Wine may complain after a program
    has ended: a thread of Wine's still loads something. Then the exit code is the loader's; what
    the program printed decides."""
    lines = out.replace("\r", "").splitlines()
    kept = [line for line in lines
            if not line.startswith("Inconsistency detected by ld.so: dl-fini.c")]
    return wanted if code == 127 and len(kept) < len(lines) else code, kept


def ended(program, code, lines):
    text = "\n".join(lines)
    assert lines and lines[-1] == "END", f"{program} ended without END (exit {code}):\n{text}"
    assert code == 0, f"{program}: exit {code}:\n{text}"
    return lines[:-1]


def script(path, *args, code=0, seconds=RUN_S, **env):
    """Run a script by its engine; -> its lines, without END if it is to succeed."""
    prefix()
    got, out = limited(["wine", "cscript", "//nologo", windows_path(path), *args],
                       environment(**env), seconds)
    got, lines = told(got, code, out.decode("cp437")) # the OEM code page
    if code == 0:
        return ended(os.path.basename(path), got, lines)
    assert got == code, f"{path}: exit {got}, not {code}:\n" + "\n".join(lines)
    return lines


def appdata():
    """%APPDATA% of the prefix; Wine does not take it from the environment."""
    prefix()
    found = [d for d in glob.glob(os.path.join(PREFIX, "drive_c/users/*/AppData/Roaming"))
             if os.path.basename(d.split("/AppData")[0]) != "Public"]
    assert len(found) == 1, found
    return found[0]


def test_program(name):
    return os.path.join(WIN, "tests/windows", name + ".exe")
