package dev.stargz.registry;

import dev.stargz.image.RawManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what may be done about a manifest that a registry refuses. Nothing is done by itself. */
final class PushRefusal {
  private final RawManifest manifest;
  private final PushedParts parts;
  private final Optional<String> tag;

  /**
   * Knows what was pushed.
   *
   * @param tag what the manifest was to be tagged; nothing if it was pushed by its digest
   */
  PushRefusal(RawManifest manifest, Optional<String> tag) {
    this.manifest = manifest;
    this.parts = PushedParts.of(manifest);
    this.tag = tag;
  }

  /** What was asked, for messages. */
  String asked() {
    return tag.map(name -> "tag " + manifest.digest() + " as " + name)
        .orElse("push manifest " + manifest.digest());
  }

  /** What to try, given an answer; empty if nothing is known. */
  String hint(Response answer) {
    if (isImmutable(answer)) {
      return "the registry doesn't let the tag "
          + tag.orElse("")
          + " be moved (immutable tags): choose another tag, or change the repository's settings";
    }
    if (answer.has("NAME_UNKNOWN")) {
      return "some registries want the repository to be created first";
    }
    return switch (answer.status()) {
      case 400, 404, 405, 415 -> type();
      case 413 -> "a manifest has " + manifest.size() + " bytes; registries take 4 MiB at most";
      case 500 -> parts.hasUrls() ? urls() : "";
      default -> "";
    };
  }

  /** Whether the registry says that the tag may not be moved. */
  boolean isImmutable(Response answer) {
    boolean refused = answer.status() / 100 == 4 && answer.status() != 429;
    String text = answer.errorText().toLowerCase(Locale.ROOT);
    boolean said = text.contains("immutable") || text.contains("cannot be overwritten");
    return tag.isPresent() && refused && (answer.has("TAG_INVALID") || said);
  }

  private String type() {
    List<String> flags = new ArrayList<>();
    if (manifest.mediaType().startsWith("application/vnd.oci.")) {
      flags.add("--keep-media-types leaves an image in Docker's types as it is");
    }
    if (parts.subject().isPresent() || parts.hasAttestations()) {
      flags.add("--attestations drop leaves attestations out");
    }
    String may = "the registry may not take " + manifest.mediaType();
    return flags.isEmpty() ? may : may + ": " + String.join("; ", flags);
  }

  private static String urls() {
    return "a layer has urls, which docker-registry refuses so unless its setting"
        + " validation.manifests.urls.allow matches them; --include-foreign makes such layers"
        + " ordinary ones";
  }
}
