#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A full disk and a read-only disk: a clear error, nothing lost, and on it goes when there is
room again. Needs the right to mount a tmpfs; skipped (77) without it."""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import caselli as fx  # noqa: E402

LOOP = "[loop]\nports = 4\ntransport = t38\nt38_pacing = unpaced\n"
DISK_FULL, WRITE_FAULT, WRITE_PROTECT = 112, 29, 19


def mount(folder, options):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],
                          stderr=subprocess.DEVNULL).returncode == 0


def fill(path):
    """Take all that is left, to the last octet."""
    with open(path, "wb", buffering=0) as f:
        for size in (1 << 20, 4096, 1):
            try:
                while f.write(b"\0" * size):
                    pass
            except OSError:
                continue


def wait_for(what, seconds, why):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def refused(client, path, codes):
    try:
        client.send("103", [path], "refused")
    except fx.Failed as e:
        assert e.code in codes, f"error {e.code}, wanted one of {codes}"
        return str(e)
    raise AssertionError("a job was accepted that cannot be stored")


def full_disk(service, state):
    client = service.start()
    doc = os.path.join(service.dir, "doc.txt")
    fx.text_document(doc, "before", 2)
    before, _ = client.send("103", [doc], "before")
    wait_for(lambda: client.job(before)["Finished"], 60, "the first job was not sent")
    ballast = os.path.join(state, "ballast")
    fill(ballast)
    words = refused(client, doc, {DISK_FULL})
    assert client.job(before)["Outcome"] == b"success"  # what was stored can still be read
    os.unlink(ballast)
    wait_for(lambda: accepted(client, doc), 30, "there is room again and jobs are still refused")
    wait_for(lambda: client.queue_length() == 0, 60, "jobs are left")
    assert len(client.messages(1)) == 2 and len(client.messages(0)) == 2
    client.close()
    assert service.stop() == 0
    print("full disk:", words)


def accepted(client, doc):
    try:
        client.send("103", [doc], "after")
        return True
    except fx.Failed as e:
        assert e.code == DISK_FULL, e
        return False


def read_only_disk(service, state):
    client = service.start()
    doc = os.path.join(service.dir, "doc.txt")
    fx.text_document(doc, "ro", 1)
    done, _ = client.send("103", [doc], "kept")
    wait_for(lambda: client.job(done)["Finished"], 60, "the first job was not sent")
    client.close()
    assert service.stop() == 0
    subprocess.run(["mount", "-o", "remount,ro", state], check=True)
    service.start(wait=False)
    assert service.process.wait(30) != 0, "casellid runs on a read-only disk"
    said = service.log_tail(3)
    assert "read-only" in said.lower(), f"the reason is not said: {said}"
    subprocess.run(["mount", "-o", "remount,rw", state], check=True)
    client = service.start()
    assert client.job(done)["Outcome"] == b"success"
    client.close()
    print("read-only disk:", said.strip().splitlines()[-1])


def main():
    state = tempfile.mkdtemp(prefix="fxdisk-")
    for case, options in ((full_disk, "size=192m"), (read_only_disk, "size=192m")):
        if not mount(state, options):
            print("skipped: no right to mount a tmpfs here")
            os.rmdir(state)
            return 77
        try:
            with fx.Service(LOOP, state=os.path.join(state, "s")) as service:
                case(service, state)
        finally:
            subprocess.run(["umount", "-l", state], check=False)
    os.rmdir(state)
    return 0


if __name__ == "__main__":
    sys.exit(main())
