package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WriterWarning;
import dev.stargz.format.WrittenBlob;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;

/** What a conversion of a layer made, as one line of JSON, for the next program. */
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
}
