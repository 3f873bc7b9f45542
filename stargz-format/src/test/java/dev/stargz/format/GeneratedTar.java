package dev.stargz.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.TarFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A tar made at random out of few names, so that paths meet: files over directories, links to what
 * comes later, names that are no UTF-8. Names are text in which each character is a byte.
 */
record GeneratedTar(List<Step> steps) {
  private static final int MOST_NAME_BYTES_OF_OLD_DIALECTS = 99;

  /** The kinds of entries. */
  enum Kind {
    FILE,
    CONTIGUOUS_FILE,
    SPARSE_FILE,
    DIRECTORY,
    ROOT,
    HARDLINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    GLOBAL_RECORDS;

    boolean isFile() {
      return this == FILE || this == CONTIGUOUS_FILE || this == SPARSE_FILE;
    }

    boolean isLink() {
      return this == HARDLINK || this == SYMLINK;
    }

    boolean isDevice() {
      return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
    }
  }

  /** Header data. */
  record Header(
      long mode,
      long uid,
      long gid,
      long mtime,
      String fraction,
      String userName,
      String groupName,
      Map<String, byte[]> xattrs) {}

  /**
   * One entry.
   *
   * @param name as stored
   * @param target of a link
   * @param size of a file
   * @param seed of what else is random: content, odd padding
   */
  record Step(
      Kind kind,
      String name,
      String target,
      int size,
      long seed,
      Dialect wantedDialect,
      Header header) {

    byte[] content() {
      if (!kind.isFile()) {
        return new byte[0];
      }
      return kind == Kind.SPARSE_FILE ? sparse().expanded() : someBytes(size, seed);
    }

    private SparseFile sparse() {
      SparseFile file = SparseFile.ofSize(size);
      Random random = new Random(seed);
      int at = random.nextInt(3) == 0 ? 0 : random.nextInt(700);
      for (int i = random.nextInt(8); i > 0 && at < size; i--) {
        int length = Math.min(size - at, random.nextInt(1400));
        file.data(at, someBytes(length, seed + i));
        at += length + 1 + random.nextInt(700);
      }
      if (random.nextBoolean()) {
        file.claim(size, 0); // as GNU tar ends each map
      }
      return file;
    }

    private SparseFile.Form sparseForm() {
      SparseFile.Form[] forms = SparseFile.Form.values();
      return forms[Math.floorMod(seed, forms.length)];
    }

    /** Only the newer dialects have room for long names. */
    Dialect dialect() {
      boolean isLong =
          name.length() > MOST_NAME_BYTES_OF_OLD_DIALECTS
              || target.length() > MOST_NAME_BYTES_OF_OLD_DIALECTS;
      boolean old = wantedDialect == Dialect.V7 || wantedDialect == Dialect.USTAR;
      return isLong && old ? Dialect.PAX : wantedDialect;
    }

    private void appendTo(TarFixture tar) {
      tar.in(dialect());
      byte[] bytes = name.getBytes(ISO_8859_1);
      switch (kind) {
        case FILE -> tar.file(bytes, content());
        case CONTIGUOUS_FILE -> tar.entry('7', bytes).payload(content());
        case SPARSE_FILE -> tar.sparse(sparseForm(), name, sparse());
        case DIRECTORY, ROOT -> tar.dir(bytes);
        case HARDLINK -> tar.hardlink(bytes, target.getBytes(ISO_8859_1)).headerSize(size % 2000);
        case SYMLINK -> tar.symlink(bytes, target.getBytes(ISO_8859_1));
        case CHARACTER_DEVICE -> tar.entry('3', bytes).device(5, size);
        case BLOCK_DEVICE -> tar.entry('4', bytes).device(size, 1);
        case FIFO -> tar.entry('6', bytes);
        case GLOBAL_RECORDS -> {
          tar.global(Map.of("comment", name));
          return;
        }
      }
      describe(tar);
    }

    private void describe(TarFixture tar) {
      tar.mode(header.mode()).owner(header.uid(), header.gid());
      tar.ownerNames(header.userName(), header.groupName());
      tar.padding((int) (seed & 3)); // zero or not
      if (header.fraction().isEmpty()) {
        tar.mtime(header.mtime());
      } else {
        tar.mtime(0).pax("mtime", header.mtime() + header.fraction());
      }
      header.xattrs().forEach(tar::xattr);
    }
  }

  /** The tar. */
  TarFixture tar() {
    TarFixture tar = TarFixture.tar();
    steps.forEach(step -> step.appendTo(tar));
    return tar;
  }

  /** Whether its entries can't come back byte for byte. */
  boolean hasSparseFiles() {
    return steps.stream().anyMatch(step -> step.kind() == Kind.SPARSE_FILE);
  }

