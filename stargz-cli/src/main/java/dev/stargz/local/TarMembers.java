package dev.stargz.local;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * The members of a tar, found by their names, which are made plain first: {@code ./a//b} is {@code
 * a/b}. Links are followed as text inside the tar; nothing in it ever names a file of this machine.
 *
 * <p>The headers are read once; memory grows with them alone, and up to a bound.
 */
final class TarMembers implements Members {
  private static final int MAX_MEMBERS = 100_000;
  private static final int MAX_NAMES = 16 << 20;
  private static final int MAX_LINKS = 8;

  /** What a name stands for. */
  private sealed interface Entry {}

  private record Regular(FilePart part) implements Entry {}

  /**
   * A link as text.
   *
   * @param target for a symbolic one from its own directory, for a hard one from the tar's root
   */
  private record Link(String target, boolean symbolic) implements Entry {}

  private record Other(String kind) implements Entry {}

  private final String who;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Set<String> twice = new HashSet<>();
  private long names;

  private TarMembers(String who) {
    this.who = who;
  }

  /**
   * Reads the headers of a tar.
   *
   * @param who the archive's name for messages
   */
  static TarMembers open(Path file, String who) throws IOException {
    TarMembers members = new TarMembers(who);
    try (HeaderInput in = new HeaderInput(new RandomAccessFile(file.toFile(), "r"))) {
      members.readHeaders(file, in);
    } catch (InterruptedIOException | ImageException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new ImageException(who + " is no tar that can be read: " + e.getMessage(), e);
    }
    return members;
  }

  private void readHeaders(Path file, HeaderInput in) throws IOException {
    Optional<TarArchiveEntry> header = in.next();
    for (int count = 0; header.isPresent(); count++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while reading " + who);
      }
      names += header.get().getName().length() + header.get().getLinkName().length();
      if (count == MAX_MEMBERS || names > MAX_NAMES) {
        throw new ImageException(who + " has more members than any image: gave up at " + count);
      }
      add(header.get(), file, in);
      header = in.next();
    }
  }

  private void add(TarArchiveEntry header, Path file, HeaderInput in) throws IOException {
    String shown = "member '" + header.getName() + "'";
    if (header.isSparse()) {
      throw new ImageException(who + ": " + shown + " is sparse, which no image's archive has");
    }
    if (in.payload() > in.left()) {
      throw new ImageException(
          who
              + " is cut short: "
              + shown
              + " says it has "
              + in.payload()
              + " bytes, and "
              + in.left()
              + " are left");
    }
    Optional<String> name = MemberName.parse(header.getName());
    if (name.isPresent() && !name.get().isEmpty()) {
      Entry entry = entry(header, new FilePart(file, in.position(), in.payload()));
      Entry other = entries.put(name.get(), entry);
      if (other != null && !(header.isDirectory() && other instanceof Other)) {
        twice.add(name.get());
      }
    }
  }

  private static Entry entry(TarArchiveEntry header, FilePart part) {
    if (header.isSymbolicLink()) {
      return new Link(header.getLinkName(), true);
    }
    if (header.isLink()) {
      return new Link(header.getLinkName(), false);
    }
    if (header.isDirectory()) {
      return new Other("a directory");
    }
    boolean special = header.isFIFO() || header.isCharacterDevice() || header.isBlockDevice();
    return special ? new Other("a device or pipe") : new Regular(part);
  }

  @Override
  public Optional<FilePart> find(String name) throws IOException {
    String at = inside(name, name);
    for (int links = 0; links <= MAX_LINKS; links++) {
      if (twice.contains(at)) {
        throw new CorruptImageException(who + " has two members of the name '" + at + "'");
      }
      Entry entry = entries.get(at);
      if (entry instanceof Regular regular) {
        return Optional.of(regular.part());
      }
      if (entry instanceof Other other) {
        throw new CorruptImageException(
            who + ": member '" + at + "' is " + other.kind() + ": expected a regular file");
      }
      if (!(entry instanceof Link link)) {
        return missing(name, links);
      }
      at = target(link, at, name);
    }
    throw new CorruptImageException(
        who + ": member '" + name + "' is a chain of more than " + MAX_LINKS + " links");
  }

  private Optional<FilePart> missing(String name, int links) throws CorruptImageException {
    if (links > 0) {
      throw new CorruptImageException(
          who + ": member '" + name + "' is a link to one that isn't there");
    }
    return Optional.empty();
  }

  private String target(Link link, String at, String name) throws CorruptImageException {
    boolean absolute = link.target().startsWith("/");
    String from = link.symbolic() && !absolute ? at.substring(0, at.lastIndexOf('/') + 1) : "";
    return inside(from + link.target(), name);
  }

  private String inside(String path, String name) throws CorruptImageException {
    return MemberName.parse(path).orElseThrow(() -> leavesArchive(name));
  }

  private CorruptImageException leavesArchive(String name) {
    return new CorruptImageException(who + ": the name '" + name + "' leads out of the archive");
  }
}
