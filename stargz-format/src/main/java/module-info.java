/**
 * Writes and reads seekable tar.gz layers (stargz, eStargz). Knows nothing of images or registries.
 */
module dev.stargz.format {
  requires com.fasterxml.jackson.core;
  requires org.apache.commons.compress;
  requires static com.github.luben.zstd_jni;
  requires static org.jspecify;

  exports dev.stargz.format;
  exports dev.stargz.format.blob;
  exports dev.stargz.format.deflate;
  exports dev.stargz.format.toc;
}
