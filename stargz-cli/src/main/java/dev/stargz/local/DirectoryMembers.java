package dev.stargz.local;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The files below a directory. Names are our own, such as {@code blobs/sha256/…}, and never come
 * from what is read.
 *
 * @param directory where they are
 */
record DirectoryMembers(Path directory) implements Members {
  @Override
  public Optional<FilePart> find(String name) throws IOException {
    Path file = directory.resolve(name);
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (!attributes.isRegularFile()) {
      throw new ImageException(file + " is no regular file");
    }
    return Optional.of(new FilePart(file, 0, attributes.size()));
  }
}
