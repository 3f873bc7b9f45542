package dev.stargz.format.nio;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Forge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The layer of these tests:
 *
 * <pre>
 *   /
 *     etc/              0750, alice:staff (1000:2000)
 *       os-release      "NAME=x\n", 04755, 1000000000, user.a, twice linked
 *       release   ->    os-release
 *       far       ->    /big
 *     again             hard link to etc/os-release
 *     loop        ->    loop
 *     up          ->    etc/..
 *     null              character device 1:3
 *     big/data          10,000 bytes
 *     \xFF              "byte"
 * </pre>
 */
class TreeFileSystemTest {
  private StargzReader reader;
  private FileSystem files;

  @BeforeEach
  void openFileSystem() throws IOException {
    reader =
        Blobs.convert(
                tar()
                    .dir("etc/")
                    .mode(0750)
                    .owner(1000, 2000)
                    .ownerNames("alice", "staff")
                    .file("etc/os-release", "NAME=x\n")
                    .mode(04755)
                    .owner(7, 4294967294L)
                    .xattr("user.a", new byte[] {1, 2})
                    .symlink("etc/release", "os-release")
                    .hardlink("again", "etc/os-release")
                    .symlink("loop", "loop")
                    .symlink("up", "etc/..")
                    .symlink("etc/far", "/big")
                    .charDevice("null", 1, 3)
                    .file("big/data", pattern(10_000))
                    .file(latin1("\u00ff"), "byte".getBytes(UTF_8)))
            .open();
    files = TreeFileSystem.of(reader.tree());
  }

  @AfterEach
  void closeReader() throws IOException {
    reader.close();
  }

  private Path path(String path) {
    return files.getPath(path);
  }

  // ---- reading

  @Test
  void files_are_read() throws IOException {
    assertThat(Files.readString(path("/etc/os-release"))).isEqualTo("NAME=x\n");
    assertThat(Files.readString(path("etc/release"))).isEqualTo("NAME=x\n");
    assertThat(Files.readString(path("up/up/again"))).isEqualTo("NAME=x\n");
    assertThat(Files.readAllBytes(path("big/data"))).isEqualTo(pattern(10_000));
    assertThat(Files.readAllLines(path("again"))).containsExactly("NAME=x");
    assertThat(Files.size(path("big/data"))).isEqualTo(10_000);
  }

