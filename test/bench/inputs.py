"""Inputs of many forms, the same bytes each time.

usage: inputs.py NAME COUNT     writes one to stdout
"""
import functools
import json
import os
import random
import subprocess
import sys

NAMES = ["Zoë", "Jürgen", "Łukasz", "Борис", "Ελένη", "محمد", "山田太郎",
         "김민준", "Søren", "🙂 Ana"]
ESCAPED = ['say "hi"', "C:\\Users\\ana", "two\nlines", "tab\tbed", "caf\u00e9",
           "\U0001f642", "a/b", "\u2028", "bell\u0007"]
KINDS = ["android", "iOS", "android", "iOS", "login"]


def login(r, i):
    """As scripts/sample writes them."""
    return {
        "user_id": f"{r.getrandbits(32):08x}-{r.getrandbits(16):04x}-4"
                   f"{r.getrandbits(12):03x}-a{r.getrandbits(12):03x}-"
                   f"{r.getrandbits(48):012x}",
        "app_version": "2.3.0",
        "device_type": KINDS[r.randrange(len(KINDS))] if i % 50 else "login",
        "ip": ".".join(str(r.randrange(256)) for _ in range(4)),
        "locale": "DE",
        "device_id": f"{r.randrange(1000):03}-{r.randrange(100):02}-"
                     f"{r.randrange(10000):04}",
        "timestamp": str(1694479551 + 2 * i),
    }


def nested(r, i):
    """About 2 KB, objects and arrays in it, and numbers."""
    record = login(r, i)
    record["app"] = {"build": r.randrange(10 ** 6), "flags": {
        f"feature_{k:02}": {"on": True, "share": r.randrange(100) / 4,
                            "since": f"2023-0{1 + k % 9}-11"}
        for k in range(12)}}
    record["trace"] = [{"span": f"{r.getrandbits(64):016x}",
                        "ms": r.randrange(10 ** 4), "ok": True,
                        "at": {"host": f"edge-{r.randrange(100):02}",
                               "zone": None}}
                       for _ in range(10)]
    record["network"] = {"carrier": "none", "latency": [
        r.randrange(500) for _ in range(8)]}
    return record


def utf8(r, i):
    record = login(r, i)
    record["name"] = r.choice(NAMES) + " " + r.choice(NAMES)
    record["city"] = r.choice(["Köln", "Санкт-Петербург", "東京都", "São Paulo"])
    return record


def escapes(r, i):
    record = login(r, i)
    record["agent"] = r.choice(ESCAPED) + " " + r.choice(ESCAPED)
    return record


def mixed(r, i):
    """Eight shapes: each of three members is there or not."""
    record = login(r, i)
    shape = r.randrange(8)
    for bit, name in enumerate(["device_type", "ip", "locale"]):
        if shape >> bit & 1:
            del record[name]
    return record


def random_keys(r, i):
    record = {f"k{r.getrandbits(40):010x}": value
              for value in login(r, i).values()}
    record["timestamp"] = str(1694479551 + 2 * i)
    return record


def tiny(_, i):
    return {"timestamp": str(1694479551 + 2 * i)}


SPACED = json.dumps
COMPACT = functools.partial(json.dumps, separators=(",", ":"))
UTF8 = functools.partial(json.dumps, ensure_ascii=False)

# What it is, the command or the function that makes a record, how Python
# writes it, and the length of a record, about.
INPUTS = {
    "logins": (["scripts/sample", "--seed=1"], SPACED, 194),
    "compact": (login, COMPACT, 181),
    "nested, 2 KB": (nested, SPACED, 2100),
    "UTF-8 names": (utf8, UTF8, 260),
    "escapes": (escapes, SPACED, 230),
    "eight shapes": (mixed, SPACED, 160),
    "random keys": (random_keys, SPACED, 215),
    "1 % bad": (["scripts/sample", "--seed=1", "--faults=1"], SPACED, 194),
    "tiny": (tiny, SPACED, 27),
}


def make(name, count, path):
    """Write an input to a file, and have it read: how a file lies in the page
    cache, and so how long a read takes, depends on how it came there."""
    with open(path, "wb") as out:
        write(name, count, out)
        out.flush()
        os.fsync(out.fileno())
        os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with open(path, "rb") as file:
        while file.read(1 << 20):
            pass


def write(name, count, out):
    maker, dumps, _ = INPUTS[name]
    if callable(maker):
        r = random.Random(1)
        for i in range(count):
            out.write((dumps(maker(r, i)) + "\n").encode())
    else:
        out.flush()
        subprocess.run([*maker, f"--count={count}"], stdout=out, check=True)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), sys.stdout.buffer)
