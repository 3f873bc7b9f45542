package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code skopeo}, which copies images and says what is in them. */
final class Skopeo {

  private Skopeo() {}

  /** Copies an image from one of skopeo's transports to another; registries speak plain HTTP. */
  static void copy(String from, String to, String... options)
      throws IOException, InterruptedException {
    List<Object> command =
        new ArrayList<>(
            List.of(
                "skopeo",
                "copy",
                "--quiet",
                "--insecure-policy",
                "--src-tls-verify=false",
                "--dest-tls-verify=false"));
    command.addAll(List.of(options));
    command.addAll(List.of(from, to));
    run(command);
  }

  /** What it says of an image. */
  static JsonNode inspect(String image, String... options)
      throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of("skopeo", "inspect", "--tls-verify=false"));
    command.addAll(List.of(options));
    command.add(image);
    return Json.parse(new String(run(command), UTF_8));
  }

  private static byte[] run(List<Object> command) throws IOException, InterruptedException {
    Needs.these("skopeo");
    return Command.run(command.toArray());
  }
}
