"""The servers that an image goes through: each on the loopback, ended and removed with what it kept."""

import hashlib
import http.client
import json
import os
import re
import shutil
import subprocess
import time

from measure import Failed

START_SECONDS = 60
END_SECONDS = 20
BLOCK = 1 << 20


class Server:
    """A process that keeps all it has in a directory."""

    def __init__(self, directory, command):
        self.directory = directory
        self.log = directory / "server.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=no_proxies()
            )

    def await_line(self, pattern):
        """Waits until it has said what matches; returns the match."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found:
                return found
            time.sleep(0.02)
        raise Failed("%s did not come up: %s" % (self.process.args[0], self.log.read_text(errors="replace")[-500:]))

    def cpu(self):
        """The CPU seconds it has taken so far."""
        with open("/proc/%d/stat" % self.process.pid) as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self):
        """The most bytes of memory it has had so far."""
        with open("/proc/%d/status" % self.process.pid) as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)) * 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def no_proxies():
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


class Registry(Server):
    """docker-registry on a free port."""

    def __init__(self, directory):
        directory.mkdir()
        config = directory / "config.yml"
        config.write_text(
            "version: 0.1\n"
            "log: {accesslog: {disabled: true}, level: info}\n"
            "storage: {filesystem: {rootdirectory: %s}}\n"
            "http: {addr: '127.0.0.1:0'}\n" % (directory / "storage")
        )
        super().__init__(directory, ["docker-registry", "serve", config])
        try:
            self.address = "127.0.0.1:" + self.await_line(r"listening on 127\.0\.0\.1:(\d+)").group(1)
        except BaseException:
            self.__exit__()
            raise

    def request(self, method, path, body=None, headers=None, expect=(200,)):
        """Sends a request; returns the answer's headers and body."""
        connection = http.client.HTTPConnection(self.address)
        try:
            connection.request(method, path.replace("http://" + self.address, ""), body, headers or {})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status not in expect:
            raise Failed("%s %s: status %d: %s" % (method, path, answer.status, content[:200]))
        return answer.headers, content

    def push_blob(self, name, open_body, size, digest):
        headers, _ = self.request("POST", "/v2/%s/blobs/uploads/" % name, expect=(202,))
        place = headers["Location"]
        place += ("&" if "?" in place else "?") + "digest=" + digest
        kind = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        with open_body() as body:
            self.request("PUT", place, body, kind, expect=(201,))

    def push_manifest(self, reference, manifest):
        name, _, tag = reference.partition(":")
        kind = {"Content-Type": manifest["mediaType"]}
        self.request("PUT", "/v2/%s/manifests/%s" % (name, tag), json.dumps(manifest), kind, expect=(201,))

    def manifest(self, reference):
        name, _, tag = reference.partition(":")
        kind = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
        return json.loads(self.request("GET", "/v2/%s/manifests/%s" % (name, tag), headers=kind)[1])

    def pull_blob(self, name, digest, path):
        """Writes a blob to a file."""
        connection = http.client.HTTPConnection(self.address)
        try:
            connection.request("GET", "/v2/%s/blobs/%s" % (name, digest))
            answer = connection.getresponse()
            if answer.status != 200:
                raise Failed("blob %s: status %d" % (digest, answer.status))
            with open(path, "wb") as out:
                shutil.copyfileobj(answer, out, BLOCK)
        finally:
            connection.close()


class Containerd(Server):
    """containerd, without the part that serves Kubernetes."""

    def __init__(self, directory):
        directory.mkdir()
        config = directory / "config.toml"
        config.write_text(
            "version = 2\n"
            'root = "%(d)s/root"\nstate = "%(d)s/state"\n'
            'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
            '[grpc]\n  address = "%(d)s/socket"\n' % {"d": directory}
        )
        super().__init__(directory, ["containerd", "--config", config])
        try:
            self.await_line("containerd successfully booted")
        except BaseException:
            self.__exit__()
            raise

    def ctr(self, *arguments):
        """The words of a command that talks to it."""
        return ["ctr-remote", "--address", self.directory / "socket", *arguments]


def digest_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return "sha256:" + digest.hexdigest()
