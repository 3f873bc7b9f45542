package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.ConverterOptions.Reuse;
import dev.stargz.image.LayerWork.Treatment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LayerConverterTest extends ConverterFixture {
  @TempDir Path parent;

  @Test
  @Timeout(10)
  void a_layer_that_stays_unconverted_gives_its_room_back_before_it_is_copied() throws IOException {
    TarFixture linked = tar().hardlink("b", "a").end();
    Descriptor layer = from.put(MediaTypes.OCI_LAYER_GZIP, linked.gzip());
    LayerWork work =
        new LayerWork(Treatment.CONVERT, layer, Optional.of(ContentDigest.of(linked.bytes())));
    ConverterOptions options = ConverterOptions.builder().reuse(Reuse.OFF).build();
    try (dev.stargz.image.TempDir temp = dev.stargz.image.TempDir.create(Optional.of(parent))) {
      BlobTransfer transfer =
          new BlobTransfer(from.source("a"), to.target("b"), temp, new DiskBudget(10), options);
      LayerReuse reuse =
          new LayerReuse(new EarlierResults("key", Set.of()), transfer, options.reuse());
      LayerOutcome outcome =
          new LayerConverter(from.source("a"), transfer, reuse, options, options.writer())
              .run(work);
      assertThat(outcome.action()).isEqualTo(Action.COPIED);
      assertThat(outcome.arrival()).isEqualTo(Arrival.PUSHED);
      assertThat(temp.path()).isEmptyDirectory();
    }
    assertThat(to.blob(layer.digest())).isEqualTo(linked.gzip());
    assertThat(parent).isEmptyDirectory();
  }
}
