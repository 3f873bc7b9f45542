package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stargz.image.ConversionReport;
import dev.stargz.image.Descriptor;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The conversion of an image as one line of JSON, without times: the same run has the same line.
 */
final class ImageJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ImageJson() {}

  /**
   * What a conversion made.
   *
   * @param tags further ones that were written
   */
  static String of(ConversionReport report, List<String> tags, boolean dryRun) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", report.source());
      json.writeStringField("target", report.target());
      json.writeStringField("sourceDigest", report.sourceDigest().toString());
      writeRoot(json, report.root());
      json.writeBooleanField("tagMoved", report.tagMoved());
      writeStrings(json, "tags", dryRun ? List.of() : tags);
      writeManifests(json, report.manifests());
      writeLayers(json, report.layers());
      if (report.meta().isPresent()) {
        json.writeObjectFieldStart("meta");
        json.writeStringField("target", report.meta().get().target());
        writeRoot(json, report.meta().get().root());
        json.writeEndObject();
      }
      writeStrings(json, "warnings", report.warnings());
      json.writeBooleanField("dryRun", dryRun);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void writeRoot(JsonGenerator json, Optional<RawManifest> root) throws IOException {
    if (root.isPresent()) {
      json.writeStringField("digest", root.get().digest().toString());
      json.writeStringField("mediaType", root.get().mediaType());
      json.writeNumberField("size", root.get().size());
    }
  }

  private static void writeStrings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void writeManifests(JsonGenerator json, List<ConversionReport.Manifest> manifests)
      throws IOException {
    json.writeArrayFieldStart("manifests");
    for (ConversionReport.Manifest manifest : manifests) {
      json.writeStartObject();
      json.writeStringField("kind", spelling(manifest.kind()));
      if (manifest.platform().isPresent()) {
        json.writeStringField("platform", manifest.platform().get().toString());
      }
      json.writeStringField("source", manifest.source().toString());
      if (manifest.target().isPresent()) {
        json.writeStringField("target", manifest.target().get().toString());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeLayers(JsonGenerator json, List<ConversionReport.Layer> layers)
      throws IOException {
    json.writeArrayFieldStart("layers");
    for (ConversionReport.Layer layer : layers) {
      json.writeStartObject();
      json.writeStringField("source", layer.source().digest().toString());
      json.writeNumberField("sourceSize", layer.source().size());
      if (layer.target().isPresent()) {
        Descriptor target = layer.target().get();
        json.writeStringField("target", target.digest().toString());
        json.writeNumberField("size", target.size());
      }
      json.writeStringField("action", spelling(layer.action()));
      json.writeStringField("arrival", spelling(layer.arrival()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String spelling(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
