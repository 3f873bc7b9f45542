package dev.stargz.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image of large layers in a JVM of little heap, several at a time, and as one. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ImageMemoryTest {
  private static final int LAYERS = 4;
  private static final int ENTRIES = 500;
  private static final long MEAN_SIZE = 50_000;

  @TempDir Path temp;
  private Path layout;
  private Stargzify stargzify;

  @BeforeEach
  void image() throws IOException {
    layout = temp.resolve("layout");
    SourceImage.of(
            IntStream.range(0, LAYERS).mapToObj(ImageMemoryTest::layer).toArray(TestLayer[]::new))
        .write(layout);
    stargzify = Stargzify.in(temp.resolve("machine"));
  }

  private static TestLayer layer(int number) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      try (OutputStream gzip = new GZIPOutputStream(bytes, 1 << 16)) {
        new BigLayer(ENTRIES + number, MEAN_SIZE).transferTo(gzip);
      }
      return TestLayer.ofGzip(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String convert(String heap, String target, String... options)
      throws IOException, InterruptedException {
    List<String> args = new ArrayList<>(List.of(options));
    args.add("--level=1"); // a faster encoder leaves no less to be held in memory
    args.add("--reuse=off");
    args.add("oci:" + layout);
    args.add("oci:" + temp.resolve(target));
    return stargzify
        .with("STARGZIFY_JAVA_OPTS", "-Xmx" + heap)
        .convert(args.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--threads=2", "--flatten"})
  void large_layers_are_converted_in_64_mb_to_the_same_bytes(String option)
      throws IOException, InterruptedException {
    String large = convert("1g", "large", option);
    assertThat(convert("64m", "small", option)).isEqualTo(large);
  }
}
