package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example {@code examples/maven-plugin}, in a project that uses it: Maven runs there as it
 * would anywhere, with a local repository of its own. The plugin is in it as {@code mvn install}
 * would put it; everything else comes out of the repository of the build that runs the tests, which
 * stands in for the network.
 */
class ExampleTest {
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Path BUILD_REPOSITORY =
      Path.of(
          System.getProperty(
              "localRepository",
              Path.of(System.getProperty("user.home"), ".m2", "repository").toString()));

  @TempDir Path temp;
  private Path repository;
  private Path project;

  @BeforeEach
  void prepare() throws IOException {
    repository = temp.resolve("repository");
    install("stargz-parent", Launcher.PROJECT, "");
    install("stargz-format", Launcher.PROJECT.resolve("stargz-format"), "-" + VERSION);
    install("stargz-cli", Launcher.PROJECT.resolve("stargz-cli"), "");
    install(
        "stargz-maven-plugin", Launcher.PROJECT.resolve("examples/maven-plugin"), "-" + VERSION);
    Files.writeString(
        temp.resolve("settings.xml"),
        """
        <settings>
          <mirrors>
            <mirror><id>build</id><mirrorOf>*</mirrorOf><url>%s</url></mirror>
          </mirrors>
        </settings>
        """
            .formatted(BUILD_REPOSITORY.toUri()));
    project = Files.createDirectory(temp.resolve("project"));
    SourceImage.small().write(Files.createDirectory(project.resolve("image")));
  }

  /** What {@code mvn install} does with a module. */
  private void install(String name, Path module, String jarVersion) throws IOException {
    Path directory =
        Files.createDirectories(repository.resolve("dev/stargz/" + name + "/" + VERSION));
    String file = name + "-" + VERSION;
    Files.copy(module.resolve("pom.xml"), directory.resolve(file + ".pom"));
    Path jar = module.resolve("target/" + name + jarVersion + ".jar");
    if (!name.equals("stargz-parent")) {
      assertThat(jar).as("the module's jar: build all modules together").exists();
      Files.copy(jar, directory.resolve(file + ".jar"));
    }
  }

  private void writePom(String source) throws IOException {
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>example</groupId>
          <artifactId>app</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <build>
            <plugins>
              <plugin>
                <groupId>dev.stargz</groupId>
                <artifactId>stargz-maven-plugin</artifactId>
                <version>%s</version>
                <executions>
                  <execution>
                    <goals><goal>convert</goal></goals>
                    <configuration>
                      <source>oci:${project.basedir}/%s:latest</source>
                      <target>oci:${project.basedir}/converted:lazy</target>
                      <prioritizedFiles><file>etc/hosts</file></prioritizedFiles>
                    </configuration>
                  </execution>
                </executions>
              </plugin>
            </plugins>
          </build>
        </project>
        """
            .formatted(VERSION, source));
  }

  /** Runs Maven to its end; returns its exit code and what it printed. */
  private String mavenPackage() throws IOException, InterruptedException {
    String script =
        "cd \"$1\"; mvn -B -ntp -s \"$2\" -Dmaven.repo.local=\"$3\" package 2>&1 || echo \"exit code $?\"";
    byte[] out = Command.bash(script, project, temp.resolve("settings.xml"), repository);
    return new String(out, UTF_8);
  }

  @Test
  void a_build_that_uses_the_plugin_converts_its_image() throws Exception {
    writePom("image");

    String log = mavenPackage();

    assertThat(log).contains("BUILD SUCCESS").contains(": converted");
    Path converted = project.resolve("converted");
    JsonNode root =
        Json.parse(Files.readString(converted.resolve("index.json"))).at("/manifests/0");
    assertThat(root.at("/annotations/org.opencontainers.image.ref.name").asText())
        .isEqualTo("lazy");
    assertThat(log).contains("oci:" + converted + ":lazy is now " + root.at("/digest").asText());
    JsonNode manifest = Json.parse(Files.readString(blob(converted, root)));
    assertThat(manifest.at("/layers")).hasSize(SourceImage.small().layers().size());
    for (JsonNode layer : manifest.at("/layers")) {
      Digest toc =
          Digest.parse(
              layer.at("/annotations/containerd.io~1snapshot~1stargz~1toc.digest").asText());
      try (StargzReader reader =
          StargzReader.open(RandomAccessSource.of(blob(converted, layer)), toc)) {
        assertThat(StargzVerifier.verify(reader).isFaithful()).isTrue();
      }
    }
  }

  private static Path blob(Path layout, JsonNode descriptor) {
    return layout.resolve("blobs").resolve(descriptor.at("/digest").asText().replace(':', '/'));
  }

  @Test
  void an_image_that_is_not_there_ends_the_build() throws Exception {
    writePom("nowhere");

    String log = mavenPackage();

    assertThat(log).contains("BUILD FAILURE").contains("exit code 1").contains("nowhere");
    assertThat(project.resolve("converted")).doesNotExist();
  }
}
