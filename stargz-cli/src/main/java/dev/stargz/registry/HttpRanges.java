package dev.stargz.registry;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a resource, each asked for when it is needed: neighbours in one request, up to four
 * requests at once.
 */
final class HttpRanges implements RandomAccessSource {
  private static final int AT_ONCE = 4;
  private static final int IDLE_SECONDS = 5;

  private final RemoteResource resource;

  /** Whoever asks: threads of this source, or callers of their own. */
  private final Semaphore requests = new Semaphore(AT_ONCE);

  private @Nullable ThreadPoolExecutor threads;

  HttpRanges(PartRequests requests) {
    this.resource = new RemoteResource(requests);
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public OptionalLong knownSize() {
    return resource.size();
  }

  @Override
  public Tail readTail(int length) throws IOException {
    return new TailFetch(resource, length).fetch();
  }

  @Override
  public List<byte[]> read(List<Range> ranges) throws IOException {
    for (Range range : ranges) {
      if (range.length() > resource.size().orElse(Long.MAX_VALUE) - range.offset()) {
        throw new EOFException(
            resource.requests().where() + "no bytes at " + range.offset() + "+" + range.length());
      }
    }
    List<byte[]> parts = new ArrayList<>(Collections.nCopies(ranges.size(), new byte[0]));
    List<RangeGroup> groups = RangeGroup.of(ranges);
    List<byte[]> merged = fetch(groups);
    for (int i = 0; i < groups.size(); i++) {
      for (int place : groups.get(i).places()) {
        int from = (int) (ranges.get(place).offset() - groups.get(i).offset());
        int length = ranges.get(place).length();
        byte[] all = merged.get(i);
        parts.set(place, length == all.length ? all : Arrays.copyOfRange(all, from, from + length));
      }
    }
    return parts;
  }

  private List<byte[]> fetch(List<RangeGroup> groups) throws IOException {
    if (groups.size() == 1) {
      return List.of(fetch(groups.get(0)));
    }
    List<Future<byte[]>> tasks = new ArrayList<>();
    try {
      for (RangeGroup group : groups) {
        tasks.add(threads().submit(() -> fetch(group)));
      }
      List<byte[]> fetched = new ArrayList<>();
      for (Future<byte[]> task : tasks) {
        fetched.add(task.get());
      }
      return fetched;
    } catch (ExecutionException e) {
      resource.checkOpen();
      throw rethrown(e);
    } catch (CancellationException | RejectedExecutionException e) {
      resource.checkOpen();
      throw new IOException(resource.requests().where() + "closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while parts were fetched");
    } finally {
      tasks.forEach(task -> task.cancel(true));
    }
  }

  private byte[] fetch(RangeGroup group) throws IOException {
    try {
      requests.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while others fetched parts");
    }
    try {
      return new PartFetch(resource, group.offset(), group.length()).fetch();
    } finally {
      requests.release();
    }
  }

  private static IOException rethrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  /** They end when there is nothing to do. */
  private synchronized ThreadPoolExecutor threads() throws IOException {
    resource.checkOpen();
    ThreadPoolExecutor made = threads;
    if (made == null) {
      made =
          new ThreadPoolExecutor(
              AT_ONCE,
              AT_ONCE,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              task -> {
                Thread thread = new Thread(task, "stargzify-ranges");
                thread.setDaemon(true);
                return thread;
              });
      made.allowCoreThreadTimeOut(true);
      threads = made;
    }
    return made;
  }

  @Override
  public void close() throws IOException {
    resource.close();
    synchronized (this) {
      if (threads != null) {
        for (Runnable waiting : threads.shutdownNow()) {
          ((Future<?>) waiting).cancel(false); // else somebody would wait for it for ever
        }
      }
    }
  }
}
