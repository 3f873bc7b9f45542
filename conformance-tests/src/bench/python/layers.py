"""Layer by layer: the same source through all contestants, in turns."""

import hashlib
import os
import posixpath
import subprocess
import tarfile

from contestants import BASE
from measure import Failed, median, megabytes, ratio, run, say, seconds, settle, span, table

# What writers of members add to a layer.
ADDED = {"stargz.index.json", ".no.prefetch.landmark", ".prefetch.landmark"}
BLOCK = 1 << 20


class Layer:
    """A tar.gz, and what is in it."""

    def __init__(self, path, work):
        self.path = path
        self.name = path.name[: -len(".tar.gz")]
        self.size = path.stat().st_size
        self.tar = work / (self.name + ".tar")
        with open(self.tar, "wb") as out:
            subprocess.run(["gzip", "-dc", path], stdout=out, check=True)
        self.tar_size = self.tar.stat().st_size
        with open(self.tar, "rb") as file:
            self.tar_digest = digest_of(file)
        self.entries = entries_of(path)

    def source(self, contestant):
        return self.tar if contestant.tar else self.path

    def warm(self, contestant):
        """Has the source in the page cache."""
        with open(self.source(contestant), "rb") as file:
            while file.read(BLOCK):
                pass

    def check(self, contestant, target):
        """Fails unless what is in a written blob is what was in the source."""
        if not contestant.tar:
            self.check_members(contestant.name, target)
            return
        with unzipped(target) as process:
            self.fail_unless(digest_of(process.stdout) == self.tar_digest, contestant.name)

    def check_members(self, name, blob):
        """The same for a blob that has more in it than the source."""
        self.fail_unless(entries_of(blob) == self.entries, name)

    def fail_unless(self, same, name):
        if not same:
            raise Failed("%s: what it wrote is not what was in %s" % (name, self.path.name))


def unzipped(path):
    return subprocess.Popen(["gzip", "-dc", path], stdout=subprocess.PIPE)


def digest_of(file):
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.digest()


def entries_of(path):
    """The entries of a tar.gz by name, with a digest of the content; without what writers add."""
    entries = {}
    with unzipped(path) as process, tarfile.open(fileobj=process.stdout, mode="r|") as tar:
        for member in tar:
            content = digest_of(tar.extractfile(member)) if member.isreg() else b""
            name = posixpath.normpath(member.name)
            link = posixpath.normpath(member.linkname) if member.islnk() else member.linkname
            entries[name] = (member.type, member.mode, member.uid, member.gid, member.size, link, content)
    if process.returncode != 0:
        raise Failed("%s: gzip cannot read it" % path)
    for name in ADDED | {"."}:
        entries.pop(name, None)
    return entries


class Heat:
    """All runs on one layer."""

    def __init__(self, layer, contestants, options, raw):
        self.layer = layer
        self.contestants = contestants
        self.options = options
        self.raw = raw
        self.runs = {contestant.name: [] for contestant in contestants}
        self.sizes = {}
        self.failures = {}

    def rounds(self, contestant):
        return self.options.slow_rounds if contestant.slow else self.options.rounds

    def go(self):
        for number in range(self.options.rounds):
            for contestant in self.contestants:
                if number < self.rounds(contestant) and contestant.name not in self.failures:
                    self.once(number, contestant)

    def once(self, number, contestant):
        try:
            self.measure(number, contestant)
        except Failed as failure:
            say("  FAILED: %s" % failure)
            self.failures[contestant.name] = str(failure)

    def measure(self, number, contestant):
        missing = contestant.missing()
        if missing:
            raise Failed("there is no " + missing)
        target = self.options.work / "target.tar.gz"
        self.layer.warm(contestant)
        settle()
        result = run(
            contestant.words(self.layer.source(contestant), target),
            self.options.work / "stderr.log",
            stdout=target if contestant.tar else None,
            env=contestant.env,
        )
        size = target.stat().st_size
        say("  %d %-30s %s s, %d bytes" % (number + 1, contestant.name, seconds(result.wall), size))
        if number == 0:
            self.layer.check(contestant, target)
            self.sizes[contestant.name] = size
        os.unlink(target)
        self.runs[contestant.name].append(result)
        self.raw.add(layer=self.layer.name, contestant=contestant.name, round=number, size=size, **vars(result))

    def show(self):
        layer = self.layer
        print(
            "\n%s: %d entries, tar %s MB, tar.gz %s MB\n"
            % (layer.name, len(layer.entries), megabytes(layer.tar_size), megabytes(layer.size))
        )
        head = ["", "wall s", "CPU s", "peak MB", "size / source's"]
        base = self.runs.get(BASE)
        if base:
            head += ["wall / " + BASE, "size / " + BASE]
        table(head, [self.row(contestant, base) for contestant in self.contestants])
        self.show_gains()

    def row(self, contestant, base):
        name = contestant.name
        if name in self.failures:
            return [name, "**failed**", "", "", ""] + (["", ""] if base else [])
        runs, size = self.runs[name], self.sizes[name]
        row = [name, span(runs, "wall"), span(runs, "cpu")]
        row += [megabytes(median(runs, "rss")), ratio(size, self.layer.size)]
        if base:
            row += [ratio(median(runs, "wall"), median(base, "wall")), ratio(size, self.sizes[BASE])]
        return row

    def show_gains(self):
        """Prints how much faster all cores are than one core, and than one thread."""
        for less in " 1 core", " 1 thread":
            for name, alone in self.runs.items():
                whole = self.runs.get(name.removesuffix(less))
                if name.endswith(less) and alone and whole:
                    gain = median(alone, "wall") / median(whole, "wall")
                    print("\n%s: all cores do %.2f times what%s does" % (name.removesuffix(less), gain, less))


def race(layers, contestants, options, raw):
    """Measures and prints a table for each layer; returns what failed."""
    failures = []
    for path in layers:
        say("layer %s" % path.name)
        layer = Layer(path, options.work)
        small = layer.tar_size < 200e6
        heat = Heat(layer, [c for c in contestants if small or not c.small], options, raw)
        heat.go()
        heat.show()
        failures += heat.failures.values()
        os.unlink(layer.tar)
    return failures
