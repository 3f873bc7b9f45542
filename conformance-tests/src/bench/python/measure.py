"""Runs commands, one at a time and in turns, and says in numbers and tables what they took."""

import dataclasses
import json
import os
import statistics
import subprocess
import sys
import time


@dataclasses.dataclass(frozen=True)
class Run:
    """What a process took: seconds of wall clock and of CPU (it and those it waited for), and bytes of memory.

    The memory is that of the largest of them. It is never less than this interpreter's own, some 20 MB: a process
    counts what it had before it became the command.
    """

    wall: float
    cpu: float
    rss: int


class Failed(Exception):
    """A command that did not do what it should."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, log, stdout=None, env=None, limit=1800):
    """Runs a command to its end; its stderr goes to the file `log`. Fails unless it exits with 0."""
    with open(log, "wb") as err, open(stdout or os.devnull, "wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, **(env or {})},
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        with open(log, errors="replace") as err:
            first = err.read().strip().splitlines()[:1]
        raise Failed("%s: exit code %d: %s" % (command[0], process.returncode, " ".join(first)))
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def settle():
    """Has what earlier runs wrote go to the disk now, and not in the next one's time."""
    os.sync()


class Raw:
    """A file of all runs, one JSON object a line, written as they happen."""

    def __init__(self, path):
        self.file = open(path, "w")

    def add(self, **facts):
        self.file.write(json.dumps(facts) + "\n")
        self.file.flush()


def median(runs, what):
    return statistics.median(getattr(run, what) for run in runs)


def seconds(value):
    return "%.2f" % value if value < 10 else "%.1f" % value


def span(runs, what):
    """The median, and in brackets the smallest and largest if there are several."""
    values = [getattr(run, what) for run in runs]
    middle = seconds(statistics.median(values))
    if len(values) == 1:
        return middle
    return "%s (%s–%s)" % (middle, seconds(min(values)), seconds(max(values)))


def megabytes(value):
    return ("%.0f" if value >= 10e6 else "%.2f") % (value / 1e6)


def ratio(value, base):
    return "%.3f" % (value / base) if base else ""


def table(head, rows):
    """A Markdown table; the first column is text, the others are numbers."""
    print("| " + " | ".join(head) + " |")
    print("|---" + "|---:" * (len(head) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()
