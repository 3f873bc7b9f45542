package dev.stargz.local;

import dev.stargz.image.ImageException;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an archive has besides blobs: the lists of images, in one way or two. */
sealed interface ArchiveForm permits OciForm, DockerForm {
  /**
   * Refuses what there can be no list of.
   *
   * @param manifests those that are to come, but for indexes and attestations
   */
  void announce(List<RawManifest> manifests) throws ImageException;

  /**
   * Puts an image on the lists.
   *
   * @param root the manifest or index, whose parts are all in {@code blobs}
   * @param tag nothing for the archive's own
   */
  void tag(RawManifest root, Optional<String> tag, LayoutBlobs blobs) throws IOException;

  /** The lists, by the names of the members that they are. */
  Map<String, byte[]> members();
}
