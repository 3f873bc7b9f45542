package dev.stargz.format.toc;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The {@code type} of a TOC entry. FORMAT.md, "TOC". */
public enum TocEntryType {
  /** A directory. */
  DIRECTORY("dir"),
  /** A regular file: its first chunk, if it has content. */
  REGULAR("reg"),
  /** A symbolic link. */
  SYMLINK("symlink"),
  /** A further name of a file that another entry carries. */
  HARDLINK("hardlink"),
  /** A character device. */
  CHARACTER_DEVICE("char"),
  /** A block device. */
  BLOCK_DEVICE("block"),
  /** A named pipe. */
  FIFO("fifo"),
  /** A further chunk of the regular file before it. */
  CHUNK("chunk");

  private static final Map<String, TocEntryType> BY_NAME =
      Stream.of(values()).collect(Collectors.toMap(TocEntryType::jsonName, Function.identity()));

  private final String jsonName;

  TocEntryType(String jsonName) {
    this.jsonName = jsonName;
  }

  /** The value in the JSON. */
  public String jsonName() {
    return jsonName;
  }

  /** The type of that name in the JSON, if there is one. */
  public static Optional<TocEntryType> ofJsonName(String jsonName) {
    return Optional.ofNullable(BY_NAME.get(jsonName));
  }
}
