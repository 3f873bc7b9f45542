"""What starting takes: processes that do little."""

import os

from measure import Failed, megabytes, median, run, say, span, table


def commands(layer, target, launcher, oracle):
    """The commands by name, in the order of the table."""
    quiet = (launcher, "--progress=none")
    places = ("file:%s" % layer, "file:%s" % target)
    return {
        "java -Xshare:auto -version": (java(), "-Xshare:auto", "-version"),
        "stargzify --version": (launcher, "--version"),
        "stargzify file:1MB jdk 6": quiet + ("--deflater=jdk",) + places,
        "stargzify file:1MB java 6": quiet + ("--deflater=java",) + places,
        "stargzify file:1MB libdeflate 6": quiet + ("--deflater=libdeflate",) + places,
        "estargz.Build 6 of 1MB": (oracle, "build", "-level", "6", str(layer), str(target)),
        "estargz.Build 9 of 1MB": (oracle, "build", "-level", "9", str(layer), str(target)),
    }


def java():
    return os.path.join(os.environ["JAVA_HOME"], "bin", "java")


def race(layer, options, raw):
    """Measures and prints a table; returns what failed."""
    log = options.work / "stderr.log"
    all_of_them = commands(layer, options.work / "small.stargz", options.stargzify, options.oracle)
    runs = {name: [] for name in all_of_them}
    failures = {}
    for number in range(-1, options.rounds):  # the first builds what isn't built, and warms the page cache
        say("round %d" % (number + 1))
        for name, command in all_of_them.items():
            if name in failures:
                continue
            try:
                result = run(command, log)
            except Failed as failure:
                failures[name] = str(failure)
                continue
            if number >= 0:
                runs[name].append(result)
                raw.add(contestant=name, round=number, **vars(result))
    print()
    rows = []
    for name in all_of_them:
        if name in failures:
            rows.append([name, "**failed**", "", ""])
        else:
            ran = runs[name]
            rows.append([name, span(ran, "wall"), span(ran, "cpu"), megabytes(median(ran, "rss"))])
    table(["", "wall s", "CPU s", "peak MB"], rows)
    return list(failures.values())
