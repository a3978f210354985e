# SPDX-License-Identifier: Apache-2.0
"""A C program that binds early, in both apartment kinds, against casellid on TCP: two services, so
that both programs run at once."""
import concurrent.futures
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wine
from online_test import Service
from prefix import Registered

TEXT = "Line upon line of a letter that is to go by wire.\n" * 20
STEPS = ["status", "jobs", "another apartment", "disconnect"]


def run(kind):
    with Service("[rights]\nuser alice = all\n") as service:
        letter = os.path.join(service.folder, "letter.txt")
        with open(letter, "w", encoding="ascii") as f:
            f.write(TEXT + "\f" + TEXT)
        lines = wine.run(wine.test_program("faxcom_online"), kind, wine.windows_path(letter),
                         "102;transport=t38;t38_pacing=unpaced;answer_after_s=1", seconds=180,
                         **service.environment())
    assert lines == STEPS, lines
    return kind


def main():
    with Registered(), concurrent.futures.ThreadPoolExecutor(2) as pool:
        for kind in pool.map(run, ("sta", "mta")):
            print("ok", kind)
    print("END")


if __name__ == "__main__":
    main()
