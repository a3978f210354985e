#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""efax, whose T.30 is not spandsp's, calls one of our ports and is called by another, each through a
class 1 modem on a PTY (pty_modem) whose line is a far-end socket. In real time: about a minute and
a half, both directions at once. argv: path of pty_modem."""
import os
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import caselli as fx  # noqa: E402
from PIL import Image  # noqa: E402

MODEM = sys.argv[1]
SET_UP = ["-v", "ewinchmr", "-o1", "-l", "15552000", "-c", "1,5,0,2,0,0,0,0", "-iZ"]


def run(command, folder, name, seconds):
    with open(os.path.join(folder, name + ".log"), "w") as log:
        return subprocess.run(command, cwd=folder, stdout=log, stderr=log, timeout=seconds).returncode


def modem(folder, name, *how):
    link = os.path.join(folder, "tty-" + name)
    process = subprocess.Popen([MODEM, os.path.join(folder, name), link, *how])
    end = time.monotonic() + 10
    while not os.path.islink(link):
        assert time.monotonic() < end and process.poll() is None, "pty_modem does not start"
        time.sleep(0.02)
    return process, link


def rows(path):
    """The rows of a one-bit picture, black = 1 in both polarities of TIFF."""
    image = Image.open(path).convert("1")
    width, height = image.size
    data = image.tobytes()
    stride = (width + 7) // 8
    return [data[n * stride:(n + 1) * stride] for n in range(height)]


def page(folder):
    """A fax page of our own making: text, as G4 and as the MH that efax wants."""
    ps = os.path.join(folder, "page.ps")
    with open(ps, "w") as f:
        f.write("%!PS\n/Helvetica findfont 24 scalefont setfont\n")
        for n in range(12):
            f.write(f"60 {720 - 50 * n} moveto (Line {n}: one engine judges another) show\n")
        f.write("showpage\n")
    subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffg4", "-r204x98",
                    "-sPAPERSIZE=a4", f"-sOutputFile={folder}/page.tif", ps], check=True)
    subprocess.run(["tiffcp", "-c", "g3:1d", "-f", "msb2lsb", f"{folder}/page.tif",
                    f"{folder}/mh.tif"], check=True)
    return os.path.join(folder, "page.tif")


def efax_calls_us(service, failures):
    folder = service.dir
    process, link = modem(folder, "m1", "call", "5551")
    try:
        code = run(["efax", "-d", link, *SET_UP, "-i&FE&D2S7=120", "-i&C0", "-kZ", "-t", "T5551",
                    f"{folder}/mh.tif"], folder, "efax-send", 240)
        assert code == 0, f"efax could not send, exit {code}, see efax-send.log"
    except (AssertionError, subprocess.TimeoutExpired) as e:
        failures.append(f"efax calls us: {e}")
    finally:
        process.kill()
        process.wait()


def we_call_efax(service, client, device, original, failures):
    folder = service.dir
    process, link = modem(folder, "m2", "answer")
    try:
        answer = threading.Thread(target=run, args=(
            ["efax", "-d", link, *SET_UP, "-iH0", "-iS0=1", "-kZ", "-w", "-r", "rcv"], folder,
            "efax-receive", 240))
        answer.start()
        ident, _ = client.send_on(device, "5552", [original], "to efax", 98)
        end = time.monotonic() + 240
        job = client.job(ident)
        while not job["Finished"]:
            job = client.job(ident)
            assert time.monotonic() < end, f"not sent: {job}"
            assert job["Finished"] or not job["EndedAt"], f"failed: {job}"
            time.sleep(0.5)
        answer.join()
        got, sent = rows(f"{folder}/rcv.001"), rows(original)
        assert got == sent, f"efax has {len(got)} rows, {len(sent)} were sent, or they differ"
    except (AssertionError, OSError, fx.Failed) as e:
        failures.append(f"we call efax: {e}")
    finally:
        process.kill()
        process.wait()


def both_directions(service):
    with open(service.conf, "w") as f:
        # efax sets its modem up before the ring, which takes a while on a busy machine
        f.write(f"[loop]\nports = 2\nring_delay_ms = 3000\nsocket.m1 = {service.dir}/m1\nsocket.m2 = {service.dir}/m2\n")
    client = service.start()
    fx.configure(client, Branding=0, Retries=0)
    original, failures = page(service.dir), []
    ports = {s["Name"]: s["DeviceId"] for s in client.port_status()}
    threads = [threading.Thread(target=efax_calls_us, args=(service, failures)),
               threading.Thread(target=we_call_efax,
                                args=(service, service.connect(), ports[b"Loop m2"], original,
                                      failures))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures, "\n".join(failures)
    inbox = client.messages(0)
    assert len(inbox) == 1 and not inbox[0]["Partial"], inbox
    with open(f"{service.dir}/inbox.tif", "wb") as f:
        f.write(client.tiff(inbox[0]["Id"]))
    got, sent = rows(f"{service.dir}/inbox.tif"), rows(original)
    # efax puts its header line into rows above the page and fills the page up below.
    blank = bytes(len(sent[0]))
    blank = {blank, bytes(255 for _ in blank)}
    at = [o for o in range(40) if all(r in blank or got[o + n:o + n + 1] == [r]
                                      for n, r in enumerate(sent))]
    assert at, f"the page sent is not among the {len(got)} rows received"
    client.close()
    assert service.stop() == 0
    print(f"efax to us: equal from row {at[0]} of {len(got)}; us to efax: equal")


if __name__ == "__main__":
    with fx.Service() as running:
        both_directions(running)