  @Test
  void channels_seek() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(path("big/data"))) {
      ByteBuffer buffer = ByteBuffer.allocate(4);
      channel.position(9_998).read(buffer);
      assertThat(buffer.position()).isEqualTo(2);
      assertThat(buffer.get(0)).isEqualTo(pattern(10_000)[9_998]);
    }
  }

  @Test
  void a_walk_comes_to_every_file_once_in_order() throws IOException {
    try (Stream<Path> walk = Files.walk(path("/"))) {
      assertThat(walk.map(Path::toString))
          .containsExactly(
              "/",
              "/.no.prefetch.landmark",
              "/again",
              "/big",
              "/big/data",
              "/etc",
              "/etc/far",
              "/etc/os-release",
              "/etc/release",
              "/loop",
              "/null",
              "/up",
              "/\\xFF");
    }
    assertThatThrownBy(
            () -> {
              try (Stream<Path> walk = Files.walk(path("/up"), FileVisitOption.FOLLOW_LINKS)) {
                walk.forEach(each -> {});
              }
            })
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(FileSystemLoopException.class);
  }

  @Test
  void directories_are_listed_with_filters() throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path("etc"), "os-*")) {
      assertThat(stream).containsExactly(path("etc/os-release"));
      assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path(""))) {
      assertThat(stream).contains(path("etc"), path("up"));
    }
    assertThatThrownBy(closed(path("etc"))::iterator).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Files.newDirectoryStream(path("again")))
        .isInstanceOf(NotDirectoryException.class);
  }

  private static DirectoryStream<Path> closed(Path directory) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      return stream;
    }
  }

  @Test
  void what_is_listed_can_be_opened_whatever_its_bytes() throws IOException {
    List<String> contents = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path("/"), "\\\\x*")) {
      for (Path path : stream) {
        contents.add(Files.readString(path));
      }
    }
    assertThat(contents).containsExactly("byte");
    assertThat(Files.readString(path("\\xFF"))).isEqualTo("byte");
  }

  @Test
  void a_walk_from_what_is_shown_of_bytes_comes_to_names_that_are_bytes() throws IOException {
    byte[] content = "byte".getBytes(UTF_8);
    try (StargzReader bytes = Blobs.convert(tar().file(latin1("a\u00ff/b\u00fe"), content)).open();
        FileSystem shown = TreeFileSystem.of(bytes.tree());
        Stream<Path> walk = Files.walk(shown.getPath("/a\\xFF"))) {
      List<String> contents = new ArrayList<>();
      for (Path each : walk.filter(Files::isRegularFile).toList()) {
        contents.add(Files.readString(each));
      }
      assertThat(contents).containsExactly("byte");
    }
  }

  @Test
  void a_tree_is_copied_to_the_platforms_file_system(@TempDir Path temp) throws IOException {
    Path target = temp.resolve("copy");
    try (Stream<Path> walk = Files.walk(path("/etc"))) {
      for (Path each : walk.toList()) {
        Path to = target.resolve(path("/etc").relativize(each).toString());
        Files.copy(each, to, StandardCopyOption.COPY_ATTRIBUTES); // the platform copies no links
      }
    }
    assertThat(target.resolve("os-release")).hasContent("NAME=x\n");
    assertThat(target.resolve("release")).hasContent("NAME=x\n");
    assertThat(Files.getLastModifiedTime(target.resolve("os-release")))
        .isEqualTo(FileTime.fromMillis(1_000_000_000_000L));
  }

  @Test
  void links_are_read_and_real_paths_have_none() throws IOException {
    assertThat(Files.readSymbolicLink(path("up"))).isEqualTo(path("etc/.."));
    assertThatThrownBy(() -> Files.readSymbolicLink(path("etc")))
        .isInstanceOf(NotLinkException.class);
    assertThat(path("up/./etc/release").toRealPath()).isEqualTo(path("/etc/os-release"));
    assertThat(path("up").toRealPath()).isEqualTo(path("/"));
    assertThat(path("etc/far/data").toRealPath()).isEqualTo(path("/big/data"));
    assertThat(path("./up").toRealPath(NOFOLLOW_LINKS)).isEqualTo(path("/up"));
    assertThatThrownBy(() -> path("nothing").toRealPath()).isInstanceOf(NoSuchFileException.class);
    assertThat(Files.isSameFile(path("again"), path("up/etc/release"))).isTrue();
    assertThat(Files.isSameFile(path("again"), path("big/data"))).isFalse();
    assertThat(Files.isSameFile(path("again"), Path.of("/"))).isFalse();
  }

  @Test
  void what_is_not_there_or_no_file_cant_be_read() throws IOException {
    assertThatThrownBy(() -> Files.readString(path("nothing")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("nothing");
    assertThatThrownBy(() -> Files.readString(path("loop")))
        .isInstanceOf(FileSystemLoopException.class);
    assertThatThrownBy(() -> Files.readString(path("etc")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Is a directory");
    assertThatThrownBy(() -> Files.newInputStream(path("null")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Not a regular file");
    assertThatThrownBy(() -> Files.newInputStream(path("etc/release"), NOFOLLOW_LINKS))
        .isInstanceOf(FileSystemException.class);
    assertThat(Files.exists(path("loop"))).isFalse();
    assertThat(Files.exists(path("loop"), NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.notExists(path("again/x"))).isTrue();
  }

  @Test
  void a_hard_link_without_content_says_so() throws IOException {
    byte[] blob = Forge.blob().withToc(Forge.toc("{'name':'a','type':'hardlink','linkName':'b'}"));
    try (StargzReader dead = StargzReader.open(RandomAccessSource.of(blob));
        FileSystem its = TreeFileSystem.of(dead.tree())) {
      assertThatThrownBy(() -> Files.readString(its.getPath("a")))
          .isInstanceOf(CorruptException.class);
      assertThat(Files.readAttributes(its.getPath("a"), PosixFileAttributes.class).isOther())
          .isTrue();
    }
  }

  // ---- attributes

  @Test
  void posix_attributes_are_those_of_the_tar() throws IOException {
    PosixFileAttributes etc = Files.readAttributes(path("etc"), PosixFileAttributes.class);
    assertThat(PosixFilePermissions.toString(etc.permissions())).isEqualTo("rwxr-x---");
    assertThat(etc.owner().getName()).isEqualTo("alice");
    assertThat(etc.group().getName()).isEqualTo("staff");
    assertThat(etc.isDirectory()).isTrue();
    PosixFileAttributes file = Files.readAttributes(path("again"), PosixFileAttributes.class);
    assertThat(file.owner().getName()).isEqualTo("7");
    assertThat(file.group().getName()).isEqualTo("4294967294");
    assertThat(file.size()).isEqualTo(7);
    assertThat(file.lastModifiedTime()).isEqualTo(FileTime.fromMillis(1_000_000_000_000L));
    assertThat(file.fileKey()).isEqualTo(Files.getAttribute(path("etc/os-release"), "fileKey"));
    assertThat(Files.getOwner(path("etc")).getName()).isEqualTo("alice");
    assertThat(Files.getPosixFilePermissions(path("etc"))).hasSize(5);
    assertThat(Files.isSymbolicLink(path("up"))).isTrue();
  }

  @Test
  void unix_attributes_are_named_as_the_platforms() throws IOException {
    Map<String, Object> again = Files.readAttributes(path("again"), "unix:*");
    assertThat(again)
        .containsEntry("mode", 0104755)
        .containsEntry("nlink", 2)
        .containsEntry("uid", 7)
        .containsEntry("size", 7L)
        .containsKey("ctime");
    assertThat(again.get("ino")).isEqualTo(Files.getAttribute(path("etc/release"), "unix:ino"));
    assertThat(Files.getAttribute(path("null"), "unix:rdev")).isEqualTo(0x103L);
    assertThat(Files.getAttribute(path("up"), "unix:mode", NOFOLLOW_LINKS)).isEqualTo(0120777);
    assertThat(Files.readAttributes(path("etc"), "posix:owner,group")).hasSize(2);
    assertThat(Files.readAttributes(path("etc"), "size,isDirectory"))
        .containsEntry("isDirectory", true);
    assertThatThrownBy(() -> Files.readAttributes(path("etc"), "posix:nothing"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Files.readAttributes(path("etc"), "dos:*"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void extended_attributes_have_their_full_names() throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path("etc/release"), UserDefinedFileAttributeView.class);
    assertThat(view.list()).containsExactly("user.a");
    assertThat(view.size("user.a")).isEqualTo(2);
    ByteBuffer value = ByteBuffer.allocate(5);
    assertThat(view.read("user.a", value)).isEqualTo(2);
    assertThat(value.array()).startsWith(1, 2);
    assertThatThrownBy(() -> view.size("user.b")).isInstanceOf(FileSystemException.class);
    assertThat(Files.getAttribute(path("again"), "user:user.a")).isEqualTo(new byte[] {1, 2});
  }

  @Test
  void access_is_what_the_mode_says_but_never_to_write() {
    assertThat(Files.isReadable(path("etc/os-release"))).isTrue();
    assertThat(Files.isExecutable(path("etc/os-release"))).isTrue();
    assertThat(Files.isExecutable(path("big/data"))).isFalse();
    assertThat(Files.isExecutable(path("big"))).isTrue();
    assertThat(Files.isWritable(path("etc"))).isFalse();
    assertThatThrownBy(() -> files.provider().checkAccess(path("again"), AccessMode.WRITE))
        .isInstanceOf(AccessDeniedException.class);
  }

  // ---- never changed

  @Test
  void whatever_would_change_a_file_is_refused() {
    Path file = path("again");
    List<ThrowingCallable> changes =
        List.of(
            () -> Files.delete(file),
            () -> Files.createDirectory(path("new")),
            () -> Files.createFile(path("new")),
            () -> Files.writeString(file, "x"),
            () -> Files.newByteChannel(file, StandardOpenOption.WRITE),
            () -> Files.newByteChannel(file, StandardOpenOption.APPEND),
            () -> Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE),
            () -> Files.copy(file, path("new")),
            () -> Files.move(file, path("new")),
            () -> Files.setLastModifiedTime(file, FileTime.fromMillis(0)),
            () -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx")),
            () -> Files.setOwner(file, Files.getOwner(file)),
            () -> Files.setAttribute(file, "unix:mode", 0));
    for (int i = 0; i < changes.size(); i++) {
      assertThatThrownBy(changes.get(i))
          .as("change %d", i)
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
  }

  @Test
  void it_says_what_it_is() throws IOException {
    assertThat(files.isReadOnly()).isTrue();
    assertThat(files.getRootDirectories()).containsExactly(path("/"));
    assertThat(files.provider().getScheme()).isEqualTo("stargz");
    assertThat(Files.getFileStore(path("etc")).isReadOnly()).isTrue();
    assertThat(files.supportedFileAttributeViews()).contains("basic", "posix", "unix", "user");
    assertThat(files.getFileStores()).hasSize(1);
  }

  @Test
  void once_closed_it_reads_nothing_and_the_tree_stays_open() throws IOException {
    files.close();
    assertThat(files.isOpen()).isFalse();
    assertThatThrownBy(() -> Files.readString(path("again")))
        .isInstanceOf(ClosedFileSystemException.class);
    assertThat(reader.tree().open(reader.tree().lookUp("again")).readAllBytes()).hasSize(7);
  }
}
