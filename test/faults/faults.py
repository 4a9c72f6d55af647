#!/usr/bin/env python3
"""Usage: faults.py [OPTION...]
Runs rival copies of scripts/pipeline over the same partitions of a real Apache Kafka, kills and freezes them, their single
stages and the broker, and compares output with input: byte for byte, in order, per partition.

A worker is stopped as a whole, looked at, and then harmed, so that it is known what it was doing. A fault counts only if
its target was alive before and is seen dead, stopped or restarted after. The table of faults by kind and phase is
printed; the test fails if a phase, or a single cell, is short.

With --saboteur, a pipeline that lacks a part of the protocol is run instead: then it must come to loss or doubles.

Exit status: 0 as it must be, 1 not, 2 it could not be run."""
import argparse
import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from kafka import Kafka
from processes import Session, arguments, everybody, gone, logged, send, stopped, workers

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ.get("BUILD") or f"{ROOT}/build"
FILL = 1500 * b"x"  # a batch is more than a FIFO holds, so that its feeder is there to be hit
TIMEOUT = 10  # of a transaction, in seconds

# What can be done in which phase: the name, what is hit, and how.
KINDS = {
    "reading": [("kill worker", "worker", "kill"), ("kill kcat -C", "kcat -C", "kill"),
                ("TERM kcat -C", "kcat -C", "TERM"), ("INT kcat -C", "kcat -C", "INT"),
                ("kill loginstamp", "loginstamp", "kill"), ("kill warden", "warden", "kill"),
                ("freeze worker", "worker", "freeze"), ("kill member", "member", "kill")],
    "fence to look": [("kill worker", "worker", "kill"), ("kill kcat -P", "kcat -P", "kill"),
                      ("kill look", "look", "kill"), ("TERM look", "look", "TERM"), ("TERM kcat -P", "kcat -P", "TERM"),
                      ("INT kcat -P", "kcat -P", "INT"), ("freeze worker", "worker", "freeze"),
                      ("freeze kcat -P", "kcat -P", "freeze")],
    "feeding to commit": [("kill worker", "worker", "kill"), ("kill kcat -P", "kcat -P", "kill"),
                          ("kill feeder", "feeder", "kill"), ("TERM kcat -P", "kcat -P", "TERM"),
                          ("INT kcat -P", "kcat -P", "INT"), ("freeze worker", "worker", "freeze"),
                          ("freeze kcat -P", "kcat -P", "freeze"), ("freeze feeder", "feeder", "freeze"),
                          ("kill warden", "warden", "kill"),
                          ("kill member", "member", "kill")],
    "broker": [("freeze broker", "broker", "freeze"), ("kill broker", "broker", "kill")],
}

# What a saboteur takes out: file, text, what stands there instead.
SABOTEURS = {
    "no-fence": [("lib-transaction.sh", "listen epoch || drop_writer", ":"),
                 ("lib-transaction.sh", "prime || drop_writer", ":")],
    "no-look": [("lib-transaction.sh", 'if ! fence "$passed" "$next" || ! { unrivalled || look; }; then',
                 'found=$base; if ! fence "$passed" "$next"; then')],
    "no-epoch": [("lib-transaction.sh", '[[ $epoch && $successor == "$producer $epoch" ]]', "[[ $successor ]]")],
    "end-of-file": [("lib-transaction.sh", ' -c "$1" -H', ' -H'),
                    ("lib-transaction.sh", "<&9 >/dev/null", "</proc/self/fd/9 >/dev/null"),
                    ("lib-transaction.sh", " conv=sync", ""),
                    ("lib-transaction.sh", '  feed_records\n  # What', '  feed_records; exec 8>&-\n  # What')],
}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--partitions", type=int, default=3)
    parser.add_argument("--members", type=int, default=2)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--reading", type=int, default=10, help="so many faults at least in this phase")
    parser.add_argument("--fence", type=int, default=14)
    parser.add_argument("--feeding", type=int, default=18)
    parser.add_argument("--broker", type=int, default=2)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=10, help="give up after so long")
    parser.add_argument("--only", help="no other kind of fault")
    parser.add_argument("--saboteur", choices=SABOTEURS)
    options = parser.parse_args()
    if options.only:
        for phase in KINDS:
            KINDS[phase] = [kind for kind in KINDS[phase] if kind[0] == options.only]
    return options


