package dev.stargz.image;

import dev.stargz.format.StargzReader;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What manifest and config say of a layer's bytes, to be compared with the bytes. Of a difference,
 * {@code expected} is what the bytes are, {@code found} what is said of them, as between a tar and
 * its TOC. What they don't say is no difference.
 */
public final class LayerClaims {
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

  /** A number that counts up, then printable ASCII: what the writer's fingerprint looks like. */
  private static final Pattern CONVERSION = Pattern.compile("[1-9][0-9]{0,8};[!-~]{1,1000}");

  private static final long MAX_TAIL = 64 << 20;

  private final Descriptor descriptor;
  private final Optional<ContentDigest> diffId;

  /**
   * The claims about one layer.
   *
   * @param descriptor the layer's, in the manifest
   * @param diffId the layer's, in the config
   */
  public LayerClaims(Descriptor descriptor, Optional<ContentDigest> diffId) {
    this.descriptor = descriptor;
    this.diffId = diffId;
  }

  /** The TOC's digest as it is annotated, whatever its form; without it no lazy reader goes on. */
  public Optional<String> tocDigest() {
    return descriptor.annotation(Annotations.TOC_DIGEST);
  }

  /** Whether the descriptor takes it for a stargz: it annotates what nothing else has. */
  public boolean takesItForStargz() {
    return tocDigest().isPresent()
        || descriptor.annotation(Annotations.TOC_OFFSET).isPresent()
        || descriptor.annotation(Annotations.CONVERSION).isPresent();
  }

  /** The annotated size of the layer decompressed, if it is a number. */
  public OptionalLong uncompressedSize() {
    return number(Annotations.UNCOMPRESSED_SIZE);
  }

  /** The annotated place of the TOC in bytes, if it is a number: a hint that saves a request. */
  public OptionalLong tocOffset() {
    return number(Annotations.TOC_OFFSET);
  }

  private OptionalLong number(String key) {
    return descriptor
        .annotation(key)
        .filter(text -> NUMBER.matcher(text).matches())
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }

  /** Whether the annotated digest is that of the TOC which is there. */
  public boolean namesToc(Digest tocDigest) {
    return tocDigest().filter(tocDigest.toString()::equals).isPresent();
  }

  /**
   * What is wrong as far as footer and TOC tell: the size, the annotations about the TOC, the form
   * of those about the layer's source.
   *
   * @param layer an open one; stays open
   */
  public List<Difference> compare(StargzReader layer) {
    List<Difference> found = new ArrayList<>();
    compareSize(layer.size(), found);
    compareToc(layer.tocDigest(), layer.tocOffset(), found);
    checkSource(found);
    return found;
  }

  /** What is wrong, all bytes known. */
  public List<Difference> compare(VerifyReport report) {
    List<Difference> found = new ArrayList<>();
    if (isSha256(descriptor.digest())) {
      add(found, "digest in the manifest", report.digest(), descriptor.digest());
    }
    compareSize(report.size(), found);
    if (report.diffId().isPresent() && diffId.isPresent() && isSha256(diffId.get())) {
      add(found, "diffId in the config", report.diffId().get(), diffId.get());
    }
    compareToc(report.tocDigest(), report.tocOffset(), found);
    if (report.diffId().isPresent()) {
      annotated(found, Annotations.UNCOMPRESSED_SIZE, report.uncompressedSize());
    }
    checkSource(found);
    return found;
  }

  /**
   * What {@link #compare(VerifyReport)} can't compare: digests by other algorithms than SHA-256.
   */
  public List<String> unchecked() {
    List<String> found = new ArrayList<>();
    if (!isSha256(descriptor.digest())) {
      found.add("digest in the manifest (" + descriptor.digest().algorithm() + ")");
    }
    diffId
        .filter(digest -> !isSha256(digest))
        .ifPresent(digest -> found.add("diffId in the config (" + digest.algorithm() + ")"));
    return found;
  }

  private static boolean isSha256(ContentDigest digest) {
    return digest.sha256().isPresent();
  }

  private void compareSize(long size, List<Difference> found) {
    add(found, "size in the manifest", size, descriptor.size());
  }

  private void compareToc(Digest tocDigest, long tocOffset, List<Difference> found) {
    annotated(found, Annotations.TOC_DIGEST, tocDigest);
    annotated(found, Annotations.TOC_OFFSET, tocOffset);
  }

  /** The source's bytes aren't here: what is said of them can be looked at alone. */
  private void checkSource(List<Difference> found) {
    checkForm(found, Annotations.SOURCE_DIGEST, "a digest", LayerClaims::isDigest);
    checkForm(
        found,
        Annotations.SOURCE_TAIL,
        "a number up to " + MAX_TAIL,
        text -> NUMBER.matcher(text).matches() && Long.parseLong(text) <= MAX_TAIL);
    checkForm(
        found,
        Annotations.CONVERSION,
        "a number; and options",
        text -> CONVERSION.matcher(text).matches());
  }

  private static boolean isDigest(String text) {
    try {
      return ContentDigest.parse(text).toString().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void checkForm(
      List<Difference> found, String key, String form, Predicate<String> hasForm) {
    Optional<String> text = descriptor.annotation(key);
    if (text.isPresent() && !hasForm.test(text.get())) {
      found.add(new Difference(Optional.empty(), "annotation " + key, form, text.get()));
    }
  }

  private void annotated(List<Difference> found, String key, Object truth) {
    descriptor.annotation(key).ifPresent(text -> add(found, "annotation " + key, truth, text));
  }

  private static void add(List<Difference> found, String what, Object expected, Object is) {
    if (!expected.toString().equals(is.toString())) {
      found.add(new Difference(Optional.empty(), what, expected.toString(), is.toString()));
    }
  }
}
