package dev.stargz.cli;

/**
 * All options of a conversion, by theme.
 *
 * @param common those of every command
 * @param log what is said on the way
 * @param layer how layers are written
 * @param image what becomes of an image
 * @param credentials who we are
 * @param connection how registries are talked to
 */
record ConvertOptions(
    CommonOptions common,
    LogOptions log,
    LayerOptions layer,
    ImageOptions image,
    CredentialOptions credentials,
    ConnectionOptions connection) {}
