package dev.stargz.extract;

import dev.stargz.format.blob.EntryName;
import java.io.Closeable;

/** A file that has no name of its own yet. For one thread, but for {@link #remove}. */
final class Temporary implements Closeable {
  private final Linux linux;
  private final Temporaries owner;
  private final OpenDirectory directory;
  private final EntryName name;
  private final OpenNode node;
  private boolean renamed;

  Temporary(
      Linux linux, Temporaries owner, OpenDirectory directory, EntryName name, OpenNode node) {
    this.linux = linux;
    this.owner = owner;
    this.directory = directory;
    this.name = name;
    this.node = node;
  }

  /** The file, open until this is closed. */
  OpenNode node() {
    return node;
  }

  /**
   * Gives the file its name.
   *
   * @param overwrite whether what has it already is replaced, but for a directory, or an error
   */
  void rename(EntryName to, boolean overwrite) throws CallFailedException, ExtractException {
    if (overwrite) {
      linux.rename(directory.descriptor(), name, to);
    } else {
      linux.renameNew(directory.descriptor(), name, to);
    }
    renamed = true;
  }

  /** Removes it. */
  void remove() {
    linux.tryUnlink(directory.descriptor(), name);
  }

  /** Closes the file, and removes it unless it has got its name. */
  @Override
  public void close() {
    node.close();
    if (!renamed) {
      remove();
    }
    owner.forget(this);
  }
}
