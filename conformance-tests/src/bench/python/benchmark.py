#!/usr/bin/env python3
"""Measures this project beside others; ./benchmark in the project's root runs it.

Everything runs one at a time, in turns: one round runs each contestant once, so that what else the machine does
meets all of them. The tables show medians, with the smallest and largest in brackets.
"""

import argparse
import fnmatch
import os
import pathlib
import signal
import sys
import tempfile

import contestants
import efficiency
import image
import layers
import start
from measure import Raw, say

# The Debian root, and what installing a JDK, Node.js and git adds to it.
LAYERS = ["debian.tar.gz", "packages.tar.gz"]


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and files don't stay behind
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=options.work) as work:
        options.work = pathlib.Path(work)
        raw = Raw(options.raw)
        failures = options.what(options, raw)
    say("each run is in %s" % options.raw)
    for failure in failures:
        say("benchmark: FAILED: %s" % failure)
    sys.exit(1 if failures else 0)


def parse():
    parser = argparse.ArgumentParser(prog="./benchmark", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    one = command(commands, "layers", "layer by layer, beside the Go library and whole-stream gzip", run_layers)
    one.add_argument("--layer", action="append", metavar="NAME|FILE", help="default: %s" % " ".join(LAYERS))
    one.add_argument("--only", action="append", metavar="PATTERN", help="contestants, such as 'stargzify*6'")
    one.add_argument("--quick", action="store_true", help="the rows that matter most")
    one.add_argument("--list", action="store_true", help="print the contestants' names")
    one.add_argument("--slow-rounds", type=int, default=1, metavar="N", help="of the slow ones; default 1")

    two = command(commands, "image", "from registry to registry, beside ctr-remote", run_image)
    two.add_argument("--layer", action="append", metavar="NAME|FILE", help="of the image, the lowest first")
    two.add_argument("--slow-rounds", type=int, default=1, metavar="N", help="of ctr-remote; default 1")

    command(commands, "start", "what a process takes that does little", run_start, rounds=11)

    three = command(commands, "efficiency", "a conversion beside its parts by themselves", run_efficiency)
    three.add_argument("--layer", default="packages.tar.gz", metavar="NAME|FILE", help="default %(default)s")
    three.add_argument("--deflater", default="java", metavar="NAME", help="default %(default)s")
    three.add_argument("--level", type=int, default=6, metavar="N", help="default %(default)s")
    return parser.parse_args()


def command(commands, name, what, function, rounds=3):
    parser = commands.add_parser(name, help=what, description=what)
    parser.set_defaults(what=function)
    parser.add_argument("--rounds", type=int, default=rounds, metavar="N", help="default %d" % rounds)
    parser.add_argument("--work", type=pathlib.Path, default="conformance-tests/target", help="where to write")
    raw = pathlib.Path("conformance-tests/target/benchmark-%s.json" % name)
    parser.add_argument("--stargzify", default="./stargzify", metavar="FILE", help="the launcher to measure")
    for hidden in "--cache", "--oracle", "--class-path":
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--raw", type=pathlib.Path, default=raw, help="each run as JSON; default %s" % raw)
    return parser


def paths(names, options):
    directory = pathlib.Path(options.cache or ".", "layers")
    found = [pathlib.Path(name) if os.sep in name else directory / name for name in names]
    for path in found:
        if not path.exists():
            sys.exit("benchmark: there is no layer %s" % path)
    return found


def run_layers(options, raw):
    chosen = [c for c in contestants.all_of(options.stargzify, options.oracle) if chosen_by(options, c)]
    if options.list:
        print("\n".join(c.name for c in chosen))
        return []
    return layers.race(paths(options.layer or LAYERS, options), chosen, options, raw)


def chosen_by(options, contestant):
    if options.only:
        return any(fnmatch.fnmatch(contestant.name, pattern) for pattern in options.only)
    return contestant.key or not options.quick


def run_image(options, raw):
    names = options.layer or LAYERS + ["app.tar.gz", "small.tar.gz"]
    return image.race(paths(names, options), options, raw)


def run_start(options, raw):
    return start.race(paths(["small.tar.gz"], options)[0], options, raw)


def run_efficiency(options, raw):
    return efficiency.race(paths([options.layer], options)[0], options.class_path, options, raw)


main()
