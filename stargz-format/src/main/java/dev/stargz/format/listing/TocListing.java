package dev.stargz.format.listing;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The entries of a TOC in their order, made while they are iterated over: content at its place in
 * the tar, under the name that stands for it, links to it behind.
 */
final class TocListing implements Iterable<TocEntry> {
  private static final Digest NO_CONTENT = Digest.of(new byte[0]);

  /** 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z: what RFC 3339 can say. */
  private static final long FIRST_SECOND = -62135596800L;

  private static final long LAST_SECOND = 253402300799L;

  private final List<TocDraft> drafts;
  private final ReadableNames names;
  private final long chunkSize;
  private final Map<TocDraft, List<TocDraft>> earlyLinks = new HashMap<>();

  TocListing(List<TocDraft> drafts, ReadableNames names, long chunkSize) {
    this.drafts = drafts;
    this.names = names;
    this.chunkSize = chunkSize;
    for (TocDraft draft : drafts) {
      if (isLink(draft) && isEarly(draft)) {
        earlyLinks.computeIfAbsent(origin(draft), each -> new ArrayList<>(1)).add(draft);
      }
    }
  }

  @Override
  public Iterator<TocEntry> iterator() {
    return drafts.stream().flatMap(draft -> entriesOf(draft).stream()).iterator();
  }

  /** What stands in the TOC for one tar entry: itself, its chunks and early links, or nothing. */
  private List<TocEntry> entriesOf(TocDraft draft) {
    List<TocEntry> entries = new ArrayList<>(1 + draft.chunkCount());
    if (draft.origin == draft && draft.canonical != null) {
      addContent(draft, draft.canonical, entries);
      for (TocDraft link : earlyLinks.getOrDefault(draft, List.of())) {
        entries.add(link(link));
      }
    } else if (isLink(draft) && !isEarly(draft)) {
      entries.add(link(draft));
    }
    return entries;
  }

  /** Whether a draft is listed as a hard link. */
  private static boolean isLink(TocDraft draft) {
    boolean standsForContent = draft.origin != null && draft.origin.canonical == draft;
    return draft.isHardlink() && draft.bound && !standsForContent;
  }

  /** Whether a link stands in the tar before its content. */
  private static boolean isEarly(TocDraft link) {
    return origin(link).index() > link.index();
  }

  private static TocDraft origin(TocDraft draft) {
    return draft.origin == null ? draft : draft.origin;
  }

  private TocEntry link(TocDraft draft) {
    EntryName stored = draft.entry().linkName();
    EntryName path = stored.cleaned();
    TocDraft target = draft.origin == null ? null : draft.origin.canonical;
    if (target != null) {
      stored = target.entry().name();
      path = target.path();
    }
    EntryName linkName = stored.withoutDotSlash();
    return header(draft, draft, TocEntryType.HARDLINK)
        .linkName(linkName, names.ofStored(linkName, path))
        .build();
  }

  private void addContent(TocDraft content, TocDraft named, List<TocEntry> entries) {
    TarEntry entry = content.entry();
    TocEntry.Builder first = header(content, named, TocBuilder.type(entry.kind()));
    if (entry.kind() == EntryKind.SYMLINK) {
      first.linkName(entry.linkName(), null);
    }
    if (entry.kind() == EntryKind.REGULAR) {
      first.size(entry.size()).digest(entry.size() == 0 ? NO_CONTENT : content.digest());
    }
    for (int i = 0; i < content.chunkCount(); i++) {
      TocEntry.Builder chunk = i == 0 ? first : further(named);
      long size = i == content.chunkCount() - 1 ? 0 : chunkSize;
      chunk
          .place(content.chunkOffset(i), content.innerOffset(i))
          .chunk(i * chunkSize, size, content.chunkDigest(i));
      entries.add(chunk.build());
    }
    if (content.chunkCount() == 0) {
      entries.add(first.build());
    }
  }

  private TocEntry.Builder further(TocDraft named) {
    EntryName name = named.entry().name();
    return new TocEntry.Builder(name, TocEntryType.CHUNK)
        .readableName(names.ofStored(name, named.path()));
  }

  /** The header data of {@code draft} under the name of {@code named}. */
  private TocEntry.Builder header(TocDraft draft, TocDraft named, TocEntryType type) {
    TarEntry entry = draft.entry();
    EntryName name = named.entry().name();
    return new TocEntry.Builder(name, type)
        .readableName(names.ofStored(name, named.path()))
        .modTime(Math.max(FIRST_SECOND, Math.min(LAST_SECOND, entry.mtime())))
        .mode(entry.mode())
        .user(entry.uid(), entry.userName())
        .group(entry.gid(), entry.groupName())
        .device(entry.devMajor(), entry.devMinor())
        .xattrs(entry.xattrs());
  }
}
