package dev.stargz.cli;

import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.deflate.LibdeflateMissingException;
import java.io.IOException;
import picocli.CommandLine.TypeConversionException;

/** The engines, by the names that {@code --deflater} takes. */
enum DeflaterName {
  JAVA,
  JDK,
  LIBDEFLATE;

  private static final String VARIABLE = "STARGZIFY_DEFLATER";

  /**
   * The one that the environment asks for.
   *
   * @param otherwise if it asks for none
   */
  static DeflateEngine engine(Invocation invocation, DeflateEngine otherwise) throws IOException {
    String name = invocation.variable(VARIABLE).orElse(otherwise.id());
    if (name.equals(otherwise.id())) {
      return otherwise;
    }
    try {
      return Converters.choose(values(), name).engine();
    } catch (TypeConversionException e) {
      throw new UsageException("Invalid value for variable " + VARIABLE + ": " + e.getMessage());
    }
  }

  /**
   * The engine.
   *
   * @throws IOException if it isn't there
   */
  DeflateEngine engine() throws IOException {
    try {
      return switch (this) {
        case JAVA -> DeflateEngine.java();
        case JDK -> DeflateEngine.jdk();
        case LIBDEFLATE -> DeflateEngine.libdeflate();
      };
    } catch (LibdeflateMissingException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
