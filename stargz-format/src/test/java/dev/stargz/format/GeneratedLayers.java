package dev.stargz.format;

import dev.stargz.format.UnpackedLayers.Step;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.TarFixture;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Layers made at random out of few names, so that paths meet within a layer and across them. */
final class GeneratedLayers {
  private GeneratedLayers() {}

  /** Up to four layers. */
  static Arbitrary<List<List<Step>>> layers() {
    return steps().list().ofMaxSize(9).list().ofMaxSize(4).map(GeneratedLayers::numbered);
  }

  private static List<List<Step>> numbered(List<List<Step>> layers) {
    List<List<Step>> numbered = new ArrayList<>();
    long id = 1;
    for (List<Step> layer : layers) {
      List<Step> steps = new ArrayList<>();
      for (Step step : layer) {
        steps.add(new Step(step.type(), step.name(), step.target(), id++));
      }
      numbered.add(steps);
    }
    return numbered;
  }

  private static Arbitrary<Step> steps() {
    Arbitrary<Character> types =
        Arbitraries.frequency(
            Tuple.of(7, 'f'),
            Tuple.of(5, 'd'),
            Tuple.of(6, 'h'),
            Tuple.of(3, 'l'),
            Tuple.of(3, 'w'),
            Tuple.of(1, 'o'));
    Arbitrary<String> links =
        Arbitraries.of("d", "e", "/d/e", "../d", "d/../e", "a", ".", "none/x");
    return Combinators.combine(types, paths(), paths(), links, Arbitraries.of("", "", "./", "/"))
        .as((type, path, target, link, start) -> step(type, start + path, target, link));
  }

  /** Few paths, so that they meet; d and e are mostly directories. */
  private static Arbitrary<String> paths() {
    return Combinators.combine(
            Arbitraries.of("d", "e").list().ofMaxSize(2),
            Arbitraries.of("a", "a", "b", "b", "c", "d", "e"))
        .as(
            (above, leaf) -> {
              List<String> parts = new ArrayList<>(above);
              parts.add(leaf);
              return String.join("/", parts);
            });
  }

  private static Step step(char type, String path, String target, String link) {
    String start = path.substring(0, path.lastIndexOf('/') + 1);
    String last = path.substring(start.length());
    return switch (type) {
      case 'd' -> new Step('d', path.replaceAll("[abc]$", "d") + "/", "", 0);
      case 'h' -> new Step('h', path, target, 0);
      case 'l' -> new Step('l', path, link, 0);
      case 'w' -> new Step('f', start + ".wh." + last, "", 0);
      case 'o' -> new Step('f', start + ".wh..wh..opq", "", 0);
      default -> new Step('f', path, "", 0);
    };
  }

  /** A layer as a tar; each entry's mtime is its id. */
  static byte[] tar(List<Step> steps) {
    TarFixture tar = TarFixture.tar().in(Dialect.USTAR);
    for (Step step : steps) {
      switch (step.type()) {
        case 'd' -> tar.dir(step.name());
        case 'h' -> tar.hardlink(step.name(), step.target());
        case 'l' -> tar.symlink(step.name(), step.target());
        default -> tar.file(step.name(), content(step.id()));
      }
      tar.mtime(step.id());
    }
    return tar.bytes();
  }

  /** The content of a file. */
  static String content(long id) {
    return "content of " + id;
  }
}
