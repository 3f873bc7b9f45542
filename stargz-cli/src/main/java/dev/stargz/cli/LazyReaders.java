package dev.stargz.cli;

import dev.stargz.format.FooterForm;
import java.util.ArrayList;
import java.util.List;

/** Whose lazy readers take a layer, as was tried with them. */
final class LazyReaders {
  private LazyReaders() {}

  /**
   * The readers that mount a layer without fetching it whole: containerd's stargz snapshotter,
   * Podman's store (partial pulls), and CRFS of 2019.
   *
   * @param annotated whether the descriptor has the digest of the TOC that is there; the first two
   *     look for a TOC only if it has one
   */
  static List<String> of(FooterForm footer, boolean annotated) {
    List<String> readers = new ArrayList<>();
    if (footer.isEstargz() && annotated) {
      readers.add("containerd");
      readers.add("Podman");
    }
    if (footer.isOf2019()) {
      readers.add("CRFS");
    }
    return readers;
  }
}