def copy_scripts(work, saboteur):
    """A copy of the scripts, perhaps without a part of the protocol."""
    tree = f"{work}/tree"
    shutil.copytree(f"{ROOT}/scripts", f"{tree}/scripts")
    os.symlink(BUILD, f"{tree}/build")
    for file, old, new in SABOTEURS.get(saboteur, []):
        path = f"{tree}/scripts/{file}"
        with open(path) as f:
            text = f.read()
        if text.count(old) != 1:
            sys.exit(f"{file}: not there once: {old}")
        with open(path, "w") as f:
            f.write(text.replace(old, new))
    return tree


def by_lengths(data, fields):
    """What kcat -C wrote by -f '%o %K %S\\n%k%s\\n' or the like: the numbers' line, key and payload."""
    place, found = 0, []
    while place < len(data):
        end = data.index(b"\n", place)
        numbers = data[place:end].split(b" ")
        key_len, len_ = int(numbers[fields]), int(numbers[fields + 1])
        place = end + 1
        key = None if key_len < 0 else data[place:place + key_len]
        place += max(key_len, 0)
        payload = None if len_ < 0 else data[place:place + len_]
        place += max(len_, 0) + 1
        found.append((numbers[:fields], key or None, payload or None))
    return found


class Trial:
    def __init__(self, options):
        self.options = options
        self.work = tempfile.mkdtemp(prefix="loginstamp-faults.")
        self.tree = copy_scripts(self.work, options.saboteur)
        self.kafka = Kafka(f"{self.work}/kafka", options.partitions)
        self.members = [None] * options.members
        self.counts = collections.Counter()
        self.frozen = []  # (when to thaw, pids)
        self.produced = 0
        self.broker_due = time.time() + 2
        self.wanted = {"reading": options.reading, "fence to look": options.fence,
                       "feeding to commit": options.feeding, "broker": options.broker}

    # The two sides.

    def produce(self):
        """A piece of the input: keys, nulls, raw newlines, tombstones, what is refused, what looks like a record."""
        count = min(5000, max(1000, self.options.records // 10))
        for partition in range(self.options.partitions):
            out = bytearray()
            for i in range(count // self.options.partitions):
                n = self.produced + i
                # Long ones and some short ones: a short batch is fed without a process.
                fill = b"" if n // 200 % 4 == 3 else FILL
                payload = b'{"n": %d, "fill": "%s", "timestamp": "%d"}' % (n, fill, 1694479551 + n)
                key = b"k%d" % n
                if n % 5 == 0:
                    key = b"k\0%d" % n
                if n % 7 == 0:
                    key = b""
                if n % 50 == 0:
                    payload = b'{"n":%d,\n"timestamp":%d}' % (n, n)
                # Some also one after the other.
                if n % 67 == 0 or n // 30 % 40 == 0:
                    payload = b"99 1 2\nno JSON %d" % n
                if n % 101 == 0:
                    payload, key = b"", b"t%d" % n
                out += key + b"\x1f" + payload + b"\x1e"
            subprocess.run(["kcat", "-q", "-E", "-P", "-b", self.kafka.servers, "-t", "in", "-p", str(partition), "-D", "\\x1e",
                            "-K", "\\x1f", "-Z", "-X", "enable.idempotence=true"], input=bytes(out), check=True)
        self.produced += count

    def pipeline(self, *arguments):
        with open(f"{self.work}/log", "ab") as log:
            return subprocess.Popen(
                [f"{self.tree}/scripts/pipeline", "-b", self.kafka.servers, "-t", "in", "-o", "out",
                 f"--batch={self.options.batch}", f"--transaction-timeout={TIMEOUT}", *arguments, "--", "-q"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, env={**os.environ, "TMPDIR": self.work})

    def keep_members(self):
        for i, member in enumerate(self.members):
            if member is None or member.poll() is not None:
                if member is not None and member.returncode >= 0:
                    self.note(f"a member ended by itself, status {member.returncode}")
                self.members[i] = self.pipeline()

    def note(self, text):
        with open(f"{self.work}/log", "a") as log:
            log.write(f"faults: {text}\n")

    # Faults.

    def cells(self, phase):
        return [self.counts[phase, kind] for kind, _, _ in KINDS[phase]]

    def short(self, phase):
        if not KINDS[phase]:
            return False
        least = self.least(phase)
        return sum(self.cells(phase)) < self.wanted[phase] or any(n < least for n in self.cells(phase))

    def least(self, phase):
        """Of each kind, so many."""
        return self.wanted[phase] // len(KINDS[phase]) // 2 or min(self.wanted[phase], 1)

    def phase_of(self, parts):
        """What a stopped worker is doing; None if it cannot be said for certain."""
        if "kcat -P" not in parts:
            return "reading" if "kcat -C" in parts and "loginstamp" in parts else None
        log = logged(parts["kcat -P"])
        if b"EndTxn returned" in log:
            return None
        # It has records in its hand when it registers their partition.
        if "feeder" in parts or b"|ADDPARTS|" in log:
            return "feeding to commit"
        return "fence to look"

    def wait_for(self, session, phase):
        """Until a worker seems to be in that phase; then it is stopped, and what it really does is said."""
        deadline = time.time() + 0.4
        while time.time() < deadline and self.phase_of(session.parts(session.children())) != phase:
            time.sleep(0.0005)
        # Anywhere in it, its beginning too.
        time.sleep(random.choice([0, random.random() * 0.01]))
        session.freeze()
        parts = session.parts()
        return self.phase_of(parts), parts

    def hit_one(self):
        """Stop some worker in a phase that faults are wanted in, and harm it."""
        held = {pid for _, pids in self.frozen for pid in pids}
        wanted = [phase for phase in self.wanted if phase != "broker" and self.short(phase)] or list(self.wanted)[:3]
        member = random.choice(self.members)
        leaders = [pid for pid in workers(member.pid) if pid not in held]
        if not leaders:
            time.sleep(0.05)
            return
        session = Session(random.choice(leaders))
        phase, parts = self.wait_for(session, random.choice(wanted))
        if phase not in wanted:
            session.thaw()
            return
        parts.update(worker=session.leader, member=member.pid)
        possible = [kind for kind in KINDS[phase] if kind[1] in parts]
        if not possible:
            session.thaw()
            return
        least = min(self.counts[phase, kind[0]] for kind in possible)
        kind = random.choice([kind for kind in possible if self.counts[phase, kind[0]] == least])
        if self.harm(session, parts[kind[1]], kind):
            self.counts[phase, kind[0]] += 1

    def harm(self, session, pid, kind):
        _, target, how = kind
        # One whose warden has just been killed has not noticed yet.
        warded = "warden" in session.parts()
        if not stopped(pid) and target != "member" or gone(pid):
            session.thaw()
            return False
        if how == "freeze":
            pids = session.members() if target == "worker" else [pid]
            if target != "worker":
                for other in session.members():
                    if other != pid:
                        send(other, signal.SIGCONT)
            self.frozen.append((time.time() + random.choice([0.2, 0.5, 1, 2, TIMEOUT + 2]), pids))
            return stopped(pid)
        send(pid, getattr(signal, "SIG" + how.upper()))
        session.thaw()
        deadline = time.time() + 2
        while time.time() < deadline:
            if self.is_gone(pid):
                return target != "worker" or self.left_nothing(session, warded)
            time.sleep(0.002)
        return False

    def is_gone(self, pid):
        for member in self.members:
            if member.pid == pid:
                return member.poll() is not None
        return gone(pid)

    def left_nothing(self, session, warded):
        """A worker that was killed takes its children with it."""
        deadline = time.time() + (5 if warded else 0)
        while session.members():
            if time.time() > deadline:
                self.note(f"left by a worker: {session.parts()}")
                self.counts["orphans"] += warded
                for pid in session.members():
                    send(pid, signal.SIGKILL)
                return True
            time.sleep(0.01)
        return True

    def thaw_due(self, everything=False):
        for item in list(self.frozen):
            if everything or time.time() >= item[0]:
                self.frozen.remove(item)
                for pid in item[1]:
                    send(pid, signal.SIGCONT)

    def hit_broker(self):
        self.broker_due = time.time() + random.uniform(1, 4)
        kinds = sorted(KINDS["broker"], key=lambda kind: self.counts["broker", kind[0]])
        if self.kafka.process.poll() is not None:
            raise SystemExit(f"Kafka ended by itself: see {self.work}/kafka/out")
        if kinds[0][2] == "kill":
            self.kafka.kill()
            time.sleep(random.random())
            self.kafka.start()
        else:
            self.kafka.freeze()
            while not stopped(self.kafka.process.pid) and not gone(self.kafka.process.pid):
                time.sleep(0.001)
            time.sleep(random.choice([0.5, 1, 2, TIMEOUT + 1]))
            self.kafka.thaw()
        self.counts["broker", kinds[0][0]] += 1

    def run(self):
        self.kafka.start()
        deadline = time.time() + self.options.minutes * 60
        while time.time() < deadline and (self.produced < self.options.records or any(map(self.short, self.wanted))):
            self.keep_members()
            self.thaw_due()
            if self.produced < self.options.records or self.lag() < self.options.batch:
                self.produce()
            for _ in range(20):
                self.thaw_due()
                self.keep_members()
                self.hit_one()
            if self.short("broker") and time.time() > self.broker_due:
                self.hit_broker()
        self.thaw_due(everything=True)

    def ends(self, topic):
        command = ["kcat", "-q", "-Q", "-b", self.kafka.servers]
        for partition in range(self.options.partitions):
            command += ["-t", f"{topic}:{partition}:-1"]
        answer = subprocess.run(command, capture_output=True, text=True).stdout
        # One that has no leader for a moment has a message for it.
        ends = (line.split()[-1] for line in answer.splitlines())
        return sum(int(end) for end in ends if end.isdigit())

    def lag(self):
        """About so many records are still to be done."""
        return self.ends("in") - self.done()

    def done(self):
        done = 0
        for partition in range(self.options.partitions):
            tail = subprocess.run(["kcat", "-q", "-C", "-e", "-b", self.kafka.servers, "-t", "out", "-p", str(partition), "-o", "-5",
                                   "-f", "%h\n"], capture_output=True, text=True).stdout.split()
            done += int(tail[-1].split("=")[1]) if tail else 0
        return done

    # The end.

    def stop(self):
        problems = []
        for member in self.members:
            member.terminate()
        for member in self.members:
            try:
                member.wait(5.5)
            except subprocess.TimeoutExpired:
                problems.append("a member did not end within 5 s after SIGTERM")
                member.kill()
        last = self.pipeline("-e")
        try:
            if last.wait(300) not in (0, 1):
                problems.append(f"pipeline -e: status {last.returncode}")
        except subprocess.TimeoutExpired:
            problems.append("pipeline -e: did not end")
            last.kill()
        return problems

    def consume(self, topic, partition, form):
        return subprocess.run(["kcat", "-q", "-C", "-e", "-b", self.kafka.servers, "-t", topic, "-p", str(partition), "-f", form],
                              capture_output=True, check=True).stdout

    def compare(self, partition):
        """What is wrong with a partition of the output, in a list."""
        given = self.consume("in", partition, "%o %K %S\\n%k%s\\n")
        dead = f"{self.work}/dead.{partition}"
        run = subprocess.run([f"{BUILD}/loginstamp", "-q", "--kcat", f"--dead-letters={dead}"], input=given,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if run.returncode not in (0, 1):
            raise SystemExit(f"loginstamp: status {run.returncode}")
        out = run.stdout
        want = []
        for record in out.split(b"\x1e")[:-1]:
            key, mark, payload = record.partition(b"\x1f")
            want.append((key or None, payload or None) if mark else (None, key or None))
        got = [(key, payload) for _, key, payload in
               by_lengths(self.consume("out", partition, "%h %K %S\\n%k%s\\n"), 1)]
        problems = []
        if got != want:
            i = next((i for i, pair in enumerate(zip(got, want)) if pair[0] != pair[1]), min(len(got), len(want)))
            missing = collections.Counter(want) - collections.Counter(got)
            double = collections.Counter(got) - collections.Counter(want)
            problems.append(f"partition {partition}: {len(want)} wanted, {len(got)} found, {sum(missing.values())} lost, "
                            f"{sum(double.values())} double or strange, first difference at record {i}")
        last = by_lengths(given, 1)[-1][0][0]
        heads = by_lengths(self.consume("out", partition, "%h %K %S\\n%k%s\\n"), 1)
        header = heads[-1][0][0].decode() if heads else ""
        refused = self.refused(partition)
        wanted = {line.split(b'"offset":')[1].split(b",")[0] for line in open(dead, "rb")} if os.path.exists(dead) else set()
        if wanted - refused:
            problems.append(f"partition {partition}: {len(wanted - refused)} dead letters are missing")
        # The last records may have been refused.
        low = int(last) + 1
        while b"%d" % (low - 1) in wanted:
            low -= 1
        if not header.startswith("loginstamp-next=") or not low <= int(header.split("=")[1]) <= int(last) + 1:
            problems.append(f"partition {partition}: the last header is {header}, the last offset {last.decode()}")
        return problems

    def refused(self, partition):
        mark = b'"partition":%d,' % partition
        lines = b"".join(self.consume("in.dead-letters", p, "%s\\n") for p in range(self.options.partitions)).splitlines()
        return {line.split(b'"offset":')[1].split(b",")[0] for line in lines if mark in line}

    def table(self):
        names = list(dict.fromkeys(kind[0] for kinds in KINDS.values() for kind in kinds))
        print("faults" + "".join(f"{phase:>20}" for phase in KINDS))
        for name in names:
            row = ""
            for phase, kinds in KINDS.items():
                row += f"{self.counts[phase, name] if name in [kind[0] for kind in kinds] else '-':>20}"
            print(f"{name:<16}{row[10:]}")
        total = 0
        row = ""
        for phase in KINDS:
            total += sum(self.cells(phase))
            row += f"{sum(self.cells(phase)):>20}"
        print(f"{'together':<16}{row[10:]}   {total}")

    def leave(self):
        self.thaw_due(everything=True)
        for member in self.members:
            if member is not None and member.poll() is None:
                member.kill()
        if self.kafka.process is not None:
            self.kafka.kill()
        # What is left where a worker and its warden were both killed.
        for pid in everybody():
            if any(self.work in word for word in arguments(pid)):
                send(pid, signal.SIGKILL)


def main():
    options = parse()
    random.seed(options.seed)
    trial = Trial(options)
    try:
        trial.run()
        problems = trial.stop()
        for partition in range(options.partitions):
            problems += trial.compare(partition)
    finally:
        trial.leave()
    print(f"{trial.produced} records in {options.partitions} partitions, {options.members} members, seed {options.seed}"
          f"{', saboteur ' + options.saboteur if options.saboteur else ''}")
    trial.table()
    short = [phase for phase in trial.wanted if trial.short(phase)]
    if options.saboteur:
        wrong = [text for text in problems if "lost" in text]
        print("\n".join(wrong) or f"the saboteur {options.saboteur} was not caught")
        shutil.rmtree(trial.work)
        return 0 if wrong else 1
    if trial.counts["orphans"]:
        problems.append(f"{trial.counts['orphans']} times a killed worker left children")
    problems += [f"{phase}: too few faults" for phase in short]
    if problems:
        print("\n".join(problems))
        print(f"see {trial.work}/log")
        return 1
    shutil.rmtree(trial.work)
    print("nothing lost, nothing twice, order kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
