package dev.stargz.extract;

/** Counts what is written, and tells the listener. Safe for many threads. */
final class Progress {
  private final ExtractListener listener;
  private final long allFiles;
  private final long allBytes;
  private long files;
  private long bytes;

  Progress(ExtractListener listener, Plan plan) {
    this.listener = listener;
    this.allFiles = plan.files().size();
    this.allBytes = plan.bytes();
  }

  synchronized void wrote(long moreBytes) {
    bytes += moreBytes;
    tell();
  }

  synchronized void completed() {
    files++;
    tell();
  }

  private void tell() {
    listener.progress(new ExtractListener.Progress(files, allFiles, bytes, allBytes));
  }

  /** The bytes so far. */
  synchronized long bytes() {
    return bytes;
  }
}
