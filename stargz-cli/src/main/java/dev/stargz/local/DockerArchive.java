package dev.stargz.local;

import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Archives as {@code docker save} writes and {@code docker load} reads them: a tar, from Docker 25
 * on with an OCI layout in it. References in them are whole ones, such as {@code
 * docker.io/library/ubuntu:latest}; short ones are completed as Docker does.
 */
public final class DockerArchive {
  private static final String SCHEME = "docker-archive:";

  private DockerArchive() {}

  /**
   * Opens an image in an archive.
   *
   * @param file the tar
   * @param reference what the image is called, or {@code @N} for the N-th from 0; nothing if it is
   *     alone
   * @param tempDir where a pipe, or an archive compressed with gzip, is copied to; nothing for the
   *     default place
   * @return a source that the caller closes
   * @throws ImageException if there is no such archive, or no such image in it
   */
  public static ImageSource source(Path file, Optional<String> reference, Optional<Path> tempDir)
      throws IOException {
    String who = SCHEME + file;
    return source(ArchiveFile.open(file, tempDir, who), who, reference);
  }

  /**
   * Opens an image in an archive that comes through a pipe; it is copied into a temporary file at
   * once.
   *
   * @param stdin the tar, plain or compressed with gzip; the caller closes it
   * @param reference what the image is called, or {@code @N} for the N-th from 0; nothing if it is
   *     alone
   * @param tempDir where the copy is; nothing for the default place
   * @return a source that the caller closes
   * @throws ImageException if it is no archive, or there is no such image in it
   */
  public static ImageSource source(
      InputStream stdin, Optional<String> reference, Optional<Path> tempDir) throws IOException {
    String who = SCHEME + "-";
    return source(ArchiveFile.spool(stdin, tempDir, who), who, reference);
  }

  private static ImageSource source(ArchiveFile file, String who, Optional<String> reference)
      throws IOException {
    try {
      TarMembers members = TarMembers.open(file.path(), who);
      return source(members, who, reference, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ImageSource source(
      TarMembers members, String who, Optional<String> reference, ArchiveFile file)
      throws IOException {
    String name = who + reference.map(given -> ":" + given).orElse("");
    Optional<DockerManifest> manifest = DockerManifest.read(members, who);
    Optional<DockerManifest.Image> image =
        manifest.isPresent() ? manifest.get().find(reference) : Optional.empty();
    LayoutBlobs blobs = new LayoutBlobs(members, who);
    Optional<HybridImage> oci = HybridSide.find(blobs, reference, image);
    if (oci.isPresent()) {
      return new HybridSource(name, blobs, oci.get(), file);
    }
    if (manifest.isEmpty()) {
      String none = who + " is no docker archive: it has no member '" + DockerManifest.FILE + "'";
      throw HybridSide.notFound(blobs, reference).orElseGet(() -> new ImageException(none));
    }
    if (image.isEmpty()) {
      String what = reference.map(given -> "image '" + given + "'").orElse("image");
      throw new ImageException(who + " has no " + what + "; it has " + manifest.get().shown());
    }
    return new DockerSource(name, members, image.get(), file);
  }

  /**
   * Prepares to write an archive: the tar with both an OCI layout and a {@code manifest.json} that
   * old and new versions of Docker, Podman, containerd and skopeo read. It appears under its name
   * when {@link ImageTarget#finish} is called; an existing file is replaced.
   *
   * @param file the tar
   * @param reference what the image is to be called; nothing for no name
   * @param tempDir where blobs are kept until then; nothing for the default place
   * @return a target that the caller closes, and that takes one image, or an index of a single one
   * @throws ImageException if the file can't be one, or the reference can't be a name
   */
  public static ImageTarget target(Path file, Optional<String> reference, Optional<Path> tempDir)
      throws IOException {
    String who = SCHEME + file;
    return target(ArchiveOutput.of(file, who), who, reference, tempDir);
  }

  /**
   * Prepares to write an archive into a pipe, when {@link ImageTarget#finish} is called.
   *
   * @param out gets the tar; flushed, not closed
   * @param reference what the image is to be called; nothing for no name
   * @param tempDir where blobs are kept until then; nothing for the default place
   * @return a target that the caller closes, and that takes one image, or an index of a single one
   * @throws ImageException if the reference can't be a name
   */
  public static ImageTarget target(
      OutputStream out, Optional<String> reference, Optional<Path> tempDir) throws IOException {
    return target(ArchiveOutput.of(out), SCHEME + "-", reference, tempDir);
  }

  private static ImageTarget target(
      ArchiveOutput output, String who, Optional<String> reference, Optional<Path> tempDir)
      throws IOException {
    if (reference.isPresent() && !DockerReference.isName(reference.get())) {
      throw new ImageException(
          who + ": '" + reference.get() + "' can't be an image's name: expected NAME[:TAG]");
    }
    String name = who + reference.map(given -> ":" + given).orElse("");
    return ArchiveTarget.create(
        name, output, new DockerForm(who, reference.map(DockerReference::normalized)), tempDir);
  }
}
