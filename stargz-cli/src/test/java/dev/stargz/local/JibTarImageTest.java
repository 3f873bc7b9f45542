package dev.stargz.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Jib's {@code TarImage} writes is read. */
class JibTarImageTest {
  @TempDir Path directory;

  private Path build(ImageFormat format) throws Exception {
    Path file = Files.writeString(directory.resolve("hello"), "hello");
    Path tar = directory.resolve("jib.tar");
    Jib.fromScratch()
        .setFormat(format)
        .addFileEntriesLayer(
            FileEntriesLayer.builder().addEntry(file, AbsoluteUnixPath.get("/hello")).build())
        .addLabel("a", "b")
        .containerize(
            Containerizer.to(TarImage.at(tar).named("example.org/app:1"))
                .setBaseImageLayersCache(directory.resolve("base"))
                .setApplicationLayersCache(directory.resolve("app"))
                .setOfflineMode(true));
    return tar;
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void an_image_of_its_own(ImageFormat format) throws Exception {
    Path tar = build(format);
    Optional<String> name = Optional.of("example.org/app:1");

    try (ImageSource source =
        format == ImageFormat.Docker
            ? DockerArchive.source(tar, name, Optional.empty())
            : OciArchive.source(tar, Optional.empty(), Optional.empty())) {
      JsonObject manifest = JsonObject.parse(source.root().bytes());
      List<Descriptor> layers =
          manifest.array("layers").orElseThrow().objects().map(Descriptor::of).toList();

      assertThat(layers).hasSize(1);
      assertThat(MediaTypes.toOci(layers.get(0).mediaType())).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
      try (InputStream in = source.openBlob(layers.get(0))) {
        assertThat(layers.get(0).digest().matches(in.readAllBytes())).isTrue();
      }
      Descriptor config = Descriptor.of(manifest.object("config").orElseThrow());
      try (InputStream in = source.openBlob(config)) {
        assertThat(new String(in.readAllBytes(), UTF_8)).contains("\"Labels\":{\"a\":\"b\"}");
      }
    }
  }
}
