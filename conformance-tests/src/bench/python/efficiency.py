"""How much of the machine a conversion uses for work that nothing can do without."""

import os
import statistics
import subprocess

from contestants import ours
from measure import Failed, median, ratio, run, say, seconds, settle, span, table

CORES = os.cpu_count()

# What one thread does by itself, however many others there are.
ONE_THREAD = (
    "read and inflate the source, with its CRC",
    "walk the tar",
    "SHA-256 of the tar, as it comes and as it goes",
    "SHA-256 of the blob",
    "write the blob",
    "the TOC's JSON, twice",
)
RECKONED = (1, 2, 4, 8, 16)


def race(layer, class_path, options, raw):
    """Measures and prints a table; returns what failed."""
    blob = options.work / "blob"
    contestant = ours(options.stargzify, options.deflater, options.level)
    runs, parts = [], []
    try:
        for number in range(options.rounds):
            settle()
            runs.append(run(contestant.words(layer, blob), options.work / "stderr.log"))
            raw.add(contestant=contestant.name, round=number, **vars(runs[-1]))
            parts.append(measure_parts(layer, blob, class_path, options))
            raw.add(contestant="parts", round=number, parts=parts[-1])
            say("  %d %s s, parts %s s" % (number + 1, seconds(runs[-1].wall), seconds(sum(parts[-1].values()))))
    except Failed as failure:
        return [str(failure)]
    show(contestant, runs, parts)
    return []


def measure_parts(layer, blob, class_path, options):
    """The CPU seconds of each part by its name."""
    words = [os.path.join(os.environ["JAVA_HOME"], "bin", "java"), "--enable-native-access=ALL-UNNAMED", "-Xmx4g"]
    words += ["-XX:+UseSerialGC", "-Dbench.layer=%s" % layer, "-Dbench.blob=%s" % blob, "-cp", class_path]
    words += ["dev.stargz.bench.Efficiency", options.deflater, str(options.level)]
    result = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0:
        raise Failed("the parts: " + " ".join(result.stderr.splitlines()[:1]))
    lines = [line.split(" ", 1) for line in result.stdout.splitlines()]
    return {name: float(value) for value, name in lines}


def show(contestant, runs, parts):
    sums = [sum(each.values()) for each in parts]
    total, wall = statistics.median(sums), median(runs, "wall")
    medians = {name: statistics.median(each[name] for each in parts) for name in parts[0]}
    rows = [[name, seconds(value), ""] for name, value in medians.items()]
    rows.append(["all parts", seconds(total), ""])
    rows.append([contestant.name, span(runs, "cpu"), span(runs, "wall")])
    print()
    table(["", "CPU s", "wall s"], rows)
    print("\nefficiency: %s (CPU of the parts / (%d cores x wall))" % (ratio(total, CORES * wall), CORES))
    show_cores(medians)


def show_cores(parts):
    """Prints the least that the wall clock can show by the parts, for machines of more cores."""
    alone = sum(parts[name] for name in ONE_THREAD)
    total = sum(parts.values())
    print("\nreckoned from the parts: one thread %s s, all %s s\n" % (seconds(alone), seconds(total)))
    table(["cores", "wall s"], [[str(n), seconds(max(alone, total / n))] for n in RECKONED])
