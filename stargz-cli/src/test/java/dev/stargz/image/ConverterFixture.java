package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;

import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Two places, {@code from:a} and {@code to:b}, and what a conversion made in the second. */
abstract class ConverterFixture {
  static final TarFixture BASE = tar().dir("bin/").file("bin/sh", "#!").end();
  static final TarFixture APP = tar().file("app", "x".repeat(9000)).end();
  static final TarFixture EMPTY = tar().end();

  final MemoryPlace from = new MemoryPlace("from");
  final MemoryPlace to = new MemoryPlace("to");

  ConversionReport convert(ConverterOptions.Builder options) throws IOException {
    return new ImageConverter(options.build()).convert(from.source("a"), to.target("b"));
  }

  ConversionReport convert() throws IOException {
    return convert(ConverterOptions.builder());
  }

  /** The manifest or index that the target's tag stands for. */
  JsonObject result() {
    return JsonObject.parse(to.tagged("b").orElseThrow().bytes());
  }

  List<Descriptor> layers() {
    return layers(result());
  }

  static List<Descriptor> layers(JsonObject manifest) {
    return descriptors(manifest, "layers");
  }

  static List<Descriptor> entries(JsonObject index) {
    return descriptors(index, "manifests");
  }

  private static List<Descriptor> descriptors(JsonObject json, String field) {
    return json.array(field).orElseThrow().objects().map(Descriptor::of).toList();
  }

  JsonObject config() {
    return config(result());
  }

  JsonObject config(JsonObject manifest) {
    Descriptor descriptor = Descriptor.of(manifest.object("config").orElseThrow());
    return JsonObject.parse(to.blob(descriptor.digest()));
  }

  static List<String> diffIds(JsonObject config) {
    JsonObject rootfs = config.object("rootfs").orElseThrow();
    return rootfs.array("diff_ids").orElseThrow().strings().toList();
  }

  static String text(JsonValue json) {
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }
}
