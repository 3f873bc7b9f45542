"""Who writes layers, and with which command."""

import dataclasses
import shutil


@dataclasses.dataclass(frozen=True)
class Contestant:
    """A way to write a layer.

    `tar` says that it takes the plain tar and compresses it as one stream, to stdout; the others take the tar.gz and
    write members. `slow` ones run once, unless told otherwise. `key` ones are in a quick run. `small` ones run on
    small layers alone.
    """

    name: str
    command: tuple
    env: dict = dataclasses.field(default_factory=dict)
    tar: bool = False
    slow: bool = False
    key: bool = False
    small: bool = False

    def words(self, source, target):
        places = {"SOURCE": str(source), "TARGET": str(target)}
        words = []
        for word in self.command:
            for place, value in places.items():
                word = word.replace(place, value)
            words.append(word)
        return words

    def missing(self):
        """The program that it takes and that is not on this machine, or None."""
        return None if shutil.which(self.command[0]) else self.command[0]


# What others are compared with.
BASE = "estargz.Build 9"


def ours(launcher, deflater, level, *further, name="", env=None, **kind):
    words = (launcher, "--progress=none", "--deflater=" + deflater, "--level=%d" % level)
    return Contestant(
        ("stargzify %s %d %s" % (deflater, level, name)).strip(),
        words + further + ("file:SOURCE", "file:TARGET"),
        env=env or {},
        **kind
    )


def on_one_core(contestant):
    """The same on one core alone: the JVM compiles and collects there too."""
    return dataclasses.replace(
        contestant, name=contestant.name + " 1 core", command=("taskset", "-c", "0") + contestant.command
    )


def go(name, oracle, verb, level, **kind):
    return Contestant(
        "%s %d" % (name, level),
        (oracle, verb, "-level", str(level), "SOURCE", "TARGET"),
        env={"GOMAXPROCS": "2"},
        **kind
    )


def whole(command, level, **kind):
    return Contestant("%s -%d" % (command, level), (command, "-%d" % level, "-c", "SOURCE"), tar=True, **kind)


def all_of(launcher, oracle):
    """All of them, in the order of the table; `oracle` is the program around the Go library."""
    one_thread = {"name": "1 thread"}
    small_heap = {"STARGZIFY_JAVA_OPTS": "-Xmx64m"}
    return [
        go("estargz.Build", oracle, "build", 9, key=True),
        go("estargz.Build", oracle, "build", 6, key=True),
        go("estargz.Writer", oracle, "append", 9, slow=True),
        go("estargz.Writer", oracle, "append", 6, slow=True),
        ours(launcher, "jdk", 1),
        ours(launcher, "jdk", 6, key=True),
        ours(launcher, "jdk", 9, slow=True),
        ours(launcher, "java", 1, key=True),
        ours(launcher, "java", 6, key=True),
        ours(launcher, "java", 9, key=True),
        ours(launcher, "java", 12, slow=True, small=True),
        ours(launcher, "libdeflate", 1),
        ours(launcher, "libdeflate", 6, key=True),
        ours(launcher, "libdeflate", 9, key=True),
        ours(launcher, "libdeflate", 12, slow=True, small=True),
        ours(launcher, "jdk", 6, "--threads=1", **one_thread),
        ours(launcher, "java", 6, "--threads=1", key=True, **one_thread),
        ours(launcher, "libdeflate", 6, "--threads=1", **one_thread),
        on_one_core(ours(launcher, "jdk", 6, key=True)),
        on_one_core(ours(launcher, "java", 6, key=True)),
        on_one_core(ours(launcher, "libdeflate", 6, key=True)),
        ours(launcher, "jdk", 6, name="-Xmx64m", env=small_heap),
        ours(launcher, "java", 6, name="-Xmx64m", env=small_heap, key=True),
        whole("gzip", 6, slow=True),
        whole("gzip", 9, slow=True),
        whole("pigz", 6, slow=True),
        whole("pigz", 9, slow=True),
        whole("libdeflate-gzip", 6, slow=True),
        whole("libdeflate-gzip", 9, slow=True),
    ]
