package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The real lazy reader: containerd with its stargz snapshotter, both with all they keep below one
 * directory. It fetches nothing ahead, so that what a registry logs is what was read.
 */
final class LazyReader {
  private static final Pattern PREPARED =
      Pattern.compile("\"remote-snapshot-prepared\":\"(true|false)\"");

  private final Path directory;
  private final DockerRegistry registry;
  private final Daemon snapshotter;
  private final Daemon containerd;
  private int views;

  private LazyReader(
      Path directory, DockerRegistry registry, Daemon snapshotter, Daemon containerd) {
    this.directory = directory;
    this.registry = registry;
    this.snapshotter = snapshotter;
    this.containerd = containerd;
  }

  /**
   * Starts one that pulls from {@code registry}, which speaks plain HTTP.
   *
   * @param directory short: sockets in it have names of at most 107 bytes
   */
  static LazyReader start(Path directory, DockerRegistry registry)
      throws IOException, InterruptedException {
    Path program = Needs.snapshotter();
    Files.createDirectories(directory);
    Path socket = directory.resolve("snapshotter.sock");
    Daemon snapshotter =
        Daemon.start(
            directory,
            "snapshotter",
            program,
            "-root=" + directory.resolve("snapshotter"),
            "-address=" + socket,
            "-plain-http=" + registry.address());
    try {
      snapshotter.awaitSocket(socket);
      Path config = Files.writeString(directory.resolve("config.toml"), config(directory, socket));
      Daemon containerd = Daemon.start(directory, "containerd", "containerd", "--config", config);
      LazyReader reader = new LazyReader(directory, registry, snapshotter, containerd);
      containerd.awaitErr("containerd successfully booted");
      return reader;
    } catch (AssertionError | IOException | InterruptedException e) {
      snapshotter.close();
      throw e;
    }
  }

  private static String config(Path directory, Path socket) {
    return """
    version = 2
    root = "%1$s/root"
    state = "%1$s/state"
    disabled_plugins = ["io.containerd.grpc.v1.cri"]
    [grpc]
      address = "%1$s/containerd.sock"
    [proxy_plugins.stargz]
      type = "snapshot"
      address = "%2$s"
    """
        .formatted(directory, socket);
  }

  /** Pulls an image lazily, as far as its layers allow. */
  void pull(String name) throws IOException, InterruptedException {
    ctr("images", "rpull", "--plain-http", registry.reference(name));
  }

  /** Pulls and unpacks a whole image. */
  void pullWhole(String name) throws IOException, InterruptedException {
    ctr("images", "pull", "--plain-http", "--snapshotter=overlayfs", registry.reference(name));
  }

  /** Runs a command in a container of an image that was pulled lazily; returns what it prints. */
  String run(String name, String... command) throws IOException, InterruptedException {
    String container = "container" + views++;
    List<String> arguments =
        new ArrayList<>(List.of("run", "--rm", "--snapshotter=stargz", registry.reference(name)));
    arguments.add(container);
    arguments.addAll(List.of(command));
    return new String(ctr(arguments.toArray(String[]::new)), UTF_8);
  }

  /**
   * Imports an archive and runs a command in a container of an image in it; returns what it prints.
   *
   * @param name the image's, in full: {@code docker.io/example/it:1}
   */
  String importAndRun(Path archive, String name, String... command)
      throws IOException, InterruptedException {
    ctr("images", "import", archive.toString());
    List<String> arguments =
        new ArrayList<>(List.of("run", "--rm", "--snapshotter=overlayfs", name));
    arguments.add("container" + views++);
    arguments.addAll(List.of(command));
    return new String(ctr(arguments.toArray(String[]::new)), UTF_8);
  }

  /**
   * Has {@code ctr-remote} record which files a command reads in a container of an image that was
   * pulled whole.
   *
   * @param command in JSON
   */
  void record(String name, String command, Path record) throws IOException, InterruptedException {
    String reference = registry.reference(name);
    ctr(
        "images",
        "optimize",
        "--oci",
        "--period=3",
        "--entrypoint=" + command,
        "--args=[]",
        "--record-out=" + record,
        reference,
        reference + "-optimized");
  }

  /** For each layer that it was to make ready so far: whether that was done lazily. */
  List<Boolean> prepared() throws IOException {
    return PREPARED
        .matcher(snapshotter.out() + snapshotter.err())
        .results()
        .map(match -> Boolean.valueOf(match.group(1)))
        .toList();
  }

  /** The files of an image that was pulled lazily; reads all of them. */
  Tree lazyTree(List<String> diffIds) throws IOException, InterruptedException {
    return tree("stargz", diffIds);
  }

  /** The files of an image that was pulled whole. */
  Tree wholeTree(List<String> diffIds) throws IOException, InterruptedException {
    return tree("overlayfs", diffIds);
  }

  /** Prepared as for a container: what is only viewed may be collected as garbage meanwhile. */
  private Tree tree(String snapshotterName, List<String> diffIds)
      throws IOException, InterruptedException {
    String snapshots = "--snapshotter=" + snapshotterName;
    String key = "view" + views++;
    Path mountPoint = Files.createDirectory(directory.resolve(key));
    ctr("snapshots", snapshots, "prepare", key, chainId(diffIds));
    byte[] mount = ctr("snapshots", snapshots, "mounts", mountPoint.toString(), key);
    Command.bash(new String(mount, UTF_8));
    try {
      return Tree.of(mountPoint);
    } finally {
      Command.run("umount", mountPoint);
    }
  }

  /** What containerd calls a stack of layers (OCI image spec, config.md, "Layer ChainID"). */
  private static String chainId(List<String> diffIds) {
    String chain = diffIds.get(0);
    for (String diffId : diffIds.subList(1, diffIds.size())) {
      chain = Digest.of((chain + " " + diffId).getBytes(UTF_8)).toString();
    }
    return chain;
  }

  private byte[] ctr(String... arguments) throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of("ctr-remote", "--address"));
    command.add(directory.resolve("containerd.sock"));
    command.addAll(List.of(arguments));
    return Command.run(command.toArray());
  }

  /** Ends both daemons and unmounts what is left. */
  void close() throws IOException, InterruptedException {
    containerd.close();
    snapshotter.close();
    for (String mountPoint : mountPoints()) {
      Command.run("umount", "--lazy", mountPoint);
    }
  }

  /** What is mounted below the directory, the latest first. */
  private List<String> mountPoints() throws IOException {
    Pattern below = Pattern.compile("^\\S+ (" + Pattern.quote(directory.toString()) + "/\\S+) ");
    List<String> found = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      below.matcher(line).results().map(MatchResult::group).map(String::strip).forEach(found::add);
    }
    List<String> points = new ArrayList<>(found.stream().map(m -> m.split(" ", -1)[1]).toList());
    Collections.reverse(points);
    return points;
  }
}
