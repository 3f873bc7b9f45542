package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stargz.cli.LayerInspection.Stargz;
import dev.stargz.cli.LayerInspection.TocAnnotation;
import dev.stargz.format.BlobFacts;
import dev.stargz.format.BlobFacts.LargeFile;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/** The findings of {@code inspect} as one line of JSON, sizes in bytes. */
final class InspectJson {
  private static final JsonFactory JSON = new JsonFactory();

  private InspectJson() {}

  /** What was found of a layer, or of the layers of an image. */
  static String of(OpenSource source, List<LayerInspection> layers) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source.name());
      json.writeStringField("kind", source.image().isPresent() ? "image" : "layer");
      if (source.image().isPresent()) {
        VerifyJson.writeImage(json, source.image().get());
      }
      json.writeArrayFieldStart("layers");
      for (LayerInspection layer : layers) {
        writeLayer(json, layer);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void writeLayer(JsonGenerator json, LayerInspection layer) throws IOException {
    json.writeStartObject();
    VerifyJson.writeNames(json, layer.layer());
    if (layer.layer().descriptor().isEmpty()) {
      json.writeNumberField("size", layer.size());
    }
    if (layer.layer().diffId().isPresent()) {
      json.writeStringField("diffId", layer.layer().diffId().get().toString());
    }
    json.writeBooleanField("stargz", layer.stargz().isPresent());
    if (layer.stargz().isPresent()) {
      writeStargz(json, layer.stargz().get());
    } else {
      json.writeStringField("reason", layer.reason());
    }
    json.writeEndObject();
  }

  private static void writeStargz(JsonGenerator json, Stargz stargz) throws IOException {
    BlobFacts facts = stargz.facts();
    json.writeStringField("footer", facts.footer().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("footerSize", facts.footerSize());
    json.writeStringField("tocDigest", stargz.tocDigest().toString());
    if (stargz.tocAnnotation() != TocAnnotation.NO_MANIFEST) {
      json.writeStringField(
          "tocAnnotation", stargz.tocAnnotation().name().toLowerCase(Locale.ROOT));
    }
    json.writeArrayFieldStart("lazyFor");
    for (String reader : stargz.lazyReaders()) {
      json.writeString(reader);
    }
    json.writeEndArray();
    if (stargz.uncompressedSize().isPresent()) {
      json.writeNumberField("uncompressedSize", stargz.uncompressedSize().getAsLong());
    }
    writeFacts(json, facts);
    VerifyJson.writeDifferences(json, stargz.differences(), 0);
  }

  private static void writeFacts(JsonGenerator json, BlobFacts facts) throws IOException {
    json.writeNumberField("tocOffset", facts.tocOffset());
    json.writeNumberField("tocSize", facts.tocSize());
    json.writeNumberField("tocJsonSize", facts.tocJsonSize());
    json.writeObjectFieldStart("entries");
    for (TocEntryType type : TocEntryType.values()) {
      if (facts.count(type) > 0) {
        json.writeNumberField(type.jsonName(), facts.count(type));
      }
    }
    json.writeEndObject();
    json.writeNumberField("files", facts.contents());
    json.writeNumberField("contentSize", facts.contentSize());
    json.writeNumberField("chunks", facts.chunks());
    json.writeNumberField("members", facts.members());
    json.writeNumberField("overhead", facts.overhead());
    if (facts.landmark().isPresent()) {
      json.writeStringField("landmark", facts.landmark().get().entryName());
    }
    json.writeObjectFieldStart("prefetch");
    json.writeNumberField("size", facts.prefetch().size());
    json.writeNumberField("files", facts.prefetch().files());
    json.writeEndObject();
    json.writeArrayFieldStart("largest");
    for (LargeFile file : facts.largest()) {
      json.writeStartObject();
      json.writeStringField("name", file.name().text());
      json.writeNumberField("size", file.size());
      json.writeNumberField("chunks", file.chunks());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
