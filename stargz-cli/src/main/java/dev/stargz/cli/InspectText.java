package dev.stargz.cli;

import dev.stargz.cli.LayerInspection.Stargz;
import dev.stargz.format.BlobFacts;
import dev.stargz.format.BlobFacts.LargeFile;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.image.ImageReader;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The findings of {@code inspect} for people: a table of layers, or one layer line by line. */
final class InspectText {
  private final OpenSource source;
  private final List<LayerInspection> layers;
  private final int largest;
  private final Streams streams;
  private final Paint paint;

  InspectText(
      OpenSource source, List<LayerInspection> layers, int largest, Streams streams, Paint paint) {
    this.source = source;
    this.layers = layers;
    this.largest = largest;
    this.streams = streams;
    this.paint = paint;
  }

  /** Writes all to stdout. */
  void show() throws IOException {
    Optional<ImageReader> image = source.image();
    if (image.isPresent()) {
      showImage(image.get());
    } else {
      heading(source.name());
    }
    if (layers.size() == 1) {
      print(new LayerText(layers.get(0)).lines());
    } else {
      showTable();
      showNotes();
      showLargest();
    }
  }

  private void showImage(ImageReader image) throws IOException {
    RawManifest manifest = image.manifest();
    int count = image.layers().size();
    heading(
        source.name()
            + ": image"
            + image.platform().map(platform -> " for " + platform).orElse("")
            + (count == 1 ? ", 1 layer" : ", " + count + " layers"));
    print(List.of("  manifest       " + manifest.digest() + "  " + manifest.mediaType()));
  }

  private void heading(String text) throws IOException {
    streams.printLine(paint.heading(OneLine.of(text)));
  }

  private void print(List<String> lines) throws IOException {
    for (String line : lines) {
      streams.printLine(OneLine.of(line));
    }
  }

  // ---- a table

  private void showTable() throws IOException {
    TextTable table = new TextTable("rllrrrrrrrrl");
    table.add(
        "layer",
        "digest",
        "footer",
        "size",
        "tar",
        "entries",
        "files",
        "chunks",
        "TOC",
        "overhead",
        "prefetch",
        "lazy for");
    layers.forEach(layer -> addRow(table, layer));
    table.add(
        "all",
        "",
        "",
        Amounts.bytes(layers.stream().mapToLong(LayerInspection::size).sum()),
        "",
        String.valueOf(sum(BlobFacts::entryCount)),
        String.valueOf(sum(BlobFacts::contents)),
        String.valueOf(sum(BlobFacts::chunks)),
        Amounts.bytes(sum(BlobFacts::tocSize)),
        Amounts.bytes(sum(BlobFacts::overhead)),
        Amounts.bytes(sum(facts -> facts.prefetch().size())));
    List<String> lines = table.lines();
    streams.printLine("");
    heading(lines.get(0));
    print(lines.subList(1, lines.size()));
  }

  private long sum(ToLongFunction<BlobFacts> amount) {
    return layers.stream()
        .flatMap(layer -> layer.stargz().stream())
        .map(Stargz::facts)
        .mapToLong(amount)
        .sum();
  }

  private static void addRow(TextTable table, LayerInspection layer) {
    String number = String.valueOf(layer.layer().number());
    String digest = layer.layer().descriptor().map(each -> each.digest().shortHex()).orElse("");
    if (layer.stargz().isEmpty()) {
      table.add(
          number, digest, "none", Amounts.bytes(layer.size()), "", "", "", "", "", "", "", "");
      return;
    }
    Stargz stargz = layer.stargz().get();
    BlobFacts facts = stargz.facts();
    String tar =
        stargz.uncompressedSize().isPresent()
            ? Amounts.bytes(stargz.uncompressedSize().getAsLong())
            : "";
    table.add(
        number,
        digest,
        LayerText.footer(facts),
        Amounts.bytes(layer.size()),
        tar,
        String.valueOf(facts.entryCount()),
        String.valueOf(facts.contents()),
        String.valueOf(facts.chunks()),
        Amounts.bytes(facts.tocSize()),
        Amounts.bytes(facts.overhead()),
        Amounts.bytes(facts.prefetch().size()),
        String.join(", ", stargz.lazyReaders()));
  }

  // ---- what a table has no room for

  private void showNotes() throws IOException {
    List<String> notes = new ArrayList<>();
    for (LayerInspection layer : layers) {
      String start = "layer " + layer.layer().number() + ": ";
      LayerText text = new LayerText(layer);
      text.complaint().ifPresent(complaint -> notes.add(start + complaint));
      for (Difference difference : text.differences()) {
        notes.add(start + difference);
      }
    }
    wholeAbove().ifPresent(notes::add);
    if (!notes.isEmpty()) {
      streams.printLine("");
      for (String note : notes) {
        streams.printLine(paint.doubtful(OneLine.of(note)));
      }
    }
  }

  /** What containerd makes of an image in which a layer isn't lazy for it. */
  private Optional<String> wholeAbove() {
    Optional<LayerInspection> lowest =
        layers.stream().filter(layer -> !layer.lazyReaders().contains("containerd")).findFirst();
    if (lowest.isEmpty()) {
      return Optional.empty();
    }
    int number = lowest.get().layer().number();
    int above = layers.size() - layers.indexOf(lowest.get()) - 1;
    return above == 0
        ? Optional.empty()
        : Optional.of(
            "containerd fetches layer " + number + " whole, and the " + above + " above it, too");
  }

  private record Large(int layer, LargeFile file) {}

  private void showLargest() throws IOException {
    List<Large> files = new ArrayList<>();
    for (LayerInspection layer : layers) {
      layer
          .stargz()
          .ifPresent(
              stargz ->
                  stargz
                      .facts()
                      .largest()
                      .forEach(file -> files.add(new Large(layer.layer().number(), file))));
    }
    files.sort(Comparator.comparingLong((Large each) -> each.file().size()).reversed());
    if (files.isEmpty()) {
      return;
    }
    TextTable table = new TextTable("rrrl");
    table.add("largest", "layer", "chunks", "file");
    for (Large each : files.subList(0, Math.min(largest, files.size()))) {
      table.add(
          Amounts.bytes(each.file().size()),
          String.valueOf(each.layer()),
          String.valueOf(each.file().chunks()),
          each.file().name().text());
    }
    List<String> lines = table.lines();
    streams.printLine("");
    heading(lines.get(0));
    print(lines.subList(1, lines.size()));
  }
}
