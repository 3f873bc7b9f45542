package dev.stargz.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;

/**
 * What the tests need besides the project itself: {@code ./test} makes it and says in system
 * properties where it is, and what it had to leave out. Tests that need what was left out are
 * skipped, and say so.
 */
final class Needs {
  private static final List<String> LEFT_OUT =
      List.of(System.getProperty("conformance.leftOut", "").split(","));

  private Needs() {}

  /** Skips the running test if one of {@code parts} was left out. */
  static void these(String... parts) {
    for (String part : parts) {
      assumeTrue(!LEFT_OUT.contains(part), () -> "left out: " + part);
    }
  }

  /** Skips the running test unless it may make devices and files of any owner. */
  static void root() {
    assumeTrue("root".equals(System.getProperty("user.name")), "left out: it takes root");
  }

  /** The program that wraps the Go library. */
  static Path oracle() {
    these("oracle");
    return Path.of(property("conformance.oracle"));
  }

  /** The daemon around the Go library's snapshotter; whoever has it has containerd as well. */
  static Path snapshotter() {
    these("snapshotter");
    return Path.of(property("conformance.snapshotter"));
  }

  /** The directory with the layers. */
  static Path layers() {
    return Path.of(property("conformance.layers"));
  }

  /** A script of this module. */
  static Path script(String name) {
    these("python");
    return Path.of("src", "test", "python", name).toAbsolutePath();
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException("-D" + name + " is not set: run ./test");
    }
    return value;
  }
}
