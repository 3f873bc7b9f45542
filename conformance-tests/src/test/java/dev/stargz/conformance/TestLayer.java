package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/** A layer of an image that is made for a test. */
final class TestLayer {
  private static final String TAR = "application/vnd.oci.image.layer.v1.tar";

  /**
   * What {@code setcap cap_net_raw+ep} sets: revision 2, effective, bit 13 (linux/capability.h).
   */
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private final String mediaType;
  private final byte[] bytes;
  private final String diffId;

  private TestLayer(String mediaType, byte[] bytes, byte[] tar) {
    this.mediaType = mediaType;
    this.bytes = bytes;
    this.diffId = Digest.of(tar).toString();
  }

  static TestLayer plain(TarFixture tar) {
    return new TestLayer(TAR, tar.bytes(), tar.bytes());
  }

  static TestLayer gzip(TarFixture tar) {
    return new TestLayer(TAR + "+gzip", tar.gzip(), tar.bytes());
  }

  static TestLayer zstd(TarFixture tar) {
    return new TestLayer(TAR + "+zstd", tar.zstd(), tar.bytes());
  }

  /** A layer that somebody else compressed. */
  static TestLayer ofGzip(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new TestLayer(TAR + "+gzip", bytes, in.readAllBytes());
    }
  }

  /** One of the layers that {@code make-layers} makes; skips the running test if it isn't there. */
  static TestLayer of(Layer layer) throws IOException {
    byte[] bytes = Files.readAllBytes(layer.file());
    if (!layer.file().toString().endsWith(".gz")) {
      return new TestLayer(TAR, bytes, bytes);
    }
    return ofGzip(bytes);
  }

  /** A tree with everything in it that a tar and a file system can hold, under names in UTF-8. */
  static TarFixture base() {
    byte[] binary = {(byte) 0x80, 0, (byte) 0xff, 'a'};
    return tar()
        .dir("./")
        .dir("bin/")
        .file("bin/setuid", "#!/bin/sh\n")
        .mode(04755)
        .file("bin/ping", "able")
        .mode(0755)
        .xattr("security.capability", CAPABILITY)
        .dir("etc/")
        .file("etc/config", "of the base\n")
        .file("etc/removed", "goes\n")
        .file("etc/replaced", "old\n")
        .file("etc/owned", "")
        .owner(1000, 4294967294L)
        .mode(0600)
        .xattr("user.binary", binary)
        .xattr("user.empty", new byte[0])
        .dir("data/")
        .file("data/one", "1")
        .file("data/two", "2")
        .dir("gone/")
        .dir("gone/deeper/")
        .file("gone/deeper/file", "goes as well")
        .file("turns", "from a file into a directory")
        .file("links", "file with three names")
        .hardlink("links-1", "links")
        .hardlink("data/links-2", "links")
        .symlink("soft", "etc/config")
        .symlink("dangling", "/no/where")
        .dir("dev/")
        .charDevice("dev/null", 1, 3)
        .blockDevice("dev/block", 259, 1048575)
        .fifo("dev/fifo")
        .dir("sticky/")
        .mode(01777)
        .file("\u00fcml\u00e4ut \u20ac \"quoted\" \\", "odd")
        .file("d".repeat(120) + "/" + "f".repeat(200), "a long name")
        .file("epoch", "")
        .mtime(0);
  }

  /** What a second layer does to {@link #base}: whiteouts, an opaque directory, replacements. */
  static TarFixture upper() {
    return tar()
        .dir("etc/")
        .file("etc/.wh.removed", "")
        .file("etc/replaced", "new\n")
        .mode(0640)
        .dir("data/")
        .file("data/.wh..wh..opq", "")
        .file("data/three", "3")
        .file(".wh.gone", "")
        .dir("turns/")
        .file("turns/now", "a directory")
        .dir("new/")
        .symlink("new/link", "../etc/replaced");
  }

  /** A file that takes several chunks and doesn't compress. */
  static TarFixture big() {
    byte[] noise = new byte[5 << 20];
    new Random(1).nextBytes(noise);
    return tar().dir("big/").file("big/noise", noise).file("big/small", "behind it");
  }

  String digest() {
    return Digest.of(bytes).toString();
  }

  String diffId() {
    return diffId;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** The descriptor, in JSON. */
  String descriptor() {
    return SourceImage.descriptor(mediaType, bytes);
  }
}
