package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.BlobMissingException;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySourceTest extends RegistryFixture {
  private static final String MANIFEST = "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}";
  private static final byte[] BLOB = new byte[3_000_000];

  static {
    new Random(1).nextBytes(BLOB);
  }

  private static byte[] read(RegistrySource source, Descriptor blob) throws Exception {
    try (InputStream in = source.openBlob(blob)) {
      return in.readAllBytes();
    }
  }

  // Manifests

  @Test
  void a_tag_is_asked_for_once_with_all_types_and_kept() throws Exception {
    Descriptor first = registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, MANIFEST);
    RegistrySource source = source("a/b:t");

    RawManifest root = source.root();
    registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, MANIFEST + " ");

    assertThat(source.root()).isSameAs(root);
    assertThat(root.digest()).isEqualTo(first.digest());
    assertThat(root.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    List<FakeRequest> asked = registry.requests("GET", "/v2/a/b/manifests/t");
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).header("Accept").orElse("").split(", "))
        .containsExactlyElementsOf(MediaTypes.MANIFESTS);
    assertThat(asked.get(0).header("Accept-Encoding")).contains("identity");
  }

  @Test
  void a_manifest_named_by_sha512_is_checked_by_it() throws Exception {
    byte[] bytes = MANIFEST.getBytes(StandardCharsets.UTF_8);
    String digest = "sha512:" + sha512(bytes);
    registry
        .store()
        .manifests
        .put(FakeStore.key("a/b", digest), RawManifest.of(bytes, MediaTypes.OCI_MANIFEST));

    assertThat(source("a/b@" + digest).root().digest()).hasToString(digest);

    byte[] other = (MANIFEST + " ").getBytes(StandardCharsets.UTF_8);
    registry
        .store()
        .manifests
        .put(FakeStore.key("a/b", digest), RawManifest.of(other, MediaTypes.OCI_MANIFEST));
    RegistrySource lied = source("a/b@" + digest);
    assertThatThrownBy(lied::root)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("expected the digest that was asked for sha512:");
  }

  private static String sha512(byte[] bytes) throws Exception {
    return java.util.HexFormat.of()
        .formatHex(java.security.MessageDigest.getInstance("SHA-512").digest(bytes));
  }

  @Test
  void bytes_that_are_not_what_the_registrys_digest_says_are_refused() throws Exception {
    registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, MANIFEST);
    registry.on("GET", ".*/manifests/t").change(answer -> answer.withBody(MANIFEST + "\n"));

    RegistrySource source = source("a/b:t");

    assertThatThrownBy(source::root)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("Docker-Content-Digest sha256:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html | <html>Welcome to the proxy</html> | expected a manifest in JSON",
        "application/json | [1] | expected a manifest in JSON",
        "application/vnd.oci.image.index.v1+json"
            + " | {\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"}"
            + " | the registry says it is application/vnd.oci.image.index.v1+json",
        "application/json | {\"manifests\":[],\"layers\":[]} | both an index and",
      })
  void what_is_no_manifest_is_an_error(String type, String body, String message) throws Exception {
    registry.store().putManifest("a/b", "t", type, body);

    RegistrySource source = source("a/b:t");

    assertThatThrownBy(source::root)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("a/b")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | {\"mediaType\":\"x/y\"} | x/y",
        "application/octet-stream | {\"manifests\":[]} | application/vnd.oci.image.index.v1+json",
        "text/plain; charset=utf-8 | {\"layers\":[]} | application/vnd.oci.image.manifest.v1+json",
        "application/json|{\"schemaVersion\":1}|application/vnd.docker.distribution.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws | {\"schemaVersion\":1}"
            + " | application/vnd.docker.distribution.manifest.v1+prettyjws",
      })
  void the_type_is_what_header_and_document_say(String type, String body, String expected)
      throws Exception {
    registry.store().putManifest("a/b", "t", type, body);

    assertThat(source("a/b:t").root().mediaType()).isEqualTo(expected);
  }

  @Test
  void a_manifest_that_is_cut_is_asked_for_again() throws Exception {
    registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, MANIFEST);
    registry.on("GET", ".*/manifests/t").times(2).change(answer -> answer.cutAfter(5));

    assertThat(source("a/b:t").root().size()).isEqualTo(MANIFEST.length());
    assertThat(pauses).hasSize(2);
  }

  @Test
  void a_manifest_sent_as_gzip_is_unpacked() throws Exception {
    Descriptor descriptor =
        registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, MANIFEST);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(MANIFEST.getBytes(StandardCharsets.UTF_8));
    }
    registry
        .on("GET", ".*/manifests/t")
        .change(a -> a.withBody(packed.toByteArray()).with("Content-Encoding: gzip"));

    assertThat(source("a/b:t").root().digest()).isEqualTo(descriptor.digest());
  }

  @Test
  void a_manifest_of_more_than_4_mib_is_not_read() throws Exception {
    registry
        .on("GET", ".*/manifests/t")
        .answer(FakeAnswer.of(200).withBody(" ".repeat(RawManifest.MAX_SIZE + 1)));

    RegistrySource source = source("a/b:t");

    assertThatThrownBy(source::root).hasMessageContaining("larger than 4194304 bytes");
  }

  @Test
  void what_is_not_there_is_missing() throws Exception {
    RegistrySource source = source("a/b:t");
    Descriptor absent = Descriptor.of("x/y", ContentDigest.of(new byte[] {1}), 1);

    assertThatThrownBy(source::root)
        .isInstanceOf(BlobMissingException.class)
        .hasMessageContaining("/a/b: there is no tag t (404), or no such repository");
    assertThatThrownBy(() -> source.manifest(absent)).isInstanceOf(BlobMissingException.class);
    assertThatThrownBy(() -> source.openBlob(absent))
        .isInstanceOf(BlobMissingException.class)
        .hasMessageContaining("404 Not Found: BLOB_UNKNOWN: blob unknown to registry");
    try (RandomAccessSource ranges = source.openRanges(absent)) {
      assertThatThrownBy(() -> ranges.readTail(1)).isInstanceOf(BlobMissingException.class);
    }
  }

  @Test
  void a_child_manifest_of_another_size_is_refused() throws Exception {
    Descriptor child = registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, MANIFEST);
    Descriptor lying = Descriptor.of(child.mediaType(), child.digest(), child.size() + 1);
    RegistrySource source = source("a/b:t");

    assertThat(source.manifest(child).mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThatThrownBy(() -> source.manifest(lying))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("expected " + lying.size() + " bytes, found " + child.size());
  }

  // Whole blobs

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_pull_that_is_cut_goes_on_where_it_ended(boolean ranges) throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry.on("GET", ".*/blobs/.*").times(1).change(answer -> answer.cutAfter(1_500_000));
    if (!ranges) {
      registry
          .on("GET", ".*/blobs/.*")
          .answer((request, truth) -> FakeAnswer.of(200).withBody(BLOB));
    }

    assertThat(read(source("a/b:t"), blob)).isEqualTo(BLOB);
    assertThat(registry.requests("GET", ".*/blobs/.*").get(1).header("Range"))
        .contains("bytes=1500000-");
  }

  @Test
  void a_pull_that_gets_nowhere_ends_with_what_broke_it() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry.on("GET", ".*/blobs/.*").change(answer -> answer.cutAfter(1000));
    RegistrySource source = source("a/b:t");

    assertThatThrownBy(() -> read(source, blob))
        .isInstanceOf(BrokenConnectionException.class)
        .hasMessageContaining("/a/b: GET http://127.0.0.1")
        .hasMessageContaining("/blobs/sha256:");
    assertThat(registry.requests("GET", ".*/blobs/.*")).hasSize(5);
  }

  @Test
  void a_blob_of_more_or_fewer_bytes_than_it_is_said_to_have_is_an_error() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    Descriptor shorter = Descriptor.of("x/y", blob.digest(), BLOB.length - 1);
    Descriptor longer = Descriptor.of("x/y", blob.digest(), BLOB.length + 1);
    RegistrySource source = source("a/b:t");

    assertThatThrownBy(() -> read(source, shorter))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("expected 2999999 bytes, more of them came");
    assertThatThrownBy(() -> read(source, longer))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("expected 3000001 bytes, the registry has fewer");
  }

  @Test
  void a_blob_the_registry_lacks_comes_from_its_urls_without_credentials() throws Exception {
    registry.auth(FakeAuth.basic("user", "secret"));
    registry.on("GET", "/elsewhere").answer(FakeAnswer.of(200).withBody(BLOB));
    Descriptor blob =
        Descriptor.of(
            JsonObject.parse(
                ("{\"digest\":\""
                        + ContentDigest.of(BLOB)
                        + "\",\"size\":"
                        + BLOB.length
                        + ",\"urls\":[\""
                        + registry.origin()
                        + "/elsewhere\"]}")
                    .getBytes(StandardCharsets.UTF_8)));
    RegistrySource source = source(connect(options().login("user", "secret")), "a/b:t");

    assertThat(read(source, blob)).isEqualTo(BLOB);
    try (RandomAccessSource ranges = source.openRanges(blob)) {
      assertThat(ranges.read(5, 10)).isEqualTo(part(5, 10));
    }
    assertThat(registry.requests("GET", "/elsewhere"))
        .extracting(request -> request.header("Authorization"))
        .containsExactly(Optional.empty(), Optional.empty());
    assertThat(registry.requests("GET", "/elsewhere").get(1).header("Range"))
        .contains("bytes=5-14");
    assertThat(registry.requests("GET", "/v2/.*").get(1).header("Authorization")).isPresent();
  }

  @Test
  void parts_of_a_blob_that_is_elsewhere_are_asked_for_there_at_once() throws Exception {
    registry
        .on("GET", "/elsewhere")
        .answer(
            (request, truth) -> {
              String[] range = request.header("Range").orElseThrow().substring(6).split("-", -1);
              int from = Integer.parseInt(range[0]);
              int length = Integer.parseInt(range[1]) + 1 - from;
              return FakeAnswer.of(
                      206, "Content-Range: bytes " + from + "-" + (from + length - 1) + "/3000000")
                  .withBody(part(from, length));
            });
    String json =
        "{\"digest\":\"%s\",\"size\":3000000,\"urls\":[\"%s/elsewhere\"]}"
            .formatted(ContentDigest.of(BLOB), registry.origin());
    Descriptor blob = Descriptor.of(JsonObject.parse(json.getBytes(StandardCharsets.UTF_8)));

    try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
      for (int i = 0; i < 3; i++) {
        assertThat(ranges.read(i * 100, 10)).isEqualTo(part(i * 100, 10));
      }
    }
    assertThat(registry.requests("GET", "/elsewhere")).hasSize(3);
    assertThat(registry.requests("GET", ".*/blobs/.*")).hasSize(1);
  }

  @Test
  void an_interrupt_ends_a_pull_that_stands_still() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    CountDownLatch never = new CountDownLatch(1);
    registry.on("GET", ".*/blobs/.*").change(answer -> answer.heldAfter(1000, never));
    RegistrySource source = source("a/b:t");
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try (InputStream in = source.openBlob(blob)) {
                in.readNBytes(1000);
                begun.countDown();
                in.read();
              } catch (Throwable e) {
                thrown.set(e);
              }
            });

    reader.start();
    begun.await();
    reader.interrupt();
    reader.join(5000);
    never.countDown();

    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
  }

  // Parts of blobs

  @Test
  void neighbouring_ranges_come_in_one_request() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);

    try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
      RandomAccessSource.Tail tail = ranges.readTail(51);
      assertThat(tail.size()).isEqualTo(BLOB.length);
      assertThat(tail.bytes()).isEqualTo(part(BLOB.length - 51, 51));
      List<byte[]> parts =
          ranges.read(
              List.of(
                  new RandomAccessSource.Range(2_000_000, 10),
                  new RandomAccessSource.Range(100, 10),
                  new RandomAccessSource.Range(50, 0),
                  new RandomAccessSource.Range(105, 20)));
      assertThat(parts)
          .containsExactly(part(2_000_000, 10), part(100, 10), new byte[0], part(105, 20));
      assertThatThrownBy(() -> ranges.read(BLOB.length - 5, 6)).isInstanceOf(EOFException.class);
    }
    assertThat(registry.requests("GET", ".*/blobs/.*"))
        .extracting(request -> request.header("Range").orElse(""))
        .containsExactlyInAnyOrder(
            "bytes=2999949-2999999", "bytes=100-124", "bytes=2000000-2000009");
  }

  private static byte[] part(int offset, int length) {
    return java.util.Arrays.copyOfRange(BLOB, offset, offset + length);
  }

  @Test
  void another_range_is_an_error_and_a_cut_one_goes_on_where_it_ended() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry
        .on("GET", ".*/blobs/.*")
        .times(1)
        .change(
            answer -> answer.without("Content-Range").with("Content-Range: bytes 6-15/3000000"));
    registry.on("GET", ".*/blobs/.*").times(1).change(answer -> answer.cutAfter(3));

    try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
      assertThatThrownBy(() -> ranges.read(5, 10))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(
              "asked for bytes 5-14/3000000, the answer has 'bytes 6-15/3000000'");
      assertThat(ranges.read(5, 10)).isEqualTo(part(5, 10));
    }
    assertThat(registry.requests("GET", ".*/blobs/.*"))
        .extracting(request -> request.header("Range").orElse(""))
        .containsExactly("bytes=5-14", "bytes=5-14", "bytes=8-14");
  }

  @Test
  void a_registry_that_sends_all_of_a_small_blob_is_asked_once() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry.on("GET", ".*/blobs/.*").answer(FakeAnswer.of(200).withBody(BLOB));

    try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
      assertThat(ranges.readTail(51).bytes()).isEqualTo(part(BLOB.length - 51, 51));
      assertThat(ranges.read(5, 10)).isEqualTo(part(5, 10));
      assertThatThrownBy(() -> ranges.read(BLOB.length, 1)).isInstanceOf(EOFException.class);
    }
    assertThat(registry.requests("GET", ".*/blobs/.*")).hasSize(1);
  }

  @Test
  void a_registry_that_sends_all_of_a_large_blob_is_no_use() throws Exception {
    byte[] large = new byte[9 << 20];
    Descriptor blob = registry.store().putBlob("a/b", large);
    registry.on("GET", ".*/blobs/.*").answer(FakeAnswer.of(200).withBody(large));

    try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
      assertThatThrownBy(() -> ranges.read(5, 10))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("the registry doesn't send parts of a blob");
    }
  }

  @Test
  void parts_go_on_with_another_token_and_over_the_same_connection() throws Exception {
    FakeAuth auth = FakeAuth.bearer("user", "secret", clock, Duration.ofMinutes(5));
    registry.auth(auth);
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    RegistrySource source = source(connect(options().login("user", "secret")), "a/b:t");

    try (RandomAccessSource ranges = source.openRanges(blob)) {
      assertThat(ranges.read(5, 10)).isEqualTo(part(5, 10));
      auth.revoke();
      assertThat(ranges.read(500, 1000)).isEqualTo(part(500, 1000));
      clock.move(Duration.ofMinutes(6));
      assertThat(ranges.read(5000, 1000)).isEqualTo(part(5000, 1000));
    }
    assertThat(registry.requests("GET", "/token")).hasSize(3);
    assertThat(registry.connections()).isEqualTo(1);
  }

  @Test
  void a_signed_url_that_is_too_old_is_resolved_again() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    try (FakeRegistry store = FakeRegistry.start()) {
      store.store().putBlob("s", BLOB);
      String signed = store.origin() + "/v2/s/blobs/" + blob.digest() + "?X-Signature=zyxwv%2F";
      registry.on("GET", ".*/blobs/.*").answer(FakeAnswer.of(307, "Location: " + signed));
      store.on("GET", ".*").times(1).change(answer -> answer);
      store.on("GET", ".*").times(1).answer(FakeAnswer.of(403).withBody("<Error>expired</Error>"));

      try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
        assertThat(ranges.read(0, 9)).isEqualTo(part(0, 9));
        assertThat(ranges.read(9, 9)).isEqualTo(part(9, 9));
        assertThat(ranges.read(18, 9)).isEqualTo(part(18, 9));
      }

      assertThat(registry.requests("GET", ".*")).hasSize(2);
      assertThat(store.requests("GET", ".*")).hasSize(4);
      assertThat(store.requests().get(0).target()).endsWith("?X-Signature=zyxwv%2F");
    }
    assertThat(String.join("\n", log)).doesNotContain("zyxwv").contains("?…");
  }

  // Companions

  @Test
  void signatures_and_referrers_are_found() throws Exception {
    Descriptor root = registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, MANIFEST);
    String tag = "sha256-" + root.digest().hex() + ".sig";
    registry.store().putManifest("a/b", tag, MediaTypes.OCI_MANIFEST, MANIFEST + " ");
    registry
        .on("GET", ".*/referrers/.*")
        .answer(
            FakeAnswer.of(200)
                .withBody(
                    "{\"manifests\":[{\"digest\":\"sha256:0\",\"artifactType\":\"x/sbom\"}]}"));

    assertThat(source("a/b:t").companions(root.digest()))
        .containsExactly("a signature (tag " + tag + ")", "a referrer of x/sbom (sha256:0)");
  }

  @Test
  void where_nothing_can_be_known_of_companions_there_are_none() throws Exception {
    registry.on("GET", ".*").answer(FakeAnswer.of(500));
    registry.on("HEAD", ".*").answer(FakeAnswer.nothing());

    assertThat(source("a/b:t").companions(ContentDigest.of(BLOB))).isEmpty();
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_store_that_sends_less_than_a_range_is_asked_for_the_rest() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry
        .on("GET", ".*/blobs/.*")
        .times(3)
        .answer(
            (request, truth) -> {
              String[] range = request.header("Range").orElseThrow().substring(6).split("-", -1);
              int from = Integer.parseInt(range[0]);
              return FakeAnswer.of(206)
                  .with("Content-Range: bytes " + from + "-" + (from + 99) + "/" + BLOB.length)
                  .withBody(part(from, 100));
            });

    try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
      assertThat(ranges.read(7, 350)).isEqualTo(part(7, 350));
    }
    assertThat(registry.requests("GET", ".*/blobs/.*"))
        .extracting(request -> request.header("Range").orElse(""))
        .containsExactly("bytes=7-356", "bytes=107-356", "bytes=207-356", "bytes=307-356");
    assertThat(pauses).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 8-17/3000000",
        "bytes 7-17/3000000",
        "bytes 7-16/3000001",
        "bytes 7-6/3000000",
        ""
      })
  void another_part_than_was_asked_for_is_an_error(String range) throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry
        .on("GET", ".*/blobs/.*")
        .change(answer -> answer.without("Content-Range").with("Content-Range: " + range));

    try (RandomAccessSource ranges = source("a/b:t").openRanges(blob)) {
      assertThatThrownBy(() -> ranges.read(7, 10)).hasMessageContaining("the answer has '" + range);
    }
  }

  @Test
  void a_redirect_with_a_body_leaves_the_connection_open_and_odd_characters_are_escaped()
      throws Exception {
    byte[] bytes = {1, 2, 3};
    try (FakeRegistry store = FakeRegistry.start()) {
      String location = store.origin() + "/b/\u00e4?sig=a%2Fb&name=\"x y\"|{}";
      store.on("GET", "/b/.*").answer(FakeAnswer.of(200).withBody(bytes));
      registry
          .on("GET", ".*/blobs/.*")
          .answer(FakeAnswer.of(307, "Location: " + location).withBody("<a href=\"x\">see</a>"));
      RegistrySource source = source("a/b:t");
      Descriptor blob = Descriptor.of("x/y", ContentDigest.of(bytes), 3);

      assertThat(read(source, blob)).isEqualTo(bytes);
      assertThat(read(source, blob)).isEqualTo(bytes);

      assertThat(registry.connections()).isEqualTo(1);
      assertThat(store.requests().get(0).target()).endsWith("?sig=a%2Fb&name=%22x%20y%22%7C%7B%7D");
    }
  }

  @Test
  void a_pull_that_is_cut_goes_on_at_a_fresh_address_of_the_store() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    try (FakeRegistry store = FakeRegistry.start()) {
      store.store().putBlob("s", BLOB);
      registry
          .on("GET", ".*/blobs/.*")
          .answer(
              (request, truth) ->
                  FakeAnswer.of(
                      307,
                      "Location: "
                          + store.origin()
                          + "/v2/s/blobs/"
                          + blob.digest()
                          + "?n="
                          + registry.requests().size()));
      store.on("GET", ".*").times(1).change(answer -> answer.cutAfter(1_000_000));
      store.on("GET", ".*").times(1).answer(FakeAnswer.of(403));

      assertThat(read(source("a/b:t"), blob)).isEqualTo(BLOB);

      assertThat(store.requests())
          .extracting(request -> request.query("n").get(0))
          .containsExactly("1", "2", "3");
      assertThat(store.requests().get(2).header("Range")).contains("bytes=1000000-");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https,https://r.example/v2/,http://s.example/x,it leaves HTTPS",
    "http,https://s.example/x,http://s.example/y,it leaves HTTPS",
    "https,https://r.example/v2/,https://127.0.0.1/x,only this machine reaches that address",
    "http,http://r.example/v2/,http://169.254.169.254/x,only this machine reaches that address",
    "https,https://r.example/v2/,ftp://s.example/x,it leaves HTTPS",
    "http,http://r.example/v2/,ftp://s.example/x,it is no address of a web server",
  })
  void a_redirect_that_leads_astray_is_refused(String scheme, String from, String to, String why) {
    Request request = Request.of(new Repository(scheme, "r.example", "a"), "GET", URI.create(from));
    Redirects redirects =
        new Redirects(
            any -> Response.error(any.uri(), 302, Map.of("location", List.of(to)), new byte[0]));

    assertThatThrownBy(() -> redirects.send(request))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(to + " is refused: " + why);
  }

  @Test
  void a_pull_that_gets_ahead_may_be_cut_more_often_than_a_request_is_tried() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry.on("GET", ".*/blobs/.*").times(2).change(answer -> answer.cutAfter(1_200_000));

    assertThat(read(source(connect(options().tries(2)), "a/b:t"), blob)).isEqualTo(BLOB);
  }

  @Test
  void a_list_of_referrers_may_be_a_tag_and_long_ones_are_cut_short() throws Exception {
    ContentDigest digest = ContentDigest.of(BLOB);
    String tag = "sha256-" + digest.hex();
    registry.store().putManifest("a/b", tag, MediaTypes.OCI_INDEX, "{\"manifests\":[]}");
    RegistrySource source = source("a/b:t");
    assertThat(source.companions(digest)).containsExactly("referrers (tag " + tag + ")");

    String entry = "{\"digest\":\"sha256:0\",\"artifactType\":\"x/sbom\"}";
    String list = entry + ("," + entry).repeat(14);
    registry
        .on("GET", ".*/referrers/.*")
        .answer(FakeAnswer.of(200).withBody("{\"manifests\":[" + list + "]}"));
    assertThat(source.companions(digest)).hasSize(11).endsWith("5 more referrers");
  }

  @Test
  void a_proxy_that_refuses_ranges_is_read_again_from_the_start() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB);
    registry.on("GET", ".*/blobs/.*").times(1).change(answer -> answer.cutAfter(1_500_000));
    registry.on("GET", ".*/blobs/.*").times(1).answer(FakeAnswer.of(416));
    RegistrySource source = source("a/b:t");

    assertThat(read(source, blob)).isEqualTo(BLOB);

    assertThat(registry.requests("GET", ".*/blobs/.*"))
        .extracting(request -> request.header("Range").orElse(""))
        .containsExactly("", "bytes=1500000-", "");
    registry.on("GET", ".*/blobs/.*").answer(FakeAnswer.of(416));
    try (RandomAccessSource ranges = source.openRanges(blob)) {
      assertThatThrownBy(() -> ranges.read(5, 10))
          .hasMessageContaining("the registry doesn't send parts of a blob: 416");
    }
  }

  @Test
  void what_an_index_lists_may_be_a_blob_to_which_docker_registry_answers_500() throws Exception {
    Descriptor blob = registry.store().putBlob("a/b", BLOB).withMediaType("x/layer");
    registry
        .on("GET", ".*/manifests/" + blob.digest())
        .answer(FakeAnswer.error(500, "UNKNOWN", "unknown error"));
    RegistrySource source = source("a/b:t");

    assertThatThrownBy(() -> source.manifest(blob))
        .isInstanceOf(BlobMissingException.class)
        .hasMessageContaining("is a blob");

    assertThat(registry.requests("GET", ".*/manifests/.*")).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void what_an_index_lists_in_a_type_of_its_own_may_be_a_manifest() throws Exception {
    Descriptor child =
        registry
            .store()
            .putManifest("a/b", "t", "x/artifact", MANIFEST)
            .withMediaType("x/artifact");
    registry.on("GET", ".*/manifests/.*").times(2).answer(FakeAnswer.of(503));

    assertThat(source("a/b:t").manifest(child).digest()).isEqualTo(child.digest());

    registry.on("GET", ".*/manifests/.*").answer(FakeAnswer.of(403));
    assertThatThrownBy(() -> source("a/b:t").manifest(child)).hasMessageContaining("403");
  }
}
