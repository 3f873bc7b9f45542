"""From registry to registry: an image through this project, and through containerd with ctr-remote."""

import hashlib
import io
import json
import os
import pathlib
import shutil
import tempfile

from layers import Layer
from measure import Failed, Run, median, megabytes, ratio, run, say, seconds, settle, span, table
from servers import Containerd, Registry, digest_of, no_proxies

SOURCE = "source"
OCI = "application/vnd.oci.image."
DEFLATERS = ("jdk", "java", "libdeflate")
BASE = "ctr-remote convert + push"
PULL = "(its pull before that)"


def race(paths, options, raw):
    """Measures and prints a table; returns what failed."""
    missing = [tool for tool in ("docker-registry", "containerd", "ctr-remote") if not shutil.which(tool)]
    if missing:
        return ["there is no " + tool for tool in missing]
    # Sockets have names of at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="bench-") as short:
        with Registry(options.work / "registry") as registry:
            meeting = Meeting(registry, pathlib.Path(short), options, raw)
            meeting.push_source(paths)
            meeting.go()
            meeting.show()
            return list(meeting.failures.values())


class Meeting:
    """All runs on one image."""

    def __init__(self, registry, short, options, raw):
        self.registry = registry
        self.short = short
        self.options = options
        self.raw = raw
        self.layers = []
        self.runs = {}
        self.sizes = {}
        self.failures = {}
        self.targets = 0

    def push_source(self, paths):
        """Makes an image of the layers, in the registry."""
        say("an image of %s" % ", ".join(path.name for path in paths))
        descriptors = []
        for path in paths:
            layer = Layer(path, self.options.work)
            self.layers.append(layer)
            layer.tar.unlink()
            descriptor = {"mediaType": OCI + "layer.v1.tar+gzip", "digest": digest_of(path), "size": layer.size}
            self.registry.push_blob(SOURCE, lambda path=path: open(path, "rb"), layer.size, descriptor["digest"])
            descriptors.append(descriptor)
        config = json.dumps(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": {},
                "rootfs": {"type": "layers", "diff_ids": ["sha256:" + l.tar_digest.hex() for l in self.layers]},
            }
        ).encode()
        digest = "sha256:" + hashlib.sha256(config).hexdigest()
        self.registry.push_blob(SOURCE, lambda: io.BytesIO(config), len(config), digest)
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI + "manifest.v1+json",
            "config": {"mediaType": OCI + "config.v1+json", "digest": digest, "size": len(config)},
            "layers": descriptors,
        }
        self.registry.push_manifest(SOURCE + ":1", manifest)

    def go(self):
        for number in range(max(self.options.rounds, self.options.slow_rounds)):
            if number < self.options.slow_rounds:
                self.once(number, BASE, self.ctr_remote)
            for deflater in DEFLATERS:
                if number < self.options.rounds:
                    self.once(number, "stargzify %s 6" % deflater, self.ours)

    def once(self, number, name, measure):
        """Each run has a repository of its own as its target, so that nothing is there already."""
        if name in self.failures:
            return
        self.targets += 1
        target = "target%d" % self.targets
        settle()
        try:
            measured = measure(name, target)
            self.sizes[name] = sum(layer["size"] for layer in self.registry.manifest(target + ":1")["layers"])
            if number == 0:
                self.check(name, target)
        except Failed as failure:
            say("  FAILED: %s" % failure)
            self.failures[name] = "%s: %s" % (name, failure)
            return
        for part, result in measured.items():
            self.runs.setdefault(part, []).append(result)
            self.raw.add(contestant=part, round=number, **vars(result))
            say("  %d %-30s %s s" % (number + 1, part, seconds(result.wall)))

    def ours(self, name, target):
        _, deflater, level = name.split()
        words = [self.options.stargzify, "--progress=none", "--deflater=" + deflater, "--level=" + level]
        words += [self.reference(SOURCE), self.reference(target)]
        return {name: run(words, self.options.work / "stderr.log", env=plain())}

    def reference(self, name):
        return "%s/%s:1" % (self.registry.address, name)

    def ctr_remote(self, name, target):
        """The pull, and then convert and push together; each with containerd's share of CPU and memory."""
        with Containerd(self.short / ("c%d" % self.targets)) as containerd:
            pull = ["content", "fetch", "--plain-http", self.reference(SOURCE)]
            convert = ["images", "convert", "--estargz", "--oci", self.reference(SOURCE), self.reference(target)]
            push = ["images", "push", "--plain-http", self.reference(target)]
            pulled = self.ctr(containerd, pull)
            converted, pushed = self.ctr(containerd, convert), self.ctr(containerd, push)
            both = Run(converted.wall + pushed.wall, converted.cpu + pushed.cpu, max(converted.rss, pushed.rss))
            return {PULL: pulled, name: both}

    def ctr(self, containerd, words):
        before = containerd.cpu()
        result = run(containerd.ctr(*words), self.options.work / "stderr.log", env=plain())
        return Run(result.wall, result.cpu + containerd.cpu() - before, result.rss + containerd.peak())

    def check(self, name, target):
        """Fails unless the layers of an image hold what those of the source do."""
        written = self.registry.manifest(target + ":1")["layers"]
        if len(written) != len(self.layers):
            raise Failed("%s: %d layers instead of %d" % (name, len(written), len(self.layers)))
        blob = self.options.work / "blob"
        for layer, descriptor in zip(self.layers, written):
            self.registry.pull_blob(target, descriptor["digest"], blob)
            layer.check_members(name, blob)
            blob.unlink()

    def show(self):
        tar = sum(layer.tar_size for layer in self.layers)
        gz = sum(layer.size for layer in self.layers)
        print("\n%d layers: tar %s MB, tar.gz %s MB\n" % (len(self.layers), megabytes(tar), megabytes(gz)))
        base = self.runs.get(BASE)
        names = [BASE, PULL] + ["stargzify %s 6" % deflater for deflater in DEFLATERS]
        rows = []
        for name in names:
            if name in self.failures:
                rows.append([name, "**failed**", "", "", "", ""])
            elif name in self.runs:
                rows.append(self.row(name, self.runs[name], gz, base))
        table(["", "wall s", "CPU s", "peak MB", "size / source's", "wall / " + BASE], rows)

    def row(self, name, runs, gz, base):
        size = ratio(self.sizes[name], gz) if name in self.sizes else ""
        against = ratio(median(runs, "wall"), median(base, "wall")) if base else ""
        return [name, span(runs, "wall"), span(runs, "cpu"), megabytes(median(runs, "rss")), size, against]


def plain():
    """The environment of a command that talks to the registry: no proxy stands before the loopback."""
    return {name: "" for name in set(os.environ) - set(no_proxies())}
