package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a test asks a registry itself: the least that the OCI distribution spec has. */
final class RegistryApi {
  private static final String MANIFESTS =
      String.join(
          ", ",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;

  RegistryApi(String url) {
    this.url = url;
  }

  /** A manifest's or index's exact bytes. */
  byte[] manifest(String repository, String reference) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = get(repository + "/manifests/" + reference);
    assertThat(response.statusCode()).as("GET %s %s", repository, reference).isEqualTo(200);
    return response.body();
  }

  /** A manifest or index as JSON. */
  JsonNode json(String repository, String reference) throws IOException, InterruptedException {
    return Json.parse(new String(manifest(repository, reference), UTF_8));
  }

  /** The digest that a tag stands for; nothing if there is no such tag. */
  Optional<String> digest(String repository, String tag) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = get(repository + "/manifests/" + tag);
    if (response.statusCode() == 404) {
      return Optional.empty();
    }
    assertThat(response.statusCode()).isEqualTo(200);
    return Optional.of(Digest.of(response.body()).toString());
  }

  /** A blob's bytes. */
  byte[] blob(String repository, String digest) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = get(repository + "/blobs/" + digest);
    assertThat(response.statusCode()).as("GET %s %s", repository, digest).isEqualTo(200);
    return response.body();
  }

  /** A blob that is JSON, such as a config. */
  JsonNode jsonBlob(String repository, String digest) throws IOException, InterruptedException {
    return Json.parse(new String(blob(repository, digest), UTF_8));
  }

  /** The diffIds in the config of a manifest. */
  List<String> diffIds(String repository, String reference)
      throws IOException, InterruptedException {
    String config = json(repository, reference).at("/config/digest").asText();
    List<String> diffIds = new ArrayList<>();
    jsonBlob(repository, config)
        .at("/rootfs/diff_ids")
        .forEach(diffId -> diffIds.add(diffId.asText()));
    return diffIds;
  }

  /** Pushes a manifest or index; returns its digest. */
  String putManifest(String repository, String reference, String mediaType, String json)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        send(
            request(repository + "/manifests/" + reference)
                .header("Content-Type", mediaType)
                .PUT(BodyPublishers.ofString(json)));
    assertThat(response.statusCode()).as(() -> new String(response.body(), UTF_8)).isEqualTo(201);
    return Digest.of(json.getBytes(UTF_8)).toString();
  }

  /** Pushes a manifest or index under its digest alone, which it returns. */
  String putManifest(String repository, String mediaType, String json)
      throws IOException, InterruptedException {
    String digest = Digest.of(json.getBytes(UTF_8)).toString();
    return putManifest(repository, digest, mediaType, json);
  }

  /** Pushes a blob; returns its digest. */
  String putBlob(String repository, byte[] bytes) throws IOException, InterruptedException {
    String digest = Digest.of(bytes).toString();
    putBlob(repository, digest, BodyPublishers.ofByteArray(bytes));
    return digest;
  }

  /** Pushes a blob from a file. */
  void putBlob(String repository, String digest, Path file)
      throws IOException, InterruptedException {
    putBlob(repository, digest, BodyPublishers.ofFile(file));
  }

  private void putBlob(String repository, String digest, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> session =
        send(request(repository + "/blobs/uploads/").POST(BodyPublishers.noBody()));
    String location = session.headers().firstValue("Location").orElseThrow();
    HttpResponse<byte[]> response =
        send(
            HttpRequest.newBuilder(URI.create(location + "&digest=" + digest))
                .header("Content-Type", "application/octet-stream")
                .PUT(body));
    assertThat(response.statusCode()).as(() -> new String(response.body(), UTF_8)).isEqualTo(201);
  }

  /** Deletes a blob or manifest, as {@code NAME/blobs/DIGEST} or {@code NAME/manifests/DIGEST}. */
  void delete(String path) throws IOException, InterruptedException {
    assertThat(send(request(path).DELETE()).statusCode()).isEqualTo(202);
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(request(path).header("Accept", MANIFESTS));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + "/v2/" + path));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }
}
