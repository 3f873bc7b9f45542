package dev.stargz.format.gzip;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.deflate.RawDeflater;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.Gzip.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberWriterTest {
  private static final long HEAP = 1 << 20;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final BlobOutput blob = new BlobOutput(out);

  private MemberWriter writer(Executor executor, int parallelism, long heapBound) {
    return new MemberWriter(blob, DeflateEngine.jdk(), 6, executor, parallelism, heapBound);
  }

  private MemberWriter inline() {
    return writer(Runnable::run, 1, HEAP);
  }

  private static void write(MemberWriter members, String latin1) {
    byte[] bytes = latin1(latin1);
    members.write(bytes, 0, bytes.length);
  }

  @Test
  void membersBeginWhereTheCallerSays() throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (MemberWriter members = inline()) {
      write(members, "head");
      members.startMember(0, (offset, payload) -> offsets.add(offset));
      write(members, "one");
      members.startMember(0, (offset, payload) -> offsets.add(offset));
      write(members, "two");
      members.drain();
      assertThat(members.diffId()).isEqualTo(Digest.of(latin1("headonetwo")));
      assertThat(members.uncompressedSize()).isEqualTo(10);
    }
    List<Member> written = Gzip.members(out.toByteArray());
    assertThat(written)
        .extracting(each -> new String(each.content(), ISO_8859_1))
        .containsExactly("head", "one", "two");
    assertThat(offsets)
        .containsExactly((long) written.get(1).offset(), (long) written.get(2).offset());
    assertThat(blob.finish()).isEqualTo(Digest.of(out.toByteArray()));
    assertThat(blob.position()).isEqualTo(out.size());
  }

  @Test
  void aMemberThatStaysEmptyIsNotWritten() throws IOException {
    try (MemberWriter members = inline()) {
      members.startMember(0, MemberListener.NONE);
      members.startMember(0, MemberListener.NONE);
      write(members, "x");
      members.startMember(0, MemberListener.NONE);
      members.drain();
    }
    assertThat(Gzip.members(out.toByteArray())).hasSize(1);
  }

  @Test
  void thePayloadAtAMembersStartIsHashedWithoutWhatFollows() throws IOException {
    List<Digest> digests = new ArrayList<>();
    MessageDigest whole = Digest.sha256();
    try (MemberWriter members = inline()) {
      InputStream in = new ByteArrayInputStream(latin1("payload"));
      members.startMember(4, (offset, payload) -> digests.add(payload));
      members.transfer(in::read, 4, whole);
      members.startMember(3, (offset, payload) -> digests.add(payload));
      members.transfer(in::read, 3, whole);
      write(members, "padding");
      assertThat(members.memberSize()).isEqualTo(10);
      members.drain();
    }
    assertThat(digests).containsExactly(Digest.of(latin1("payl")), Digest.of(latin1("oad")));
    assertThat(Digest.of(whole)).isEqualTo(Digest.of(latin1("payload")));
  }

  @Test
  void aSourceThatEndsEarlyIsAMistakeOfTheCaller() {
    try (MemberWriter members = inline()) {
      InputStream in = new ByteArrayInputStream(new byte[3]);
      assertThatThrownBy(() -> members.transfer(in::read, 4, null))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "8, 1", "8, 1000000", "3, 100000000"})
  void bytesDontDependOnThreadsOrHeap(int threads, long heap) throws IOException {
    byte[] expected = writeMany(Runnable::run, 1, HEAP);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      assertThat(writeMany(executor, threads, heap)).isEqualTo(expected);
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void anExecutorThatNeverRunsATaskDelaysAndNeverDeadlocks() throws IOException {
    assertThat(writeMany(task -> {}, 4, 1)).isEqualTo(writeMany(Runnable::run, 1, HEAP));
  }

  /** Members of many sizes, some larger than a batch. */
  private static byte[] writeMany(Executor executor, int parallelism, long heap)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Long> offsets = new ArrayList<>();
    try (MemberWriter members =
        new MemberWriter(
            new BlobOutput(bytes), DeflateEngine.jdk(), 1, executor, parallelism, heap)) {
      for (int i = 0; i < 400; i++) {
        byte[] payload = pattern(i % 50 == 7 ? 600_000 : i * 37);
        members.startMember(payload.length, (offset, digest) -> offsets.add(offset));
        members.write(payload, 0, payload.length);
        members.write(pattern(i), 0, i);
      }
      members.drain();
    }
    assertThat(offsets).hasSize(400).isSorted();
    return bytes.toByteArray();
  }

  /** An engine that fails to make an encoder, with an exception or an error. */
  private record Broken(Throwable failure) implements DeflateEngine {
    @Override
    public String id() {
      return "broken";
    }

    @Override
    public String version(int level) {
      return "1";
    }

    @Override
    public int minLevel() {
      return 0;
    }

    @Override
    public int maxLevel() {
      return 9;
    }

    @Override
    public RawDeflater newDeflater(int level) {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }
  }

  private static Stream<Throwable> failures() {
    return Stream.of(new IllegalArgumentException("level"), new OutOfMemoryError("heap"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureOfTheEncoderReachesTheWriterAsItIs(Throwable failure) {
    try (MemberWriter members =
        new MemberWriter(blob, new Broken(failure), 6, Runnable::run, 1, HEAP)) {
      write(members, "x");
      assertThatThrownBy(members::drain).isSameAs(failure);
    }
  }

  @Test
  void aFailureOfTheOutputIsPassedOnAsItIs() {
    IOException failure = new IOException("disk full");
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw failure;
          }
        };
    try (MemberWriter members =
        new MemberWriter(new BlobOutput(full), DeflateEngine.jdk(), 6, Runnable::run, 1, HEAP)) {
      write(members, "x");
      assertThatThrownBy(members::drain).isSameAs(failure);
    }
  }

  @Test
  void anInterruptEndsWriting() {
    try (MemberWriter members = inline()) {
      write(members, "x");
      Thread.currentThread().interrupt();
      assertThatThrownBy(members::drain).isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "java"})
  void aStreamedMemberIsOneMemberHoweverItIsWritten(String id) throws IOException {
    DeflateEngine engine = id.equals("jdk") ? DeflateEngine.jdk() : DeflateEngine.java();
    byte[] content = pattern(200_000);
    byte[] inOneGo = streamed(engine, content, content.length);
    assertThat(Gzip.members(inOneGo)).hasSize(1);
    assertThat(Gzip.gunzip(inOneGo)).isEqualTo(content);
    for (int step : new int[] {1, 1000, 65_535, 65_536, 65_537}) {
      assertThat(streamed(engine, content, step)).isEqualTo(inOneGo);
    }
    byte[] large = pattern((2 << 20) + 1);
    assertThat(Gzip.gunzip(streamed(engine, large, 1 << 20))).isEqualTo(large);
    assertThat(Gzip.gunzip(streamed(engine, new byte[0], 1))).isEmpty();
  }

  private static byte[] streamed(DeflateEngine engine, byte[] content, int step)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemberWriter members =
        new MemberWriter(new BlobOutput(bytes), engine, 6, Runnable::run, 1, HEAP)) {
      members.drain();
      try (OutputStream member = members.streamMember()) {
        for (int at = 0; at < content.length; at += step) {
          byte[] part = Arrays.copyOfRange(content, at, Math.min(content.length, at + step));
          if (step == 1) {
            member.write(part[0]);
          } else {
            member.write(part);
          }
        }
      }
      assertThat(members.diffId()).isEqualTo(Digest.of(content));
      assertThat(members.uncompressedSize()).isEqualTo(content.length);
    }
    return bytes.toByteArray();
  }
}
