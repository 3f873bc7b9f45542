package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of images as ordinary tools unpack them. */
final class UnpackedImage {
  private UnpackedImage() {}

  /**
   * What {@code umoci} makes of an image in an OCI layout.
   *
   * @param image {@code DIRECTORY:TAG}
   */
  static Tree byUmoci(String image, Path temp) throws IOException, InterruptedException {
    Needs.these("umoci");
    Needs.root();
    Path bundle = Files.createTempDirectory(temp, "bundle");
    try {
      Command.run("umoci", "unpack", "--image", image, bundle);
      return Tree.of(bundle.resolve("rootfs"));
    } finally {
      Command.run("rm", "-rf", bundle);
    }
  }

  /**
   * What {@code podman} makes of an image.
   *
   * @param image with one of skopeo's transports, such as {@code oci:}
   */
  static Tree byPodman(String image) throws IOException, InterruptedException {
    Needs.these("podman");
    Needs.root();
    Path storage = Files.createTempDirectory("podman"); // podman takes no name beyond 50 bytes
    Object[] options = {
      "podman",
      "--root=" + storage.resolve("root"),
      "--runroot=" + storage.resolve("run"),
      "--storage-driver=vfs"
    };
    try {
      String id = podman(options, "pull", "--quiet", "--tls-verify=false", image);
      return Tree.of(Path.of(podman(options, "image", "mount", id)));
    } finally {
      Command.run("rm", "-rf", storage);
    }
  }

  private static String podman(Object[] options, Object... command)
      throws IOException, InterruptedException {
    Object[] all = new Object[options.length + command.length];
    System.arraycopy(options, 0, all, 0, options.length);
    System.arraycopy(command, 0, all, options.length, command.length);
    return new String(Command.run(all), UTF_8).strip();
  }
}
