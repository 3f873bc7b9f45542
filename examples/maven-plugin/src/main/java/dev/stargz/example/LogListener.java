package dev.stargz.example;

import dev.stargz.image.ConversionListener;
import dev.stargz.image.ConversionReport;
import dev.stargz.image.Descriptor;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.maven.plugin.logging.Log;

/** Tells Maven's log how a conversion goes: a line for each layer, and one now and then between. */
final class LogListener implements ConversionListener {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final Log log;
  private long last = System.nanoTime();

  LogListener(Log log) {
    this.log = log;
  }

  @Override
  public synchronized void planned(List<Descriptor> layers) {
    log.info(layers.size() + " layers to convert");
  }

  @Override
  public synchronized void progress(Descriptor layer, Phase phase, long done, long total) {
    if (System.nanoTime() - last > INTERVAL) {
      last = System.nanoTime();
      log.info(layer.digest() + ": " + word(phase) + ", " + done + " of " + total + " bytes");
    }
  }

  @Override
  public synchronized void layerDone(ConversionReport.Layer layer) {
    String to = layer.target().map(target -> " -> " + target.digest()).orElse("");
    log.info(layer.source().digest() + to + ": " + word(layer.action()));
  }

  @Override
  public synchronized void warning(String message) {
    log.warn(message);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
