package dev.stargz.local;

import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Tars of OCI layouts. OCI image spec, "Image Layout". */
public final class OciArchive {
  private static final String SCHEME = "oci-archive:";

  private OciArchive() {}

  /**
   * Opens an image in an archive.
   *
   * @param file the tar
   * @param name the image's tag, its whole reference where containerd's annotation has that, or
   *     {@code @} and a digest; nothing if the image is alone
   * @param tempDir where a pipe, or an archive compressed with gzip, is copied to; nothing for the
   *     default place
   * @return a source that the caller closes; it says whether there is such an image when its root
   *     is asked for
   * @throws dev.stargz.image.ImageException if there is no archive that can be read
   */
  public static ImageSource source(Path file, Optional<String> name, Optional<Path> tempDir)
      throws IOException {
    String who = SCHEME + file;
    OciLayout.checkName(name, who);
    return source(ArchiveFile.open(file, tempDir, who), who, name);
  }

  /**
   * Opens an image in an archive that comes through a pipe; it is copied into a temporary file at
   * once.
   *
   * @param stdin the tar, plain or compressed with gzip; the caller closes it
   * @param name the image's tag, its whole reference where containerd's annotation has that, or
   *     {@code @} and a digest; nothing if the image is alone
   * @param tempDir where the copy is; nothing for the default place
   * @return a source that the caller closes; it says whether there is such an image when its root
   *     is asked for
   * @throws dev.stargz.image.ImageException if it is no archive that can be read
   */
  public static ImageSource source(InputStream stdin, Optional<String> name, Optional<Path> tempDir)
      throws IOException {
    String who = SCHEME + "-";
    OciLayout.checkName(name, who);
    return source(ArchiveFile.spool(stdin, tempDir, who), who, name);
  }

  private static ImageSource source(ArchiveFile file, String who, Optional<String> name)
      throws IOException {
    try {
      return LayoutSource.open(TarMembers.open(file.path(), who), who, name, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Prepares to write an archive, which appears under its name when {@link ImageTarget#finish} is
   * called; an existing file is replaced.
   *
   * @param file the tar
   * @param name the image's tag; nothing for no name
   * @param tempDir where blobs are kept until then; nothing for the default place
   * @return a target that the caller closes
   * @throws dev.stargz.image.ImageException if the file can't be one, or the name can't be a tag
   */
  public static ImageTarget target(Path file, Optional<String> name, Optional<Path> tempDir)
      throws IOException {
    String who = SCHEME + file;
    return target(ArchiveOutput.of(file, who), who, name, tempDir);
  }

  /**
   * Prepares to write an archive into a pipe, when {@link ImageTarget#finish} is called.
   *
   * @param out gets the tar; flushed, not closed
   * @param name the image's tag; nothing for no name
   * @param tempDir where blobs are kept until then; nothing for the default place
   * @return a target that the caller closes
   * @throws dev.stargz.image.ImageException if the name can't be a tag
   */
  public static ImageTarget target(OutputStream out, Optional<String> name, Optional<Path> tempDir)
      throws IOException {
    return target(ArchiveOutput.of(out), SCHEME + "-", name, tempDir);
  }

  private static ImageTarget target(
      ArchiveOutput output, String who, Optional<String> name, Optional<Path> tempDir)
      throws IOException {
    OciLayout.checkTag(name, who);
    String whole = who + name.map(given -> ":" + given).orElse("");
    return ArchiveTarget.create(whole, output, new OciForm(who, name), tempDir);
  }
}
