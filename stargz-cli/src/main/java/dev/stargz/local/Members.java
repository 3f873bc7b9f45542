package dev.stargz.local;

import java.io.IOException;
import java.util.Optional;

/** Files by their names: those below a directory, or the members of a tar. */
interface Members {
  /**
   * Looks a file up.
   *
   * @param name its parts joined by slashes, from the root
   * @return nothing if nothing has that name
   * @throws dev.stargz.image.ImageException if it is no regular file, or there are two of them
   */
  Optional<FilePart> find(String name) throws IOException;
}
