#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the service, of a provider host, of render, at random moments of submit, send and
receive; after each the service must go on by itself, and at the end the invariants of
docs/architecture.md must hold for every job that a client was given a number for.

CASELLI_CRASH_ROUNDS (default 12) kills, CASELLI_CRASH_SEED for the same moments again.
"""
import hashlib
import io
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import caselli as fx  # noqa: E402
from PIL import Image  # noqa: E402

ROUNDS = int(os.environ.get("CASELLI_CRASH_ROUNDS", "12"))
SEED = int(os.environ.get("CASELLI_CRASH_SEED", str(random.SystemRandom().randrange(1 << 30))))
LOOP = "[loop]\nports = 6\ntransport = t38\nt38_pacing = unpaced\n"


def pages_of(tiff):
    """Hash of the picture of each page."""
    image, out = Image.open(io.BytesIO(tiff)), []
    for n in range(getattr(image, "n_frames", 1)):
        image.seek(n)
        out.append(hashlib.sha256(image.convert("1").tobytes()).hexdigest())
    return out


class Senders:
    """Three clients that submit until told to stop; remember every number they were given."""

    def __init__(self, service):
        self.service, self.given, self.unsure = service, {}, set()
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(n,)) for n in range(3)]
        for t in self.threads:
            t.start()

    def run(self, me):
        rng, count, client = random.Random(f"{SEED}/{me}"), 0, None
        while not self.stop.is_set():
            try:
                client = client or fx.Client(self.service.socket)
                count += 1
                title, pages = f"doc-{me}-{count}", rng.choice((1, 1, 2, 5))
                path = os.path.join(self.service.dir, title + ".txt")
                fx.text_document(path, title, pages)
                with self.lock:
                    self.unsure.add(title)
                ident, _ = client.send(str(rng.choice((104, 105, 106))), [path], title)
                os.unlink(path)  # the service must not need it any more
                with self.lock:
                    self.unsure.discard(title)
                    self.given[ident] = (title, pages)
                time.sleep(rng.uniform(0.05, 0.6))
            except fx.Failed:
                if client:
                    client.close()
                client = None
                time.sleep(0.05)
        if client:
            client.close()

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()


def wait_until_sent(service, seconds):
    end, client = time.monotonic() + seconds, service.connect()
    while client.queue_length():
        if time.monotonic() > end:
            raise AssertionError(f"jobs are left in the queue: {client.jobs()}")
        time.sleep(0.2)
    return client


def check_attempts(client, ident, pages):
    """Invariants 3 and 4: every try has its record, and goes on where the last one ended."""
    confirmed = 0
    rows = client.attempts(ident)
    assert rows, f"job {ident} was sent without a record of it"
    for row in rows:
        assert row["EndedAt"], f"job {ident}: an attempt has no end"
        assert row["Words"], f"job {ident}: an attempt has no cause in words"
        assert row["FirstPage"] == confirmed + 1, (
            f"job {ident}: an attempt starts at page {row['FirstPage']} though {confirmed} pages "
            f"were confirmed before")
        confirmed += row["PagesConfirmed"]
    assert confirmed == pages, f"job {ident}: {confirmed} of {pages} pages confirmed"


def torment(service, senders):
    """The kills; casellid is started again, its children must come back by themselves."""
    rng, kills = random.Random(SEED), {}
    for _ in range(ROUNDS):
        time.sleep(rng.uniform(0.2, 3.0))
        victim = rng.choice((None, None, "caselli-host", "caselli-render"))
        name = victim or "casellid"
        kills[name] = kills.get(name, 0) + service.kill(victim)
        if victim is None:
            service.start().close()
    return kills


def check(service, client, senders, kills):
    sent = {m["Id"]: m for m in client.messages(1)}
    assert len(sent) == len(client.messages(1)), "a message is listed twice"
    received = {}
    for message in client.messages(0):
        for page in pages_of(client.tiff(message["Id"])):
            received[page] = received.get(page, 0) + 1
    for ident, (title, pages) in senders.given.items():
        assert ident in sent, f"{title} (job {ident}) had a number and is lost"
        assert sent[ident]["DocumentName"].decode() == title
        assert sent[ident]["Pages"] == pages, f"{title}: {sent[ident]['Pages']} pages of {pages}"
        check_attempts(client, ident, pages)
        for n, page in enumerate(pages_of(client.tiff(ident))):
            assert received.get(page), f"{title}: page {n + 1} was confirmed, no inbox has it"
    titles = [m["DocumentName"].decode() for m in sent.values()]
    assert len(titles) == len(set(titles)), "a document was sent as two jobs"
    extra = set(titles) - {t for t, _ in senders.given.values()} - senders.unsure
    assert not extra, f"sent though never submitted: {extra}"
    twice = sum(n - 1 for n in received.values() if n > 1)
    # A page that arrived in the instant before the record of it was written may come again.
    assert twice <= 3 * sum(kills.values()), f"{twice} pages came more than once"
    left = os.listdir(os.path.join(service.state, "queue"))
    assert not left, f"files are left in the queue folder: {left[:5]}"
    return twice


def main():
    print(f"seed {SEED}, {ROUNDS} kills", flush=True)
    with fx.Service(LOOP) as service:
        client = service.start()
        fx.configure(client, Retries=100, RetryDelay=0, Branding=0)
        for device in (4, 5, 6):
            fx.configure_port(client, device, Flags=fx.RECEIVE)
        client.close()
        senders = Senders(service)
        try:
            kills = torment(service, senders)
        finally:
            senders.end()
        client = wait_until_sent(service, 240)
        twice = check(service, client, senders, kills)
        client.close()
        assert service.stop() == 0, "casellid did not end cleanly"
    print(f"{len(senders.given)} jobs given a number, all sent; kills: {kills}; "
          f"{twice} pages came twice")


if __name__ == "__main__":
    main()
