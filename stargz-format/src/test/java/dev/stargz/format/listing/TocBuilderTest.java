package dev.stargz.format.listing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Many small layers, unpacked by a model of a file system and listed by the builder. */
class TocBuilderTest {
  private static final int LAYERS = 5_000;

  /** What unpacking leaves: an inode a path, files told apart by the size that each has alone. */
  private static final class Model {
    private final TreeMap<String, String> inodes = new TreeMap<>();

    void put(String path, String inode) {
      if (!inode.startsWith("dir")) {
        inodes.keySet().removeIf(other -> other.startsWith(path + "/"));
      }
      inodes.put(path, inode);
    }

    boolean isBelowFile(String path) {
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        String above = inodes.getOrDefault(path.substring(0, slash), "dir");
        if (!above.startsWith("dir")) {
          return true;
        }
      }
      return false;
    }
  }

  private final Random random = new Random(2024);

  /** A layer of a few names, in which all that can be replaced will be. */
  private final class Layer {
    private final TarFixture tar = TarFixture.tar();
    private final Model model = new Model();
    private final List<String> story = new ArrayList<>();

    void add(int number) {
      String path = path();
      if (model.isBelowFile(path)) {
        return;
      }
      switch (random.nextInt(6)) {
        case 0 -> {
          tar.dir(path + "/");
          model.put(path, "dir");
        }
        case 1 -> {
          tar.charDevice(path, number, 0);
          model.put(path, "char " + number);
        }
        case 2, 3 -> link(path);
        default -> {
          tar.file(path, new byte[number]);
          model.put(path, "reg " + number);
        }
      }
      story.add(path);
    }

    private void link(String path) {
      String target = path();
      String inode = model.inodes.get(target);
      boolean linkable = inode != null && !inode.startsWith("dir");
      if (linkable) {
        tar.hardlink(path, target);
        if (!path.equals(target)) {
          model.put(path, inode);
        }
      }
    }

    private String path() {
      String name = String.valueOf("abc".charAt(random.nextInt(3)));
      return random.nextInt(3) == 0 ? path() + "/" + name : name;
    }
  }

  @Test
  void theTocOfAnyLayerIsWhatUnpackingItLeaves() throws IOException {
    for (int i = 0; i < LAYERS; i++) {
      Layer layer = new Layer();
      for (int number = 1; number <= 12; number++) {
        layer.add(number);
      }
      List<TocEntry> toc = list(layer.tar);
      assertThat(inodes(toc)).as("%s", layer.story).isEqualTo(layer.model.inodes);
      checkOrder(toc);
    }
  }

  private static List<TocEntry> list(TarFixture tar) throws IOException {
    TocBuilder builder = new TocBuilder(1 << 20);
    TarReader reader = new TarReader(tar.stream(), 0, 0);
    for (TarEntry entry; (entry = reader.next()) != null; ) {
      TocDraft draft = builder.add(entry, link -> {});
      if (entry.size() > 0) {
        draft.addChunk().memberAt(entry.position() + 1, null);
      }
    }
    List<TocEntry> toc = new ArrayList<>();
    builder
        .build(
            link -> {
              throw new AssertionError("dangling: " + link);
            })
        .forEach(toc::add);
    return toc;
  }

  private static Map<String, String> inodes(List<TocEntry> toc) {
    Map<String, String> inodes = new HashMap<>();
    for (TocEntry entry : toc) {
      String path = entry.name().cleaned().text();
      String inode =
          switch (entry.type()) {
            case DIRECTORY -> "dir";
            case REGULAR -> "reg " + entry.size();
            case CHARACTER_DEVICE -> "char " + entry.devMajor();
            case HARDLINK -> inodes.get(entry.linkName().cleaned().text());
            default -> throw new AssertionError(entry);
          };
      assertThat(inodes.put(path, inode)).as("listed twice: %s", path).isNull();
    }
    return inodes;
  }

  /** Content in ascending order, links behind it and to it. */
  private static void checkOrder(List<TocEntry> toc) {
    long last = 0;
    Set<EntryName> carriers = new HashSet<>();
    for (TocEntry entry : toc) {
      if (entry.type() == TocEntryType.HARDLINK) {
        assertThat(carriers).contains(entry.linkName());
        continue;
      }
      carriers.add(entry.name());
      if (entry.hasContent()) {
        assertThat(entry.offset()).isGreaterThan(last);
        last = entry.offset();
      }
    }
  }

  @Test
  void aListingCanBeHadTwiceAlike() throws IOException {
    TarFixture tar = TarFixture.tar().file(new byte[] {-1}, new byte[1]).file("\\xFF", "x");
    TocBuilder builder = new TocBuilder(1);
    TarReader reader = new TarReader(tar.stream(), 0, 0);
    for (TarEntry entry; (entry = reader.next()) != null; ) {
      builder.add(entry, link -> {});
    }
    Iterable<TocEntry> listing = builder.build(link -> {});
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    listing.forEach(entry -> first.add(entry.readableName()));
    listing.forEach(entry -> second.add(entry.readableName()));
    assertThat(second).isEqualTo(first).containsExactly("\\xFF~2", "\\xFF");
  }
}
