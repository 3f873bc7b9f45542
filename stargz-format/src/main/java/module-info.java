/**
 * Writes and reads seekable tar.gz layers (stargz, eStargz). Knows nothing of images or registries.
 */
@SuppressWarnings("requires-automatic") // JNA has a module's name, but no descriptor
module dev.stargz.format {
  requires com.fasterxml.jackson.core;
  requires org.apache.commons.compress;
  requires static com.github.luben.zstd_jni;
  requires static com.sun.jna;
  requires static org.jspecify;

  exports dev.stargz.format;
  exports dev.stargz.format.blob;
  exports dev.stargz.format.deflate;
  exports dev.stargz.format.nio;
  exports dev.stargz.format.toc;
  exports dev.stargz.format.tree;
}
