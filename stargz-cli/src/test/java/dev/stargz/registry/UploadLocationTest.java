package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ImageException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadLocationTest {
  private static URI resolve(String registry, String location) throws ImageException {
    URI home = URI.create(registry);
    Repository repository = new Repository(home.getScheme(), home.getRawAuthority(), "a/b");
    return UploadLocation.resolve(repository.uri("blobs/uploads/"), location, repository);
  }

  @ParameterizedTest
  @CsvSource({
    // absolute and relative
    "https://r.example,https://r.example/v2/a/b/blobs/uploads/1,https://r.example/v2/a/b/blobs/uploads/1",
    "https://r.example,/v2/a/b/blobs/uploads/1?s=%2B,https://r.example/v2/a/b/blobs/uploads/1?s=%2B",
    "https://r.example,1?s=a%3D%3D&t=/,https://r.example/v2/a/b/blobs/uploads/1?s=a%3D%3D&t=/",
    "https://r.example,//r.example/x,https://r.example/x",
    "https://r.example,?s=1,https://r.example/v2/a/b/blobs/uploads/?s=1",
    "https://r.example,/x?s=1#part,https://r.example/x?s=1",
    // another host
    "https://r.example,https://store.example/x?sig=a+b,https://store.example/x?sig=a+b",
    "http://r.example,http://store.example/x,http://store.example/x",
    // a registry that doesn't know that it is asked over TLS
    "https://r.example,http://r.example/x?a=%3D,https://r.example/x?a=%3D",
    "https://r.example,http://R.example:80/x,https://r.example/x",
    "https://r.example:5000,http://r.example:5000/x,https://r.example:5000/x",
    "https://r.example:443,http://r.example/x,https://r.example:443/x",
    // the registry itself may be anywhere
    "http://127.0.0.1:5000,http://127.0.0.1:5001/x,http://127.0.0.1:5001/x",
    "http://10.0.0.1:5000,/x,http://10.0.0.1:5000/x",
    // what no URI may have
    "https://r.example,/x?s={a|b},https://r.example/x?s=%7Ba%7Cb%7D",
  })
  void is_resolved(String registry, String location, String resolved) throws Exception {
    assertThat(resolve(registry, location)).hasToString(resolved);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "http://store.example/x",
        "ftp://r.example/x",
        "file:///etc/passwd",
      })
  void that_leads_astray_is_refused(String location) {
    assertThatThrownBy(() -> resolve("https://r.example", location))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("r.example/a/b: ")
        .hasMessageContaining("refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://[", "https://r.example:x:y/%zz?token=secret1234"})
  void that_is_no_uri_is_told_without_its_query(String location) {
    assertThatThrownBy(() -> resolve("https://r.example", location))
        .isInstanceOf(ImageException.class)
        .satisfies(e -> assertThat(e.toString()).doesNotContain("secret1234"));
  }

  @ParameterizedTest
  @CsvSource({"https://r/x,?", "https://r/x?,''", "https://r/x?s=%3D,&", "https://r/x?s=1&,''"})
  void gets_the_digest_behind_its_query(String location, String separator) {
    ContentDigest digest = ContentDigest.of(new byte[0]);

    assertThat(UploadLocation.withDigest(URI.create(location), digest))
        .hasToString(location + separator + "digest=sha256%3A" + digest.hex());
  }

  @Test
  void on_another_host_gets_no_credentials() throws Exception {
    byte[] bytes = PushFixture.bytes(1000, 1);
    try (FakeRegistry store = FakeRegistry.start();
        PushFixture fixture = PushFixture.start(options -> options.login("user", "secret"))) {
      fixture.registry.auth(FakeAuth.basic("user", "secret"));
      fixture
          .registry
          .on("POST", ".*/uploads/")
          .answer(
              (request, truth) -> {
                FakeAnswer answer = truth.of(request);
                return answer.status() == 202
                    ? FakeAnswer.of(202, "Location: " + store.origin() + "/elsewhere?sig=1")
                    : answer;
              });
      store
          .on("PUT", "/elsewhere")
          .answer(
              (request, truth) -> {
                fixture.registry.store().putBlob("a/b", request.body());
                return FakeAnswer.of(201);
              });

      fixture.push(bytes);

      FakeRequest put = store.requests("PUT", ".*").get(0);
      assertThat(put.header("Authorization")).isEmpty();
      assertThat(put.query("sig")).containsExactly("1");
      assertThat(put.query("digest")).hasSize(1);
    }
  }

  @Test
  void that_is_missing_is_told() throws Exception {
    try (PushFixture fixture = PushFixture.start()) {
      fixture.registry.on("POST", ".*").answer(FakeAnswer.of(202));

      assertThatThrownBy(() -> fixture.push(new byte[10])).hasMessageContaining("no Location");
    }
  }

  @Test
  void that_leads_astray_in_the_middle_ends_the_upload() throws Exception {
    try (PushFixture fixture = PushFixture.start()) {
      fixture.registry.on("PUT", ".*").answer(FakeAnswer.of(413));
      fixture
          .registry
          .on("PATCH", ".*")
          .change(answer -> answer.without("Location").with("Location: http://169.254.1.1/x"));

      assertThatThrownBy(() -> fixture.push(new byte[1 << 20]))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("the location of an upload http://169.254.1.1/x is refused");
    }
  }
}
