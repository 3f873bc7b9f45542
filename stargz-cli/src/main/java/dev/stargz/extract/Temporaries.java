package dev.stargz.extract;

import dev.stargz.format.blob.EntryName;
import java.io.Closeable;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Names that files have until they are complete. When the process is told to end, those that are
 * left are removed; a process that is killed leaves them, one for each of its threads. Safe for
 * many threads.
 */
final class Temporaries implements Closeable {
  private static final int RANDOM_BYTES = 8;

  private final Linux linux;
  private final String prefix;
  private final Set<Temporary> open = new HashSet<>();
  private final Thread cleanUp = new Thread(this::abandon, "stargzify-extract");
  private long count;
  private boolean ending;

  private Temporaries(Linux linux) {
    this.linux = linux;
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    this.prefix = ".stargzify-" + HexFormat.of().formatHex(random) + "-";
  }

  /** None yet. */
  static Temporaries create(Linux linux) {
    Temporaries temporaries = new Temporaries(linux);
    Runtime.getRuntime().addShutdownHook(temporaries.cleanUp);
    return temporaries;
  }

  /** Makes a file of a given name. */
  @FunctionalInterface
  interface Maker {
    /** Makes it in an open directory, and opens it. */
    OpenNode make(int directory, EntryName name) throws CallFailedException, ExtractException;
  }

  /**
   * Makes a file under a name that nothing has.
   *
   * @param directory must stay open until the file is closed
   * @throws ExtractException also if the process is ending
   */
  synchronized Temporary make(OpenDirectory directory, Maker maker)
      throws CallFailedException, ExtractException {
    if (ending) {
      throw new ExtractException("interrupted");
    }
    EntryName name = EntryName.of(prefix + count++);
    // under the lock, so that none is made behind the back of who removes them
    OpenNode node;
    try {
      node = maker.make(directory.descriptor(), name);
    } catch (CallFailedException | ExtractException e) {
      linux.tryUnlink(directory.descriptor(), name); // made perhaps, and not opened
      throw e;
    }
    Temporary temporary = new Temporary(linux, this, directory, name, node);
    open.add(temporary);
    return temporary;
  }

  /** Forgets a file, which has its name or is removed. */
  synchronized void forget(Temporary temporary) {
    open.remove(temporary);
  }

  /** Whether the process is about to end. */
  synchronized boolean isEnding() {
    return ending;
  }

  private synchronized void abandon() {
    ending = true;
    open.forEach(Temporary::remove);
  }

  /** Ends the watch over the process's end; all files must be closed. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(cleanUp);
    } catch (IllegalStateException e) {
      // the process is ending, and the hook at work
    }
  }
}
