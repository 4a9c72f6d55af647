"""The processes of a worker, as /proc shows them, and what it is doing."""
import os
import signal
import time


def stat(pid):
    """State, parent and session of a process; None if there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as f:
            words = f.read().rpartition(b") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return words[0].decode(), int(words[1]), int(words[3])


def arguments(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode(errors="replace").split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []


def everybody():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def gone(pid):
    s = stat(pid)
    return s is None or s[0] in "ZX"


def stopped(pid):
    s = stat(pid)
    return s is not None and s[0] == "T"


def logged(pid):
    """What a process has written to the file that is its stderr."""
    try:
        with open(f"/proc/{pid}/fd/2", "rb") as f:
            return f.read()
    except OSError:
        return b""


def source(pid):
    """The file that is a process's stdin."""
    try:
        return os.readlink(f"/proc/{pid}/fd/0")
    except OSError:
        return ""


def send(pid, number):
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


def workers(supervisor):
    """The workers that a pipeline has started, as {pid: partition}."""
    found = {}
    for pid in everybody():
        s = stat(pid)
        if s is None or s[1] != supervisor or s[0] in "ZX":
            continue
        for word in arguments(pid):
            if word.startswith("--worker="):
                found[pid] = int(word.split("=")[1].split(":")[0])
    return found


class Session:
    """A worker and all its children, which it leads in a session of its own."""

    def __init__(self, leader):
        self.leader = leader

    def members(self):
        found = []
        for pid in everybody():
            s = stat(pid)
            if s is not None and s[2] == self.leader and s[0] not in "ZX":
                found.append(pid)
        return found

    def freeze(self):
        """Stop them all, those too that are being started meanwhile."""
        seen = set()
        while True:
            new = [pid for pid in self.members() if pid not in seen]
            if not new:
                break
            for pid in new:
                send(pid, signal.SIGSTOP)
                seen.add(pid)
        while not all(stopped(pid) or gone(pid) for pid in seen):
            time.sleep(0.0005)

    def thaw(self):
        for pid in self.members():
            send(pid, signal.SIGCONT)

    def children(self):
        """Those below the leader; quicker than to look at everybody, but not for certain all."""
        found, todo = [], [self.leader]
        while todo:
            pid = todo.pop()
            found.append(pid)
            try:
                with open(f"/proc/{pid}/task/{pid}/children") as f:
                    todo += map(int, f.read().split())
            except (FileNotFoundError, ProcessLookupError):
                pass
        return found

    def parts(self, pids=None):
        """The stages that are at work, by name."""
        found = {}
        for pid in self.members() if pids is None else pids:
            words = arguments(pid)
            name = os.path.basename(words[0]) if words else ""
            if name == "kcat":
                text = " ".join(words)
                if "transactional.id" in text:
                    found["kcat -P"] = pid
                elif "%o %K %S" in text:
                    found["kcat -C"] = pid
                elif " -Q " in text or "%h" in text:
                    found["look"] = pid
            elif name == "loginstamp":
                found["loginstamp"] = pid
            elif name == "sh":
                found["warden"] = pid
            elif name == "dd":
                found["primer" if source(pid).endswith("/primer") else "feeder"] = pid
        return found
