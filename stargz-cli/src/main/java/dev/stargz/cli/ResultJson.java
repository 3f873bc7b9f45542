package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WriterWarning;
import dev.stargz.format.WrittenBlob;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Results as one line of JSON each, for the next program. */
final class ResultJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";
  private static final String UNCOMPRESSED_SIZE = "io.containers.estargz.uncompressed-size";
  private static final String TOC_OFFSET = "dev.stargz.toc.offset";
  private static final String SOURCE_TAIL = "dev.stargz.source.tail";

  private ResultJson() {}

  /** What a conversion made, with the annotations for the layer's descriptor. */
  static String ofConversion(
      FileLocation from, FileLocation to, WriterOptions options, WrittenBlob blob)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", from.toString());
      json.writeStringField("target", to.toString());
      json.writeStringField("format", options.format().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("sourceSize", blob.sourceSize());
      json.writeStringField("sourceDiffId", blob.sourceDiffId().toString());
      json.writeStringField("digest", blob.digest().toString());
      json.writeNumberField("size", blob.size());
      json.writeStringField("diffId", blob.diffId().toString());
      json.writeNumberField("uncompressedSize", blob.uncompressedSize());
      json.writeStringField("tocDigest", blob.tocDigest().toString());
      json.writeNumberField("tocOffset", blob.tocOffset());
      json.writeObjectFieldStart("annotations");
      json.writeStringField(TOC_DIGEST, blob.tocDigest().toString());
      json.writeStringField(UNCOMPRESSED_SIZE, Long.toString(blob.uncompressedSize()));
      json.writeStringField(TOC_OFFSET, Long.toString(blob.tocOffset()));
      if (blob.sourceTail().isPresent()) {
        json.writeStringField(SOURCE_TAIL, Long.toString(blob.sourceTail().getAsLong()));
      }
      json.writeEndObject();
      json.writeArrayFieldStart("warnings");
      for (WriterWarning warning : blob.warnings()) {
        writeWarning(json, warning);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void writeWarning(JsonGenerator json, WriterWarning warning) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", warning.kind().name().toLowerCase(Locale.ROOT));
    if (warning.entry().isPresent()) {
      json.writeStringField("entry", warning.entry().get().text());
    }
    json.writeStringField("message", warning.message());
    json.writeEndObject();
  }

  /** What a verification found. */
  static String ofVerification(FileLocation source, VerifyReport report) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source.toString());
      json.writeBooleanField("faithful", report.isFaithful());
      json.writeStringField("digest", report.digest().toString());
      json.writeNumberField("size", report.size());
      if (report.diffId().isPresent()) {
        json.writeStringField("diffId", report.diffId().get().toString());
        json.writeNumberField("uncompressedSize", report.uncompressedSize());
      }
      json.writeStringField("tocDigest", report.tocDigest().toString());
      json.writeNumberField("tocOffset", report.tocOffset());
      json.writeNumberField("tocEntries", report.tocEntries());
      writeDifferences(json, report.differences(), report.moreDifferences());
      json.writeEndObject();
    }
    return text.toString();
  }

  /** What is known of a blob whose TOC can't be read. */
  static String ofDamage(FileLocation source, String damage) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source.toString());
      json.writeBooleanField("faithful", false);
      Difference difference = new Difference(Optional.empty(), "damage", "none", damage);
      writeDifferences(json, List.of(difference), 0);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void writeDifferences(JsonGenerator json, List<Difference> differences, long more)
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
