package dev.stargz.cli;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stargzify SRC [DST]}: converts an image, or one layer. */
@Command(
    name = "stargzify",
    versionProvider = Version.class,
    sortOptions = false,
    header = "Makes container images lazily pullable: every layer a seekable tar.gz (eStargz).",
    synopsisHeading = "%n",
    customSynopsis = {
      "stargzify [OPTIONS] SRC DST              converts an image",
      "stargzify [OPTIONS] --upgrade SRC        in place",
      "stargzify [OPTIONS] file:SRC [file:DST]  converts one layer",
      "stargzify ls [OPTIONS] SRC [PATH...]     lists the files of an image or a layer",
      "stargzify cat [OPTIONS] SRC PATH...      writes files of it to stdout",
      "stargzify verify [OPTIONS] file:SRC      compares a layer's TOC with its tar",
    },
    parameterListHeading = "%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stargzify ubuntu:22.04 registry.example/ubuntu:22.04-lazy",
      "  stargzify --upgrade registry.example/app:latest",
      "  docker save app | stargzify docker-archive:- registry.example/app:lazy",
      "  stargzify file:layer.tar.gz                      writes layer.stargz",
      "  tar cz DIR | stargzify file:- file:layer.stargz  from a pipe",
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 3 verify found a difference."
    })
final class ConvertCommand extends StargzifyCommand {
  private static final String EXPECTED =
      "an image, such as HOST/NAME:TAG or oci:DIR, or a layer, file:PATH or file:-";

  /** What makes sense for images alone. */
  private static final List<Class<?>> IMAGE_GROUPS =
      List.of(ImageOptions.class, CredentialOptions.class, ConnectionOptions.class);

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SRC",
      description = {
        "[docker://][http://|https://]HOST/NAME[:TAG][@DIGEST] in a registry, short names as"
            + " Docker's; oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:REF];"
            + " a layer: file:PATH. - is stdin for archives and layers."
      })
  private @Nullable String source;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DST",
      description =
          "The same forms, without @DIGEST; - is stdout. For a layer by default in.tar.gz ->"
              + " in.stargz, - -> -.")
  private @Nullable String target;

  @Mixin private final ImageOptions image = new ImageOptions();
  @Mixin private final LayerOptions layer = new LayerOptions();
  @Mixin private final CredentialOptions credentials = new CredentialOptions();
  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final LogOptions log = new LogOptions();

  @Override
  String source() {
    return required(source, EXPECTED);
  }

  @Override
  int run(Invocation invocation) throws IOException {
    Location from = Location.parse("SRC", source());
    if (from instanceof FileLocation file) {
      convertLayer(file, invocation);
    } else {
      convertImage((ImageLocation) from, invocation);
    }
    return ExitCode.DONE;
  }

  private void convertLayer(FileLocation from, Invocation invocation) throws IOException {
    refuseForLayers(from, invocation);
    FileLocation to = layerTarget(from);
    if (to.isStream() && common.json) {
      throw new UsageException("--json and DST file:- both want stdout: write the blob to a file");
    }
    if (to.isStream() && invocation.streams().outIsTerminal()) {
      throw new UsageException("DST file:- would write a blob to the terminal: redirect stdout");
    }
    if (from.isStream()) {
      invocation.streams().checkInput("SRC " + from);
    }
    new LayerConversion(from, to, options(), invocation).run();
  }

  private static void refuseForLayers(FileLocation from, Invocation invocation) {
    for (Class<?> group : IMAGE_GROUPS) {
      invocation
          .givenOf(group)
          .ifPresent(
              option -> {
                throw new UsageException(
                    option + " is for images, and SRC " + from + " is a single layer");
              });
    }
  }

  private FileLocation layerTarget(FileLocation from) {
    if (target == null) {
      return from.defaultTarget();
    }
    if (Location.parse("DST", target) instanceof FileLocation to) {
      return to;
    }
    throw new UsageException(
        "SRC " + from + " is a layer and DST " + target + " an image: expected two of a kind");
  }

  private void convertImage(ImageLocation from, Invocation invocation) throws IOException {
    ImageUsage.check(image);
    ImageArguments arguments = ImageArguments.of(from, target, image);
    ImageUsage usage = new ImageUsage(arguments, invocation);
    usage.checkConnections(connection, image.referrersTag);
    usage.checkCredentials(credentials, target == null);
    usage.checkStreams(common.json, credentials);
    new ImageConversion(arguments, options(), invocation).run();
  }

  private ConvertOptions options() {
    return new ConvertOptions(common, log, layer, image, credentials, connection);
  }
}
