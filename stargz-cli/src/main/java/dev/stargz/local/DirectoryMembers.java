package dev.stargz.local;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.nio.file.FileSystemException;
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
 * @param who the layout's name for messages
 */
record DirectoryMembers(Path directory, String who) implements Members {
  @Override
  public Optional<FilePart> find(String name) throws IOException {
    Path file = directory.resolve(name);
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      throw new ImageException(who + ": " + name + " can't be read: " + FileOutput.reason(e), e);
    }
    if (!attributes.isRegularFile()) {
      throw new ImageException(who + ": " + name + " is no regular file");
    }
    return Optional.of(new FilePart(file, 0, attributes.size()));
  }
}
