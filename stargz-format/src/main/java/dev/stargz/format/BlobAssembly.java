package dev.stargz.format;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.gzip.BlobOutput;
import dev.stargz.format.gzip.MemberListener;
import dev.stargz.format.gzip.MemberWriter;
import dev.stargz.format.listing.TocBuilder;
import dev.stargz.format.listing.TocDraft;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarBlock;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEncoder;
import dev.stargz.format.toc.TocEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Puts a blob together: tar entries one after the other, each payload in members of its own; then
 * the TOC and the footer. FORMAT.md, "The blob".
 */
final class BlobAssembly {
  private static final int END_OF_ARCHIVE = 2 * TarBlock.SIZE;

  private final WriterOptions options;
  private final Warnings warnings;
  private final BlobOutput blob;
  private final MemberWriter members;
  private final Runnable progress;
  private final TocBuilder tocBuilder;

  /** Starts a blob; {@code progress} runs after each entry and each chunk. */
  BlobAssembly(
      WriterOptions options,
      Warnings warnings,
      BlobOutput blob,
      MemberWriter members,
      Runnable progress) {
    this.progress = progress;
    this.options = options;
    this.warnings = warnings;
    this.blob = blob;
    this.members = members;
    this.tocBuilder = new TocBuilder(options.chunkSize());
  }

  /** Appends a landmark; the dialect of 2019 has none. */
  void appendLandmark(Landmark landmark) throws IOException {
    if (options.format() == BlobFormat.ESTARGZ) {
      byte[] tar = new byte[2 * TarBlock.SIZE];
      byte[] header = TarBlock.plainHeader(landmark.entryName(), 1);
      System.arraycopy(header, 0, tar, 0, TarBlock.SIZE);
      tar[TarBlock.SIZE] = Landmark.CONTENT;
      TarReader reader = new TarReader(new ByteArrayInputStream(tar), 0, 0);
      TarEntry entry = reader.next();
      if (entry != null) {
        append(reader, entry);
      }
    }
  }

  /** Appends the entry that {@code tar} stands at: header, payload and padding as they are. */
  void append(TarReader tar, TarEntry entry) throws IOException {
    if (members.memberSize() >= options.chunkSize()) {
      members.startMember(0, MemberListener.NONE);
    }
    members.write(tar.header(), 0, tar.headerLength());
    if (entry.kind() == EntryKind.GLOBAL_RECORDS) {
      return;
    }
    TocDraft draft = tocBuilder.add(entry, link -> warnBelow(entry, link.text()));
    if (entry.size() > 0) {
      appendPayload(tar, entry.size(), draft);
      byte[] padding = tar.padding();
      members.write(padding, 0, padding.length);
    }
    progress.run();
  }

  private void warnBelow(TarEntry entry, String link) {
    warnings.add(
        Kind.BELOW_SYMLINK,
        entry.name(),
        "entry '" + entry.name() + "' lies below the symbolic link '" + link + "'");
  }

  private void appendPayload(TarReader tar, long size, TocDraft draft) throws IOException {
    int chunkSize = options.chunkSize();
    MessageDigest sha256 = size > chunkSize ? Digest.sha256() : null;
    for (long left = size; left > 0; left -= chunkSize) {
      int n = (int) Math.min(chunkSize, left);
      members.startMember(n, draft.addChunk()::memberAt);
      members.transfer(tar::read, n, sha256);
      progress.run();
    }
    if (sha256 != null) {
      draft.digest(Digest.of(sha256));
    }
  }

  /** Writes TOC and footer of a blob made from {@code source}. */
  WrittenBlob finish(SourceFacts source) throws IOException {
    members.drain();
    Iterable<TocEntry> entries = tocBuilder.build(this::warnDangling);
    long tocOffset = blob.position();
    Digest tocDigest = writeToc(entries);
    byte[] footer = options.format().footer(tocOffset);
    blob.write(footer, 0, footer.length);
    long size = blob.position();
    return new WrittenBlob(
        blob.finish(),
        size,
        members.diffId(),
        members.uncompressedSize(),
        tocDigest,
        tocOffset,
        source.size(),
        source.diffId(),
        source.tail(),
        warnings.all());
  }

  private void warnDangling(TarEntry link) {
    warnings.add(
        Kind.DANGLING_HARDLINK,
        link.name(),
        "hard link '"
            + link.name()
            + "' goes to '"
            + link.linkName()
            + "', which is not in this layer: other readers of the format refuse the whole layer");
  }

  /** Writes the member that holds the TOC's tar entry and the end of the archive. */
  private Digest writeToc(Iterable<TocEntry> entries) throws IOException {
    HashingOutput counted = new HashingOutput(null);
    TocEncoder.encode(entries, counted);
    try (OutputStream member = members.streamMember()) {
      member.write(TarBlock.plainHeader(Toc.ENTRY_NAME, counted.size));
      HashingOutput json = new HashingOutput(member);
      TocEncoder.encode(entries, json);
      member.write(new byte[TarBlock.padding(json.size) + END_OF_ARCHIVE]);
      return Digest.of(json.sha256);
    }
  }

  /** Counts and hashes what is written to a stream, or to none. */
  private static final class HashingOutput extends OutputStream {
    private final @Nullable OutputStream out;
    private final MessageDigest sha256 = Digest.sha256();
    private long size;

    HashingOutput(@Nullable OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      size += length;
      if (out != null) {
        sha256.update(bytes, offset, length);
        out.write(bytes, offset, length);
      }
    }
  }
}
