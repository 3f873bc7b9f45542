package dev.stargz.image;

import dev.stargz.format.WriterOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How an {@link ImageConverter} converts. Immutable. */
public final class ConverterOptions {
  /** Whether results of earlier runs are taken. */
  public enum Reuse {
    /** If their annotations say that they were made of the same layer in the same way. */
    AUTO,
    /** If, beyond that, the blob itself proves what it was made from. */
    VERIFY,
    /** Never. */
    OFF
  }

  /** What becomes of attestations in an index. */
  public enum Attestations {
    /** They are kept and refer to the converted image. */
    RELINK,
    /** They go. */
    DROP,
    /** They stay as they are. */
    AS_IS
  }

  private static final ConverterOptions DEFAULTS = builder().build();

  private final WriterOptions writer;
  private final Reuse reuse;
  private final List<ImageSource> reuseFrom;
  private final Attestations attestations;
  private final List<Platform> platforms;
  private final boolean onlyPlatforms;
  private final boolean keepMediaTypes;
  private final boolean includeForeign;
  private final boolean force;
  private final boolean flatten;
  private final boolean upgrade;
  private final boolean dryRun;
  private final Optional<ImageTarget> meta;
  private final List<String> tags;
  private final Optional<String> backupTag;
  private final int parallelLayers;
  private final ConversionListener listener;

  private ConverterOptions(Builder builder) {
    writer = builder.writer;
    reuse = builder.reuse;
    reuseFrom = builder.reuseFrom;
    attestations = builder.attestations;
    platforms = builder.platforms;
    onlyPlatforms = builder.onlyPlatforms;
    keepMediaTypes = builder.keepMediaTypes;
    includeForeign = builder.includeForeign;
    force = builder.force;
    flatten = builder.flatten;
    upgrade = builder.upgrade;
    dryRun = builder.dryRun;
    meta = builder.meta;
    tags = builder.tags;
    backupTag = builder.backupTag;
    parallelLayers = builder.parallelLayers;
    listener = builder.listener;
    if (parallelLayers < 1) {
      throw new IllegalArgumentException("parallelLayers: expected 1 or more");
    }
    if (onlyPlatforms && platforms.isEmpty()) {
      throw new IllegalArgumentException("onlyPlatforms: expected platforms to keep");
    }
    if (backupTag.isPresent() && !upgrade) {
      throw new IllegalArgumentException("backupTag: expected upgrade");
    }
  }

  /** All images are converted, earlier results reused, nothing is dropped. */
  public static ConverterOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** How layers are written; its executor and progress are not used. */
  public WriterOptions writer() {
    return writer;
  }

  /** Whether earlier results are taken. */
  public Reuse reuse() {
    return reuse;
  }

  /** Where earlier results may be besides the target itself. */
  public List<ImageSource> reuseFrom() {
    return reuseFrom;
  }

  /** What becomes of attestations. */
  public Attestations attestations() {
    return attestations;
  }

  /** Which images of an index are converted; all if there are none. */
  public List<Platform> platforms() {
    return platforms;
  }

  /** Whether images of other platforms are dropped; they are kept as they are unless set. */
  public boolean onlyPlatforms() {
    return onlyPlatforms;
  }

  /** Whether Docker's media types stay; they become OCI's unless set. */
  public boolean keepMediaTypes() {
    return keepMediaTypes;
  }

  /** Whether layers that registries needn't hold are fetched and become plain ones. */
  public boolean includeForeign() {
    return includeForeign;
  }

  /** Whether layers that already are a stargz are converted again. */
  public boolean force() {
    return force;
  }

  /** Whether all layers of an image become one. */
  public boolean flatten() {
    return flatten;
  }

  /** Whether the target is the source's own tag, which must not move meanwhile. */
  public boolean upgrade() {
    return upgrade;
  }

  /** Whether nothing is written, only decided. */
  public boolean dryRun() {
    return dryRun;
  }

  /** Where to write a variant that has the config and no files. */
  public Optional<ImageTarget> meta() {
    return meta;
  }

  /** Further tags for the result. */
  public List<String> tags() {
    return tags;
  }

  /** The tag that keeps what an upgraded tag stood for. */
  public Optional<String> backupTag() {
    return backupTag;
  }

