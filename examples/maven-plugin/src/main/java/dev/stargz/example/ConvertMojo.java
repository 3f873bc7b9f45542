package dev.stargz.example;

import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.EntryName;
import dev.stargz.image.ConversionReport;
import dev.stargz.image.ConverterOptions;
import dev.stargz.image.ImageConverter;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.local.OciLayout;
import dev.stargz.registry.RegistryConnection;
import dev.stargz.registry.RegistryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Makes an image lazily pullable. */
@Mojo(
    name = "convert",
    defaultPhase = LifecyclePhase.PACKAGE,
    requiresProject = false,
    threadSafe = true)
public final class ConvertMojo extends AbstractMojo {
  private static final String LAYOUT = "oci:";

  /** The image to convert: {@code oci:DIR:TAG}, or a reference to one in a registry. */
  @Parameter(property = "stargz.source", required = true)
  private String source = "";

  /** Where the result goes, in the same forms. */
  @Parameter(property = "stargz.target", required = true)
  private String target = "";

  /** Paths of files that a container reads first, in that order. */
  @Parameter(property = "stargz.prioritizedFiles")
  private List<String> prioritizedFiles = List.of();

  /** Whether all layers become one. */
  @Parameter(property = "stargz.flatten")
  private boolean flatten;

  /** Whether http:// and any certificate are allowed. */
  @Parameter(property = "stargz.insecure")
  private boolean insecure;

  /** Called by Maven. */
  public ConvertMojo() {}

  /**
   * Converts the image.
   *
   * @throws MojoExecutionException if it can't be done; the target's tag is then what it was
   */
  @Override
  public void execute() throws MojoExecutionException {
    RegistryOptions registry = RegistryOptions.builder().insecure(insecure).build();
    try (RegistryConnection connection = RegistryConnection.open(registry);
        ImageSource from = openSource(connection);
        ImageTarget to = openTarget(connection)) {
      ConversionReport report = new ImageConverter(options()).convert(from, to);
      report.root().ifPresent(root -> getLog().info(target + " is now " + root.digest()));
    } catch (IOException | IllegalArgumentException e) {
      throw new MojoExecutionException(source + " to " + target + ": " + e.getMessage(), e);
    }
  }

  private ConverterOptions options() {
    List<EntryName> first = prioritizedFiles.stream().map(EntryName::of).toList();
    return ConverterOptions.builder()
        .writer(WriterOptions.builder().prioritizedFiles(first).build())
        .flatten(flatten)
        .listener(new LogListener(getLog()))
        .build();
  }

  private ImageSource openSource(RegistryConnection connection) throws IOException {
    return source.startsWith(LAYOUT)
        ? OciLayout.source(directory(source), tag(source))
        : connection.source(source);
  }

  private ImageTarget openTarget(RegistryConnection connection) throws IOException {
    return target.startsWith(LAYOUT)
        ? OciLayout.target(directory(target), tag(target))
        : connection.target(target);
  }

  private static Path directory(String layout) {
    return Path.of(layout.split(":", 3)[1]);
  }

  private static Optional<String> tag(String layout) {
    String[] parts = layout.split(":", 3);
    return parts.length == 3 ? Optional.of(parts[2]) : Optional.empty();
  }
}
