package dev.stargz.cli;

/** What SRC and DST name: a layer, or an image somewhere. */
sealed interface Location permits FileLocation, ImageLocation, UrlLocation {
  /** The forms that there are, for messages. */
  String FORMS =
      "expected an image as HOST/NAME:TAG, oci:DIR[:TAG], oci-archive:FILE or docker-archive:FILE,"
          + " or a layer as file:PATH";

  /**
   * Reads an argument of a conversion.
   *
   * @param role SRC or DST, for messages
   * @throws UsageException if it is none of the forms
   */
  static Location parse(String role, String argument) {
    if (argument.startsWith(FileLocation.SCHEME)) {
      return FileLocation.parse(role, argument);
    }
    return ImageLocation.parse(role, argument);
  }

  /** Whether it is standard input as a source, and standard output as a target. */
  boolean isStream();
}
