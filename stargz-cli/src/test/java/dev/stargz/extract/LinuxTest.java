package dev.stargz.extract;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.EntryName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The border to the C library: what is let through, and what is said of failures. */
class LinuxTest {
  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "/", "a/b", "/a", "a/", "a\0b", "\0"})
  void no_name_leads_elsewhere(String name) {
    assertThatThrownBy(() -> FileName.in(EntryName.of(name))).isInstanceOf(ExtractException.class);
  }

  @Test
  void a_name_is_its_bytes_and_a_nul() throws ExtractException {
    assertThat(FileName.in(EntryName.of(latin1("\u00ff..")))).isEqualTo(latin1("\u00ff..\0"));
    assertThat(FileName.target(EntryName.of("../a/"))).isEqualTo(latin1("../a/\0"));
    assertThat(FileName.attribute("user.a")).isEqualTo(latin1("user.a\0"));
    assertThatThrownBy(() -> FileName.target(EntryName.of("a\0")))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining("NUL");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, X86_64",
    "Linux, x86_64, X86_64",
    "Linux, aarch64, AARCH64",
  })
  void machines_that_are_known(String system, String processor, LinuxAbi abi)
      throws ExtractException {
    assertThat(Linux.abi(system, processor)).isEqualTo(abi);
  }

  @ParameterizedTest
  @CsvSource({"Mac OS X, aarch64", "Linux, riscv64", "Windows 11, amd64"})
  void machines_that_are_not_known_are_an_error_that_names_them(String system, String processor) {
    assertThatThrownBy(() -> Linux.abi(system, processor))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining("on Linux alone, on x86-64 and aarch64")
        .hasMessageContaining("found " + system + " on " + processor);
  }

  @Test
  void a_failure_is_told_with_call_meaning_and_name() {
    assertThat(new CallFailedException("openat", 13))
        .hasMessage("openat: permission denied (EACCES)");
    assertThat(new CallFailedException("write", 28)).hasMessage("write: the disk is full (ENOSPC)");
    assertThat(new CallFailedException("write", 77)).hasMessage("write: failed (errno 77)");
  }

  @Test
  void what_was_left_out_is_a_sentence_of_each_kind() {
    assertThat(
            List.of(
                new LeftOut(LeftOut.Kind.DEVICE, 12, "dev/null").message(),
                new LeftOut(LeftOut.Kind.DEVICE, 1, "dev/null").message(),
                new LeftOut(LeftOut.Kind.OWNER, 345, "etc").message(),
                new LeftOut(LeftOut.Kind.XATTR, 1, "security.capability of ping").message()))
        .containsExactly(
            "12 devices were left out (first: dev/null): this process may not make them; that takes"
                + " root, outside of user namespaces, with CAP_MKNOD",
            "1 device was left out (first: dev/null): this process may not make them; that takes"
                + " root, outside of user namespaces, with CAP_MKNOD",
            "the owners of 345 files were left out (first: etc): this process may not set them; that"
                + " takes root, in a user namespace one that has these ids",
            "1 extended attribute was left out (first: security.capability of ping): this process may"
                + " not set them; that takes root, with CAP_SYS_ADMIN or CAP_SETFCAP");
  }

  /** To root of a container, too, who has it already. */
  @Test
  void no_warning_says_that_root_is_enough() {
    for (LeftOut.Kind kind : LeftOut.Kind.values()) {
      assertThat(new LeftOut(kind, 1, "f").message()).doesNotContain("needs root");
    }
  }

  @Test
  void what_was_left_out_is_spelled_for_the_first_alone() {
    LeftOuts leftOuts = new LeftOuts();
    leftOuts.add(LeftOut.Kind.OWNER, () -> "first");
    leftOuts.add(
        LeftOut.Kind.OWNER,
        () -> {
          throw new AssertionError("nobody will read it");
        });

    assertThat(leftOuts.all()).containsExactly(new LeftOut(LeftOut.Kind.OWNER, 2, "first"));
  }

  // ---- names that are taken

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_new_name_replaces_nothing_however_it_is_given(@TempDir Path temp) throws Exception {
    Files.writeString(temp.resolve("new"), "new");
    Files.writeString(temp.resolve("there"), "there");
    Linux linux = Linux.load();
    int directory = linux.openRoot(temp);
    EntryName from = EntryName.of("new");
    EntryName to = EntryName.of("there");

    assertThatThrownBy(() -> linux.renameNew(directory, from, to))
        .hasMessage("renameat2: something is there already (EEXIST)");
    assertThatThrownBy(() -> linux.renameByLink(directory, from, to))
        .hasMessage("linkat: something is there already (EEXIST)");
    linux.renameNew(directory, from, EntryName.of("a"));
    linux.renameByLink(directory, EntryName.of("a"), EntryName.of("b"));
    Linux.close(directory);

    assertThat(Extracted.list(temp)).containsExactly("b", "there");
    assertThat(temp.resolve("there")).hasContent("there");
    assertThat(temp.resolve("b")).hasContent("new");
  }
}
