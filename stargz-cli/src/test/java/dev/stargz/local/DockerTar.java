package dev.stargz.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.ContentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What docker archives are made of. JSON has single quotes. */
final class DockerTar {
  private DockerTar() {}

  /** A config with the diff_ids of those tars. */
  static String config(byte[]... layers) {
    List<String> diffIds = new ArrayList<>();
    for (byte[] layer : layers) {
      diffIds.add("'" + ContentDigest.of(layer) + "'");
    }
    return json(
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':["
            + String.join(",", diffIds)
            + "]}}");
  }

  /** An entry of {@code manifest.json}; tags are as they stand there. */
  static String image(String config, String tags, String... layers) {
    String names = List.of(layers).stream().map(name -> "'" + name + "'").collect(joined());
    return json("{'Config':'" + config + "','RepoTags':" + tags + ",'Layers':[" + names + "]}");
  }

  /** The whole {@code manifest.json}. */
  static String manifest(String... images) {
    return "[" + String.join(",", images) + "]";
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(",");
  }

  /** The same with double quotes. */
  static String json(String text) {
    return text.replace('\'', '"');
  }

  /** Writes an archive into a file. */
  static Path write(Path directory, TarFixture tar) throws IOException {
    return Files.write(directory.resolve("a.tar"), tar.bytes());
  }

  /** A file's bytes. */
  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
