package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stargz.cli.LayerFinding.State;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageReader;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;

/** The findings of {@code verify} as one line of JSON, for the next program. */
final class VerifyJson {
  private static final JsonFactory JSON = new JsonFactory();

  private VerifyJson() {}

  /** What was found of a layer that is a file or URL. */
  static String ofLayer(String source, VerifyReport report) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source);
      json.writeBooleanField("faithful", report.isFaithful());
      json.writeStringField("digest", report.digest().toString());
      json.writeNumberField("size", report.size());
      writeContent(json, report);
      writeDifferences(json, report.differences(), report.moreDifferences());
      json.writeEndObject();
    }
    return text.toString();
  }

  /** What is known of such a layer if its TOC can't be read. */
  static String ofDamage(String source, String damage) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source);
      json.writeBooleanField("faithful", false);
      Difference difference = new Difference(Optional.empty(), "damage", "none", damage);
      writeDifferences(json, List.of(difference), 0);
      json.writeEndObject();
    }
    return text.toString();
  }

  /**
   * What was found of the layers of an image. Their digests and sizes are the manifest's; those of
   * the bytes, where they are others, stand among the differences.
   */
  static String ofImage(OpenSource source, List<LayerFinding> findings, boolean faithful)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source.name());
      json.writeBooleanField("faithful", faithful);
      if (source.image().isPresent()) {
        writeImage(json, source.image().get());
      }
      long skipped = LayerFinding.count(findings, State.NO_STARGZ);
      json.writeNumberField("verified", findings.size() - skipped);
      json.writeNumberField("skipped", skipped);
      json.writeArrayFieldStart("layers");
      for (LayerFinding finding : findings) {
        writeLayer(json, finding);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  /** Writes what an image is, as fields of the object that is begun. */
  static void writeImage(JsonGenerator json, ImageReader image) throws IOException {
    RawManifest manifest = image.manifest();
    json.writeStringField("digest", manifest.digest().toString());
    json.writeStringField("mediaType", manifest.mediaType());
    if (image.platform().isPresent()) {
      json.writeStringField("platform", image.platform().get().toString());
    }
  }

  /** Writes how manifest and config name a layer, as fields of the object that is begun. */
  static void writeNames(JsonGenerator json, OpenLayer layer) throws IOException {
    json.writeNumberField("number", layer.number());
    Optional<Descriptor> descriptor = layer.descriptor();
    if (descriptor.isPresent()) {
      json.writeStringField("digest", descriptor.get().digest().toString());
      json.writeNumberField("size", descriptor.get().size());
      json.writeStringField("mediaType", descriptor.get().mediaType());
    }
  }

  private static void writeLayer(JsonGenerator json, LayerFinding finding) throws IOException {
    json.writeStartObject();
    writeNames(json, finding.layer());
    boolean stargz = finding.state() != State.NO_STARGZ;
    json.writeBooleanField("stargz", stargz);
    if (stargz) {
      json.writeBooleanField("faithful", finding.state() == State.FAITHFUL);
      if (finding.report().isPresent()) {
        writeContent(json, finding.report().get());
      }
      writeDifferences(json, finding.differences(), finding.more());
    } else {
      json.writeStringField("reason", finding.reason());
      Optional<ContentDigest> diffId = finding.layer().diffId();
      if (diffId.isPresent()) {
        json.writeStringField("diffId", diffId.get().toString());
      }
    }
    json.writeEndObject();
  }

  private static void writeContent(JsonGenerator json, VerifyReport report) throws IOException {
    if (report.diffId().isPresent()) {
      json.writeStringField("diffId", report.diffId().get().toString());
      json.writeNumberField("uncompressedSize", report.uncompressedSize());
    }
    json.writeStringField("tocDigest", report.tocDigest().toString());
    json.writeNumberField("tocOffset", report.tocOffset());
    json.writeNumberField("tocEntries", report.tocEntries());
  }

  /** Writes differences, as fields of the object that is begun. */
  static void writeDifferences(JsonGenerator json, List<Difference> differences, long more)
      throws IOException {
    json.writeArrayFieldStart("differences");
    for (Difference difference : differences) {
      json.writeStartObject();
      if (difference.entry().isPresent()) {
        json.writeStringField("entry", difference.entry().get().text());
      }
      json.writeStringField("what", difference.what());
      json.writeStringField("expected", difference.expected());
      json.writeStringField("found", difference.found());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("moreDifferences", more);
  }
}