  /** Bytes that repeat here and there. */
  static byte[] someBytes(int size, long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (random.nextInt(4) == 0 || i < 9 ? random.nextInt(256) : bytes[i - 9]);
    }
    return bytes;
  }

  // ---- what is generated

  /** Any tar, with files of those sizes. */
  static Arbitrary<GeneratedTar> any(Arbitrary<Integer> sizes) {
    return steps(sizes).list().ofMaxSize(14).map(GeneratedTar::new);
  }

  /** Sizes around the borders of chunks of 7 and of 4096 bytes, and of tar blocks. */
  static Arbitrary<Integer> sizes() {
    return Arbitraries.frequencyOf(
        Tuple.of(2, Arbitraries.just(0)),
        Tuple.of(4, Arbitraries.of(1, 6, 7, 8, 13, 14, 15)),
        Tuple.of(3, Arbitraries.of(511, 512, 513, 1000)),
        Tuple.of(3, Arbitraries.of(4095, 4096, 4097, 8192, 9000)));
  }

  private static Arbitrary<Step> steps(Arbitrary<Integer> sizes) {
    return Combinators.combine(
            kinds(),
            paths(),
            targets(),
            sizes,
            longs(),
            Arbitraries.of(Dialect.values()),
            headers())
        .as(
            (kind, path, target, size, seed, dialect, header) ->
                new Step(
                    kind,
                    name(kind, path, seed),
                    target(kind, target),
                    size,
                    seed,
                    dialect,
                    header));
  }

  private static Arbitrary<Long> longs() {
    return Arbitraries.longs().between(0, 1L << 30);
  }

  private static String name(Kind kind, String path, long seed) {
    return switch (kind) {
      case ROOT -> "./";
      case DIRECTORY -> path + ((seed & 4) == 0 ? "/" : "");
      case SPARSE_FILE -> path.replaceAll("[^ -~]", "s"); // the fixture takes no other bytes
      default -> path;
    };
  }

  private static String target(Kind kind, String target) {
    return kind.isLink() ? target : "";
  }

  private static Arbitrary<Kind> kinds() {
    return Arbitraries.frequency(
        Tuple.of(8, Kind.FILE),
        Tuple.of(1, Kind.CONTIGUOUS_FILE),
        Tuple.of(1, Kind.SPARSE_FILE),
        Tuple.of(5, Kind.DIRECTORY),
        Tuple.of(1, Kind.ROOT),
        Tuple.of(6, Kind.HARDLINK),
        Tuple.of(3, Kind.SYMLINK),
        Tuple.of(1, Kind.CHARACTER_DEVICE),
        Tuple.of(1, Kind.BLOCK_DEVICE),
        Tuple.of(1, Kind.FIFO),
        Tuple.of(1, Kind.GLOBAL_RECORDS));
  }

  /** Mostly in the root or in d and e, which are mostly directories. */
  private static Arbitrary<String> paths() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(8, ""),
                Tuple.of(3, "./"),
                Tuple.of(1, "/"),
                Tuple.of(1, "../"),
                Tuple.of(1, ".//"),
                Tuple.of(1, "x/../")),
            Arbitraries.of("d", "e").list().ofMaxSize(2),
            leaves())
        .as(
            (start, above, leaf) -> {
              List<String> parts = new ArrayList<>(above);
              parts.add(leaf);
              return start + String.join("/", parts);
            });
  }

  private static Arbitrary<String> leaves() {
    return Arbitraries.frequency(
        Tuple.of(6, "a"),
        Tuple.of(6, "b"),
        Tuple.of(4, "c"),
        Tuple.of(2, "d"),
        Tuple.of(1, "e"),
        Tuple.of(1, "\u00ff"), // no UTF-8
        Tuple.of(1, "\u00aa"), // nor is this
        Tuple.of(1, "\\xFF"), // what the first is shown as
        Tuple.of(1, "\u00c3\u00bc"), // UTF-8
        Tuple.of(1, "new\nline"),
        Tuple.of(1, "long".repeat(40)));
  }

  private static Arbitrary<String> targets() {
    return Arbitraries.oneOf(
        paths(), leaves(), Arbitraries.of("nowhere", "..", ".", "../d", "/e", "d/./b"));
  }

  private static Arbitrary<Header> headers() {
    Arbitrary<Long> ids = Arbitraries.of(0L, 1000L, 2097151L, 2097152L, 4294967294L, 1L << 40);
    Arbitrary<String> owners = Arbitraries.of("", "", "root", "m\u00fcnd");
    Arbitrary<Long> times =
        Arbitraries.of(0L, 1L, -1L, -5L, 1700000000L, 8589934592L, 253402300800L, -62135596801L);
    return Combinators.combine(
            Arbitraries.of(0L, 0644L, 0755L, 04755L, 01777L, 07777777L),
            ids,
            ids,
            times,
            Arbitraries.of("", "", "", ".25", "."),
            owners,
            owners,
            xattrs())
        .as(Header::new);
  }

  private static Arbitrary<Map<String, byte[]>> xattrs() {
    Arbitrary<byte[]> values =
        Arbitraries.of("", "plain", "\u0000\u0080\u00ff=\n", "x".repeat(600))
            .map(text -> text.getBytes(ISO_8859_1));
    Arbitrary<Map<String, byte[]>> some =
        Arbitraries.maps(Arbitraries.of("user.a", "security.capability", "user.\u00ff"), values)
            .ofMaxSize(2)
            .map(TreeMap::new);
    return Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(Map.of())), Tuple.of(1, some));
  }

  /** What a PAX time says, rounded down; fractions point away from zero. */
  static long floorSeconds(Header header) {
    boolean between = Optional.of(header.fraction()).filter(text -> text.length() > 1).isPresent();
    return header.mtime() < 0 && between ? header.mtime() - 1 : header.mtime();
  }
}
