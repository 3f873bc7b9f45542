package dev.stargz.cli;

import dev.stargz.format.BlobFormat;
import dev.stargz.image.ConverterOptions.Attestations;
import dev.stargz.image.ConverterOptions.Reuse;
import dev.stargz.image.Platform;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How option values become values; what they throw, picocli turns into a usage error. */
final class Converters {
  private Converters() {}

  /** {@code --format}. */
  static final class ToBlobFormat implements ITypeConverter<BlobFormat> {
    @Override
    public BlobFormat convert(String value) {
      return choose(BlobFormat.values(), value);
    }
  }

  /** {@code --deflater}. */
  static final class ToDeflaterName implements ITypeConverter<DeflaterName> {
    @Override
    public DeflaterName convert(String value) {
      return choose(DeflaterName.values(), value);
    }
  }

  /** {@code --progress}. */
  static final class ToProgressMode implements ITypeConverter<ProgressMode> {
    @Override
    public ProgressMode convert(String value) {
      return choose(ProgressMode.values(), value);
    }
  }

  /** {@code --color}. */
  static final class ToColorMode implements ITypeConverter<ColorMode> {
    @Override
    public ColorMode convert(String value) {
      return choose(ColorMode.values(), value);
    }
  }

  /** {@code --reuse}. */
  static final class ToReuse implements ITypeConverter<Reuse> {
    @Override
    public Reuse convert(String value) {
      return choose(Reuse.values(), value);
    }
  }

  /** {@code --attestations}. */
  static final class ToAttestations implements ITypeConverter<Attestations> {
    @Override
    public Attestations convert(String value) {
      return choose(Attestations.values(), value);
    }
  }

  /** {@code --platform}. */
  static final class ToPlatform implements ITypeConverter<Platform> {
    @Override
    public Platform convert(String value) {
      try {
        return Platform.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** {@code --chunk-size}: bytes, or KiB and MiB as {@code k} and {@code m}. */
  static final class ToByteCount implements ITypeConverter<Integer> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([kKmM]?)");

    @Override
    public Integer convert(String value) {
      Matcher matcher = FORM.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "expected bytes, such as 4194304 or 4m, found '" + value + "'");
      }
      int shift =
          switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            default -> 0;
          };
      return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(matcher.group(1)) << shift);
    }
  }

  /** The value that is spelled that way. */
  static <E extends Enum<E>> E choose(E[] values, String name) {
    for (E value : values) {
      if (spelling(value).equals(name)) {
        return value;
      }
    }
    throw none(Arrays.stream(values).map(Converters::spelling), name);
  }

  private static TypeConversionException none(Stream<String> names, String name) {
    return new TypeConversionException(
        "expected one of " + names.collect(Collectors.joining(", ")) + ", found '" + name + "'");
  }

  private static String spelling(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
