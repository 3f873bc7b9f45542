package dev.stargz.extract;

import com.sun.jna.Native;
import dev.stargz.format.blob.EntryName;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What makes files, relative to open directories: no name leads elsewhere, and symbolic links are
 * not followed, whoever put them there and when. Safe for many threads.
 */
final class Linux {
  /** The permissions that directories are made with. */
  static final int NEW_DIRECTORY = 0700;

  private static final int AT_FDCWD = -100;

  // asm-generic/fcntl.h, which both platforms go by
  private static final int O_WRONLY = 01;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_PATH = 010000000;

  /** linux/fs.h. */
  private static final int RENAME_NOREPLACE = 1;

  private static final long MAX_MAJOR = (1 << 12) - 1;
  private static final long MAX_MINOR = (1 << 20) - 1;

  private final LinuxAbi abi;

  private Linux(LinuxAbi abi) {
    this.abi = abi;
  }

  /** The one binding of this process, made by the first who asks. */
  private static final class Binding {
    static final Optional<String> FAILURE = bind();

    private static Optional<String> bind() {
      try {
        Libc.bind();
        return Optional.empty();
      } catch (NoClassDefFoundError e) {
        return Optional.of("add the library net.java.dev.jna:jna, by which it is called");
      } catch (LinkageError e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * The calls of this machine.
   *
   * @throws ExtractException if it is no Linux on a processor that is known here, or JNA is missing
   */
  static Linux load() throws ExtractException {
    String system = System.getProperty("os.name", "");
    String processor = System.getProperty("os.arch", "");
    LinuxAbi abi = abi(system, processor);
    if (Binding.FAILURE.isPresent()) {
      throw new ExtractException(
          "files can't be extracted, because the C library can't be called: "
              + Binding.FAILURE.get());
    }
    return new Linux(abi);
  }

  /** The numbers of a machine. */
  static LinuxAbi abi(String system, String processor) throws ExtractException {
    return LinuxAbi.of(system, processor)
        .orElseThrow(
            () ->
                new ExtractException(
                    "files are extracted on Linux alone, on x86-64 and aarch64: found "
                        + system
                        + " on "
                        + processor
                        + "; ls and cat work there, and gunzip and tar unpack a layer"));
  }

  // ---- opening; the descriptors are the caller's to close

  /** Opens a directory by its path, symbolic links followed. */
  int openRoot(Path path) throws CallFailedException {
    Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    byte[] name = FileName.terminated(path.toAbsolutePath().toString().getBytes(charset));
    return open(AT_FDCWD, name, abi.directory());
  }

  /** Opens a directory in another; fails on a symbolic link. */
  int openDirectory(int directory, EntryName name) throws CallFailedException, ExtractException {
    return open(directory, FileName.in(name), abi.directory() | abi.noFollow());
  }

  /** Makes a regular file that wasn't there and opens it for writing; nobody else may read it. */
  OpenNode createFile(int directory, EntryName name) throws CallFailedException, ExtractException {
    int flags = O_WRONLY | O_CREAT | O_EXCL | abi.noFollow();
    return new OpenNode(open(directory, FileName.in(name), flags), /* pathOnly= */ false);
  }

  /** Opens anything but a directory, a symbolic link itself too, for its attributes alone. */
  OpenNode openNode(int directory, EntryName name) throws CallFailedException, ExtractException {
    int descriptor = open(directory, FileName.in(name), O_PATH | abi.noFollow());
    return new OpenNode(descriptor, /* pathOnly= */ true);
  }

  private static int open(int directory, byte[] name, int flags) throws CallFailedException {
    int descriptor;
    do {
      descriptor = Libc.openat(directory, name, flags | O_CLOEXEC, 0600);
    } while (descriptor < 0 && Native.getLastError() == Errno.EINTR.number());
    checked("openat", descriptor);
    return descriptor;
  }

  static void close(int descriptor) {
    // nothing is lost by what it may answer: the kernel has all bytes, and the descriptor is gone
    Libc.close(descriptor);
  }

  // ---- making and removing names

  void makeDirectory(int directory, EntryName name) throws CallFailedException, ExtractException {
    checked("mkdirat", Libc.mkdirat(directory, FileName.in(name), NEW_DIRECTORY));
  }

  void makeSymbolicLink(EntryName target, int directory, EntryName name)
      throws CallFailedException, ExtractException {
    checked("symlinkat", Libc.symlinkat(FileName.target(target), directory, FileName.in(name)));
  }

  /**
   * Makes a device or a pipe.
   *
   * @param kind of {@code st_mode}, without permissions
   */
  void makeNode(int directory, EntryName name, int kind, long major, long minor)
      throws CallFailedException, ExtractException {
    if (major < 0 || major > MAX_MAJOR || minor < 0 || minor > MAX_MINOR) {
      throw new ExtractException(
          "a device " + major + ":" + minor + ": Linux has numbers to 4095:1048575");
    }
    checked(
        "mknodat",
        Libc.syscall(abi.mknodat(), directory, FileName.in(name), kind, device(major, minor)));
  }

  /** As the kernel and the C library have it: {@code new_encode_dev} of linux/kdev_t.h. */
  static long device(long major, long minor) {
    return (minor & 0xff) | (major << 8) | ((minor & ~0xffL) << 12);
  }

  /** Gives a file a further name; of a symbolic link, the link itself. */
  void link(int fromDirectory, EntryName from, int toDirectory, EntryName to)
      throws CallFailedException, ExtractException {
    checked(
        "linkat", Libc.linkat(fromDirectory, FileName.in(from), toDirectory, FileName.in(to), 0));
  }

  /** Removes the name of anything but a directory. */
  void unlink(int directory, EntryName name) throws CallFailedException, ExtractException {
    checked("unlinkat", Libc.unlinkat(directory, FileName.in(name), 0));
  }

  /** Removes a name if it is there and can be removed. */
  void tryUnlink(int directory, EntryName name) {
    try {
      unlink(directory, name);
    } catch (CallFailedException | ExtractException e) {
      // something else went wrong before, and that is the failure to tell
    }
  }

  /** Renames in a directory; replaces what has the name, unless it is a directory. */
  void rename(int directory, EntryName from, EntryName to)
      throws CallFailedException, ExtractException {
    checked("renameat", Libc.renameat(directory, FileName.in(from), directory, FileName.in(to)));
  }

  /** Renames in a directory, and fails if something has the name. */
  void renameNew(int directory, EntryName from, EntryName to)
      throws CallFailedException, ExtractException {
    try {
      checked(
          "renameat2",
          Libc.syscall(
              abi.renameat2(),
              directory,
              FileName.in(from),
              directory,
              FileName.in(to),
              RENAME_NOREPLACE));
    } catch (CallFailedException e) {
      if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOSYS) {
        throw e;
      }
      renameByLink(directory, from, to); // the kernel or the file system doesn't know how
    }
  }

  /** The same for file systems that can't rename so. */
  void renameByLink(int directory, EntryName from, EntryName to)
      throws CallFailedException, ExtractException {
    link(directory, from, directory, to);
    unlink(directory, from);
  }

  /** Whose the files are that the process makes: its user. */
  long uid() {
    return Integer.toUnsignedLong(Libc.geteuid());
  }

  /** Whose the files are that the process makes: its group. */
  long gid() {
    return Integer.toUnsignedLong(Libc.getegid());
  }

  /** Fails if a call did. */
  static void checked(String call, long result) throws CallFailedException {
    if (result < 0) {
      throw new CallFailedException(call, Native.getLastError());
    }
  }
}
