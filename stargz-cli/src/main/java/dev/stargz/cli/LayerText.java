package dev.stargz.cli;

import dev.stargz.cli.LayerInspection.Stargz;
import dev.stargz.cli.LayerInspection.TocAnnotation;
import dev.stargz.format.BlobFacts;
import dev.stargz.format.BlobFacts.LargeFile;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.TocEntryType;
import dev.stargz.image.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code inspect} says of one layer, line by line. */
final class LayerText {
  /** Types of entries as a sentence counts them, in its order. */
  private static final Map<TocEntryType, String> NOUNS =
      Map.of(
          TocEntryType.DIRECTORY, "directories",
          TocEntryType.REGULAR, "files",
          TocEntryType.SYMLINK, "symlinks",
          TocEntryType.HARDLINK, "hardlinks",
          TocEntryType.CHARACTER_DEVICE, "character devices",
          TocEntryType.BLOCK_DEVICE, "block devices",
          TocEntryType.FIFO, "fifos");

  private final LayerInspection layer;

  LayerText(LayerInspection layer) {
    this.layer = layer;
  }

  /** All of it. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    Optional<Descriptor> descriptor = layer.layer().descriptor();
    descriptor.ifPresent(
        each ->
            lines.add(
                line("layer " + layer.layer().number(), each.digest() + "  " + each.mediaType())));
    layer.layer().diffId().ifPresent(diffId -> lines.add(line("diffId", diffId.toString())));
    complaint().ifPresent(complaint -> lines.add(line("stargz", "no: " + complaint)));
    layer.stargz().ifPresent(stargz -> add(lines, stargz));
    if (layer.stargz().isEmpty()) {
      lines.add(line("size", Amounts.bytes(layer.size())));
    }
    return lines;
  }

  private static String line(String label, String text) {
    return String.format(Locale.ROOT, "  %-14s %s", label, text);
  }

  /** Why nobody, or hardly anybody, reads it lazily. */
  Optional<String> complaint() {
    if (layer.stargz().isEmpty()) {
      return Optional.of(layer.reason());
    }
    return layer.stargz().get().tocAnnotation() == TocAnnotation.MISSING
        ? Optional.of("its TOC's digest is not annotated")
        : Optional.empty();
  }

  /** Where its end isn't what the manifest says. */
  List<Difference> differences() {
    return layer.stargz().map(Stargz::differences).orElse(List.of());
  }

  private void add(List<String> lines, Stargz stargz) {
    BlobFacts facts = stargz.facts();
    lines.add(line("stargz", form(facts)));
    lines.add(line("lazy for", lazyFor(stargz)));
    lines.add(line("size", size(stargz)));
    lines.add(line("holds", entries(facts)));
    lines.add(
        line(
            "content",
            Amounts.bytes(facts.contentSize())
                + " in "
                + facts.contents()
                + " files, "
                + facts.chunks()
                + " chunks"));
    lines.add(
        line(
            "TOC",
            Amounts.bytes(facts.tocSize())
                + " at byte "
                + facts.tocOffset()
                + ", "
                + Amounts.bytes(facts.tocJsonSize())
                + " of JSON"));
    lines.add(line("tocDigest", stargz.tocDigest() + annotated(stargz.tocAnnotation())));
    lines.add(line("overhead", overhead(facts)));
    lines.add(line("prefetch", prefetch(facts)));
    differences().forEach(each -> lines.add(line("differs", each.toString())));
    String label = "largest";
    for (LargeFile file : facts.largest()) {
      lines.add(line(label, largeFile(file)));
      label = "";
    }
  }

  /** The footer's size, or both of one that is of both forms. */
  static String footer(BlobFacts facts) {
    return switch (facts.footer()) {
      case STARGZ -> "47";
      case ESTARGZ -> "51";
      case UNIVERSAL -> "51/47";
    };
  }

  private static String form(BlobFacts facts) {
    return switch (facts.footer()) {
      case STARGZ -> "stargz of 2019, footer of 47 bytes";
      case ESTARGZ -> "eStargz, footer of 51 bytes";
      case UNIVERSAL -> "eStargz, footer of 51 bytes, which readers of 47 take, too";
    };
  }

  private static String lazyFor(Stargz stargz) {
    String readers = String.join(", ", stargz.lazyReaders());
    String others = "containerd and Podman if its tocDigest is annotated";
    boolean open =
        stargz.tocAnnotation() == TocAnnotation.NO_MANIFEST && stargz.facts().footer().isEstargz();
    if (open) {
      return readers.isEmpty() ? others : readers + "; " + others;
    }
    return readers.isEmpty() ? "nobody" : readers;
  }

  private String size(Stargz stargz) {
    String text = Amounts.bytes(layer.size());
    return stargz.uncompressedSize().isPresent()
        ? text
            + " compressed, "
            + Amounts.bytes(stargz.uncompressedSize().getAsLong())
            + " uncompressed as annotated"
        : text + " compressed";
  }

  private static String entries(BlobFacts facts) {
    List<String> parts = new ArrayList<>();
    for (TocEntryType type : TocEntryType.values()) {
      String noun = NOUNS.get(type);
      if (noun != null && facts.count(type) > 0) {
        parts.add(facts.count(type) + " " + noun);
      }
    }
    return facts.entryCount()
        + " entries"
        + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
  }

  private static String annotated(TocAnnotation annotation) {
    return switch (annotation) {
      case RIGHT -> ", as annotated";
      case WRONG -> ", and not as annotated";
      case MISSING -> ", not annotated";
      case NO_MANIFEST -> "";
    };
  }

  private static String overhead(BlobFacts facts) {
    double percent = facts.size() == 0 ? 0 : 100.0 * facts.overhead() / facts.size();
    return String.format(
        Locale.ROOT,
        "%s, %.1f %% of the blob: TOC, footer, the frames of %d further members",
        Amounts.bytes(facts.overhead()),
        percent,
        Math.max(0, facts.members() - 2));
  }

  private static String prefetch(BlobFacts facts) {
    if (facts.landmark().isEmpty()) {
      return "not said: no landmark";
    }
    return facts.landmark().get() == Landmark.NO_PREFETCH
        ? "nothing"
        : Amounts.bytes(facts.prefetch().size()) + ", " + facts.prefetch().files() + " files";
  }

  private static String largeFile(LargeFile file) {
    String chunks = file.chunks() == 1 ? "1 chunk" : file.chunks() + " chunks";
    return String.format(
        Locale.ROOT, "%9s  %s (%s)", Amounts.bytes(file.size()), file.name().text(), chunks);
  }
}
