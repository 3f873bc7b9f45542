package dev.stargz.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stargzify ls SRC [PATH...]}: lists files, as {@code ls} does. */
@Command(
    name = "stargzify ls",
    versionProvider = Version.class,
    sortOptions = false,
    header = "Lists the files of an image or a layer; of its blobs only the TOCs are read.",
    synopsisHeading = "%n",
    customSynopsis = "stargzify ls [OPTIONS] SRC [PATH...]",
    parameterListHeading = "%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stargzify ls -l registry.example/app:lazy /etc",
      "  stargzify ls -R --layer 1 oci:image:app",
      "  stargzify ls -0 -R ./layer.stargz | xargs -0 ...",
      "  stargzify ls --json -R https://host.example/layer.stargz",
      "",
      "--json writes an object a line for each file. -0 and --json show whole paths; bytes of names"
          + " that",
      "are no UTF-8 are shown as \\xNN, and taken so in PATH.",
      "",
      "Exit codes: 0 done, 1 failed or a PATH isn't there, 2 usage."
    })
final class LsCommand extends ReadingCommand {
  private static final int BUFFER = 1 << 16;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PATH",
      description = "What to list; default /.")
  private List<String> paths = new ArrayList<>();

  @Mixin private final ListOptions list = new ListOptions();

  @Override
  int run(Invocation invocation) throws IOException {
    if (common.json && (list.isLong() || list.nulEnded || list.onePerLine)) {
      throw new UsageException("--json shows all there is: expected no other form beside it");
    }
    if (list.nulEnded && list.isLong()) {
      throw new UsageException("-0 is for names alone: expected no -l or -n beside it");
    }
    PathArguments.check(paths);
    Streams streams = invocation.streams();
    List<String> missing = new ArrayList<>();
    try (OpenSource source = open(invocation)) {
      OutputStream out = new BufferedOutputStream(streams.out(), BUFFER);
      NameStyle style = new NameStyle(streams.outIsTerminal(), list.color.isOn(invocation));
      ListingFormat format = format(source, out, style, invocation);
      try {
        new Listing(source.tree(), list, format, style, out, missing::add).show(paths);
        out.flush();
      } catch (BrokenPipeException e) {
        // whoever reads it has enough
      }
      missing.forEach(
          each -> streams.err().println(OneLine.of("stargzify: " + source.name() + ": " + each)));
    }
    return missing.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private ListingFormat format(
      OpenSource source, OutputStream out, NameStyle style, Invocation invocation) {
    if (common.json) {
      return new JsonFormat(out, source.layers());
    }
    if (list.nulEnded) {
      return new NulFormat(out);
    }
    if (list.isLong()) {
      return new LongFormat(out, style, list.numeric);
    }
    boolean columns = style.terminal() && !list.onePerLine;
    return new ShortFormat(out, style, columns ? invocation.columns(Streams.STDOUT) : 0);
  }
}
