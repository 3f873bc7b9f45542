package dev.stargz.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The tar of a layout. Its bytes depend on the layout's content alone: members are sorted, times
 * and owners are 0.
 */
final class ArchiveTar {
  private static final int FILE_MODE = 0100644;
  private static final int DIRECTORY_MODE = 040755;
  private static final int BUFFER = 1 << 16;
  private static final String BLOBS = "blobs";

  private final TarArchiveOutputStream tar;
  private final String who;

  /**
   * Creates a tar.
   *
   * @param out gets it; not closed
   * @param who the archive's name for messages
   */
  ArchiveTar(OutputStream out, String who) {
    this.tar = new TarArchiveOutputStream(out, UTF_8.name());
    this.who = who;
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  /**
   * Writes all of it.
   *
   * @param directory what is below {@code blobs} in it goes into the tar
   * @param lists the other members, but for {@code oci-layout}
   */
  void write(Path directory, Map<String, byte[]> lists) throws IOException {
    SortedMap<String, Optional<FilePart>> blobs = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory.resolve(BLOBS))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = directory.relativize(file).toString().replace('\\', '/');
        boolean isFile = Files.isRegularFile(file);
        blobs.put(
            name, isFile ? Optional.of(new FilePart(file, 0, Files.size(file))) : Optional.empty());
      }
    }
    for (Map.Entry<String, Optional<FilePart>> blob : blobs.entrySet()) {
      if (blob.getValue().isPresent()) {
        try (InputStream in = blob.getValue().get().open()) {
          file(blob.getKey(), blob.getValue().get().size(), in);
        }
      } else {
        directory(blob.getKey());
      }
    }
    SortedMap<String, byte[]> sorted = new TreeMap<>(lists);
    sorted.put(LayoutSource.LAYOUT_FILE, LayoutSource.LAYOUT_CONTENT.getBytes(UTF_8));
    for (Map.Entry<String, byte[]> list : sorted.entrySet()) {
      byte[] content = list.getValue();
      file(list.getKey(), content.length, new ByteArrayInputStream(content));
    }
    tar.finish();
  }

  private void directory(String name) throws IOException {
    tar.putArchiveEntry(header(name + "/", DIRECTORY_MODE));
    tar.closeArchiveEntry();
  }

  private void file(String name, long size, InputStream content) throws IOException {
    TarArchiveEntry header = header(name, FILE_MODE);
    header.setSize(size);
    tar.putArchiveEntry(header);
    byte[] buffer = new byte[BUFFER];
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while writing " + who);
      }
      tar.write(buffer, 0, n);
    }
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry header(String name, int mode) {
    TarArchiveEntry header = new TarArchiveEntry(name);
    header.setMode(mode);
    header.setModTime(0);
    header.setIds(0, 0);
    header.setUserName("");
    header.setGroupName("");
    return header;
  }
}
