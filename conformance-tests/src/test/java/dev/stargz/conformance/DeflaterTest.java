package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.deflate.DeflateBuffer;
import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.deflate.RawDeflater;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the encoder written in Java makes is read alike by all decoders: gzip, Python's zlib, and
 * libdeflate. (The JDK's reads it in the library's own tests.)
 */
class DeflaterTest {
  private static final byte[] GZIP_HEADER = {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  /** How many kinds {@link #sample} has. */
  private static final int KINDS = 5;

  @TempDir Path temp;

  @BeforeEach
  void decodersAreThere() {
    Needs.these("gzip", "python3", "libdeflate-gzip");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6, 9, 12})
  void generated_inputs_of_all_sizes(int level) throws Exception {
    Path gzip = temp.resolve("all.gz");
    MessageDigest digest = Digest.sha256();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(gzip));
        RawDeflater deflater = DeflateEngine.java().newDeflater(level)) {
      for (int kind = 0; kind < KINDS; kind++) {
        for (int size = 0; size <= 600; size++) {
          append(sample(kind, size), deflater, digest, out);
        }
        for (int size : new int[] {1 << 15, 1 << 16}) {
          for (int more = -2; more <= 2; more++) {
            append(sample(kind, size + more), deflater, digest, out);
          }
        }
      }
    }
    everyoneReads(gzip, Digest.of(digest));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 9})
  void generated_inputs_of_megabytes(int level) throws Exception {
    Path gzip = temp.resolve("all.gz");
    MessageDigest digest = Digest.sha256();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(gzip));
        RawDeflater deflater = DeflateEngine.java().newDeflater(level)) {
      for (int kind = 0; kind < KINDS; kind++) {
        append(sample(kind, (4 << 20) - 1), deflater, digest, out);
        append(sample(kind, (8 << 20) + 1), deflater, digest, out);
      }
    }
    everyoneReads(gzip, Digest.of(digest));
  }

  @ParameterizedTest
  @EnumSource(Layer.class)
  void the_real_layers(Layer layer) throws Exception {
    for (int level : new int[] {1, 6}) {
      WriterOptions options =
          WriterOptions.builder().engine(DeflateEngine.java()).level(level).build();
      Converted blob = Converted.of(layer.file(), temp.resolve("blob"), options);
      everyoneReads(blob.file(), blob.facts().diffId());
    }
  }

  /** So that the tests above can fail. */
  @Test
  void a_wrong_digest_is_noticed() throws Exception {
    Path gzip = temp.resolve("one.gz");
    try (OutputStream out = Files.newOutputStream(gzip);
        RawDeflater deflater = DeflateEngine.java().newDeflater(6)) {
      append(sample(1, 1000), deflater, Digest.sha256(), out);
    }
    assertThatThrownBy(() -> everyoneReads(gzip, Digest.of(new byte[32])))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("gzip");
  }

  private void everyoneReads(Path gzip, Digest expected) throws Exception {
    Command.bash("gzip -t < \"$1\"", gzip);
    assertThat(digestBy("gzip -dc", gzip)).as("gzip").isEqualTo(expected);
    assertThat(digestBy("python3 " + Needs.script("gunzip.py"), gzip))
        .as("Python's zlib")
        .isEqualTo(expected);
    Path named = gzip.resolveSibling("libdeflate.gz");
    Files.copy(gzip, named);
    assertThat(digestBy("libdeflate-gzip -dc libdeflate.gz", named))
        .as("libdeflate")
        .isEqualTo(expected);
    Files.delete(named);
  }

  /** The SHA-256 of what a command decodes from its standard input. */
  private static Digest digestBy(String command, Path gzip) throws Exception {
    String script = "cd \"${1%/*}\"; " + command + " < \"$1\" | sha256sum";
    return Digest.parse(
        "sha256:" + new String(Command.bash(script, gzip), US_ASCII).substring(0, 64));
  }

  /** Appends a gzip member (RFC 1952). */
  private static void append(
      byte[] input, RawDeflater deflater, MessageDigest digest, OutputStream out)
      throws IOException {
    digest.update(input);
    DeflateBuffer output = new DeflateBuffer();
    deflater.deflate(input, 0, input.length, output);
    CRC32 crc = new CRC32();
    crc.update(input);
    output.appendIntLe((int) crc.getValue());
    output.appendIntLe(input.length);
    out.write(GZIP_HEADER);
    out.write(output.array(), 0, output.length());
  }

  /** Runs, text, binary records, noise, and pieces of what was before. */
  private static byte[] sample(int kind, int size) {
    Random random = new Random(31L * size + kind);
    byte[] bytes = new byte[size];
    for (int at = 0; at < size; ) {
      int end = (int) Math.min(size, at + 1L + random.nextInt(1 << random.nextInt(11)));
      int distance = 1 + random.nextInt(Math.max(1, Math.min(at, 1 << random.nextInt(17))));
      byte value = (byte) random.nextInt();
      for (int from = at; at < end; at++) {
        bytes[at] =
            switch (kind) {
              case 0 -> value;
              case 1 -> (byte) ('a' + Math.abs(random.nextGaussian()) * 5);
              case 2 -> (byte) ((at & 7) == 0 ? at >>> 3 : (at & 7) < 3 ? random.nextInt(16) : 0);
              case 3 -> (byte) random.nextInt();
              default -> from < distance ? (byte) random.nextInt() : bytes[at - distance];
            };
      }
    }
    return bytes;
  }
}
