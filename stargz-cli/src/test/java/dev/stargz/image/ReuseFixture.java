package dev.stargz.image;

import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConverterOptions.Reuse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A first run's result in {@code to:b}, to be found by a second one. */
abstract class ReuseFixture extends ConverterFixture {
  List<Action> actions(ConversionReport report) {
    return report.layers().stream().map(ConversionReport.Layer::action).toList();
  }

  RawManifest first() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");
    RawManifest first = convert().root().orElseThrow();
    from.clearLog();
    to.clearLog();
    return first;
  }

  ConverterOptions.Builder reuse(Reuse mode) {
    return ConverterOptions.builder().reuse(mode);
  }

  /** Changes how the target's manifest describes a layer, and makes it another image's. */
  void relabel(UnaryOperator<Descriptor> change, int position) {
    JsonObject manifest = result();
    List<Descriptor> layers = layers(manifest);
    List<JsonValue> changed = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      changed.add((i == position ? change.apply(layers.get(i)) : layers.get(i)).json());
    }
    JsonObject annotations =
        manifest.object("annotations").orElseThrow().with(Annotations.SOURCE_DIGEST, "sha256:0");
    JsonObject relabelled =
        manifest.with("layers", new JsonArray(changed)).with("annotations", annotations);
    to.tag("b", to.put(relabelled, MediaTypes.OCI_MANIFEST));
  }
}