  /** How many layers are worked on at once; each may take its blob's size on disk. */
  public int parallelLayers() {
    return parallelLayers;
  }

  /** Learns how it goes. */
  public ConversionListener listener() {
    return listener;
  }

  /** Where temporary files go. */
  Optional<Path> tempDir() {
    return writer.tempDir();
  }

  /** Collects options; what isn't set keeps its default. */
  public static final class Builder {
    private WriterOptions writer = WriterOptions.defaults();
    private Reuse reuse = Reuse.AUTO;
    private List<ImageSource> reuseFrom = List.of();
    private Attestations attestations = Attestations.RELINK;
    private List<Platform> platforms = List.of();
    private boolean onlyPlatforms;
    private boolean keepMediaTypes;
    private boolean includeForeign;
    private boolean force;
    private boolean flatten;
    private boolean upgrade;
    private boolean dryRun;
    private Optional<ImageTarget> meta = Optional.empty();
    private List<String> tags = List.of();
    private Optional<String> backupTag = Optional.empty();
    private int parallelLayers = 3;
    private ConversionListener listener = ConversionListener.NONE;

    private Builder() {}

    /** Sets {@link ConverterOptions#writer()}. */
    public Builder writer(WriterOptions writer) {
      this.writer = writer;
      return this;
    }

    /** Sets {@link ConverterOptions#reuse()}. */
    public Builder reuse(Reuse reuse) {
      this.reuse = reuse;
      return this;
    }

    /** Sets {@link ConverterOptions#reuseFrom()}; the sources stay open. */
    public Builder reuseFrom(List<ImageSource> reuseFrom) {
      this.reuseFrom = List.copyOf(reuseFrom);
      return this;
    }

    /** Sets {@link ConverterOptions#attestations()}. */
    public Builder attestations(Attestations attestations) {
      this.attestations = attestations;
      return this;
    }

    /** Sets {@link ConverterOptions#platforms()}. */
    public Builder platforms(List<Platform> platforms) {
      this.platforms = List.copyOf(platforms);
      return this;
    }

    /** Sets {@link ConverterOptions#onlyPlatforms()}. */
    public Builder onlyPlatforms(boolean onlyPlatforms) {
      this.onlyPlatforms = onlyPlatforms;
      return this;
    }

    /** Sets {@link ConverterOptions#keepMediaTypes()}. */
    public Builder keepMediaTypes(boolean keepMediaTypes) {
      this.keepMediaTypes = keepMediaTypes;
      return this;
    }

    /** Sets {@link ConverterOptions#includeForeign()}. */
    public Builder includeForeign(boolean includeForeign) {
      this.includeForeign = includeForeign;
      return this;
    }

    /** Sets {@link ConverterOptions#force()}. */
    public Builder force(boolean force) {
      this.force = force;
      return this;
    }

    /** Sets {@link ConverterOptions#flatten()}. */
    public Builder flatten(boolean flatten) {
      this.flatten = flatten;
      return this;
    }

    /** Sets {@link ConverterOptions#upgrade()}. */
    public Builder upgrade(boolean upgrade) {
      this.upgrade = upgrade;
      return this;
    }

    /** Sets {@link ConverterOptions#dryRun()}. */
    public Builder dryRun(boolean dryRun) {
      this.dryRun = dryRun;
      return this;
    }

    /** Sets {@link ConverterOptions#meta()}; the target stays open. */
    public Builder meta(ImageTarget meta) {
      this.meta = Optional.of(meta);
      return this;
    }

    /** Sets {@link ConverterOptions#tags()}. */
    public Builder tags(List<String> tags) {
      this.tags = List.copyOf(tags);
      return this;
    }

    /** Sets {@link ConverterOptions#backupTag()}. */
    public Builder backupTag(String backupTag) {
      this.backupTag = Optional.of(backupTag);
      return this;
    }

    /** Sets {@link ConverterOptions#parallelLayers()}. */
    public Builder parallelLayers(int parallelLayers) {
      this.parallelLayers = parallelLayers;
      return this;
    }

    /** Sets {@link ConverterOptions#listener()}. */
    public Builder listener(ConversionListener listener) {
      this.listener = listener;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if they contradict each other
     */
    public ConverterOptions build() {
      return new ConverterOptions(this);
    }
  }
}
