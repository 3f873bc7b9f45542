package dev.stargz.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stargzify inspect SRC}: what layers are, as far as their ends tell. */
@Command(
    name = "stargzify inspect",
    versionProvider = Version.class,
    sortOptions = false,
    header =
        "Shows which layers are a stargz, who reads them lazily, what their TOCs hold and cost.",
    synopsisHeading = "%n",
    customSynopsis = "stargzify inspect [OPTIONS] SRC",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Read are manifest, config and TOCs, and of layers that are no stargz the last 64 bytes.",
      "A TOC is believed; verify finds out whether it may be. Overhead is what a layer holds that",
      "a plain tar.gz would not: TOC, footer, and header and trailer of each further gzip member.",
      "That members compress worse than one stream can't be told without reading them.",
      "",
      "Exit codes: 0 shown, whatever it is, 1 unreadable, 2 usage."
    })
final class InspectCommand extends ReadingCommand {
  @Mixin private final InspectSettings settings = new InspectSettings();

  @Override
  int run(Invocation invocation) throws IOException {
    int largest = settings.largest();
    try {
      show(largest, invocation);
    } catch (BrokenPipeException e) {
      return ExitCode.DONE; // whoever reads it has enough
    }
    return ExitCode.DONE;
  }

  private void show(int largest, Invocation invocation) throws IOException {
    try (OpenSource source = open(invocation)) {
      List<LayerInspection> layers = new ArrayList<>();
      for (OpenLayer layer : source.layers()) {
        layers.add(LayerInspection.of(layer, largest));
      }
      if (common.json) {
        invocation.streams().printLine(InspectJson.of(source, layers));
      } else {
        Paint paint = new Paint(settings.color.isOn(invocation));
        new InspectText(source, layers, largest, invocation.streams(), paint).show();
      }
    }
  }
}
