package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/**
 * A registry may be slow, and whoever wants the digest may ask late: neither changes what is pushed
 * under which digest.
 */
class SlowTargetTest extends ConverterFixture {
  private static final int LAYERS = 3;

  @Test
  void digests_are_those_of_the_bytes_however_late_these_are_taken() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).layer(tar().file("more", "y").end()).tag("a");
    CyclicBarrier all = new CyclicBarrier(LAYERS);
    ImageTarget slow = new SlowTarget(to.target("b"), all);
    ConversionReport report =
        new ImageConverter(ConverterOptions.builder().parallelLayers(LAYERS).build())
            .convert(from.source("a"), slow);
    assertThat(report.layers()).hasSize(LAYERS);
    for (ConversionReport.Layer layer : report.layers()) {
      Descriptor target = layer.target().orElseThrow();
      assertThat(target.digest().matches(to.blob(target.digest()))).isTrue();
    }
    assertThat(report.root()).contains(fastResult());
  }

  private RawManifest fastResult() throws IOException {
    MemoryPlace other = new MemoryPlace("other");
    return new ImageConverter(ConverterOptions.builder().parallelLayers(1).build())
        .convert(from.source("a"), other.target("c"))
        .root()
        .orElseThrow();
  }

  /** Takes the first byte of each layer, and the rest when all layers have come that far. */
  private static final class SlowTarget extends TargetBehind {
    private final CyclicBarrier all;

    SlowTarget(ImageTarget target, CyclicBarrier all) {
      super(target);
      this.all = all;
    }

    @Override
    public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
        throws IOException {
      boolean layer = blob.mediaType().equals(MediaTypes.OCI_LAYER_GZIP);
      try (InputStream in = content.open()) {
        int first = in.read();
        if (layer) {
          await();
        }
        byte[] rest = in.readAllBytes();
        byte[] bytes = new byte[rest.length + 1];
        bytes[0] = (byte) first;
        System.arraycopy(rest, 0, bytes, 1, rest.length);
        super.pushBlob(blob, BlobContent.of(bytes), listener);
      }
    }

    private void await() throws InterruptedIOException {
      try {
        all.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new InterruptedIOException();
      }
    }
  }
}
