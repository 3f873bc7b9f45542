package dev.stargz.format;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that converts each file named {@code *.gz} and reads all of each {@code *.stargz}, in
 * whatever memory its JVM was given. It prints a line each: name, outcome, milliseconds of CPU
 * time, message, with tabs between. The outcome is {@code accepted}, {@code hangs}, or the class of
 * what was thrown.
 */
final class TryInputs {
  private static final int SECONDS = 30;

  private TryInputs() {}

  public static void main(String[] files) throws Exception {
    for (String name : files) {
      Path file = Path.of(name);
      FutureTask<String> task = new FutureTask<>(() -> tried(file));
      Thread thread = new Thread(task);
      thread.setDaemon(true);
      thread.start();
      String outcome;
      try {
        outcome = task.get(SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        outcome = "hangs\t0\tfor " + SECONDS + " seconds";
      }
      System.out.println(file.getFileName() + "\t" + outcome.replace('\n', ' '));
    }
    System.exit(0); // whatever still hangs
  }

  private static String tried(Path file) {
    long start = cpuTime();
    String outcome = "accepted";
    String message = "";
    try {
      if (file.toString().endsWith(".stargz")) {
        readAll(file);
      } else {
        convert(file);
      }
    } catch (Throwable e) {
      outcome = e.getClass().getName();
      message = start(String.valueOf(e.getMessage()));
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(cpuTime() - start);
    return outcome + "\t" + millis + "\t" + message;
  }

  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String start(String message) {
    return message.substring(0, Math.min(200, message.length()));
  }

  private static void convert(Path file) throws IOException {
    WriterOptions options = WriterOptions.builder().threads(1).level(1).build();
    try (InputStream in = Files.newInputStream(file)) {
      new StargzWriter(options).write(in, OutputStream.nullOutputStream());
    }
  }

  private static void readAll(Path file) throws IOException {
    StargzException refused = null;
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(file))) {
      for (TocEntry entry : reader.toc().entries()) {
        try {
          read(reader, entry);
        } catch (StargzException e) {
          refused = e;
        }
      }
      reader.tree();
    }
    if (refused != null) {
      throw refused;
    }
  }

  private static void read(StargzReader reader, TocEntry entry) throws IOException {
    if (entry.type() == TocEntryType.REGULAR) {
      try (InputStream in = reader.open(entry)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    if (entry.type() == TocEntryType.HARDLINK) {
      reader.find(entry.name());
    }
  }
}
