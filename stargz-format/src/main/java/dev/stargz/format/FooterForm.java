package dev.stargz.format;

import dev.stargz.format.toc.Footer;

/** How a blob ends, and so who finds its TOC. FORMAT.md, "Footer". */
public enum FooterForm {
  /** 47 bytes, as CRFS's tools of 2019 write and read them. */
  STARGZ,
  /** 51 bytes, as eStargz tools write and read them. */
  ESTARGZ,
  /** 51 bytes, the last 47 of which are a footer of the other form: both kinds of tools read it. */
  UNIVERSAL;

  static FooterForm of(Footer footer) {
    if (footer.universal()) {
      return UNIVERSAL;
    }
    return footer.size() == Footer.STARGZ_SIZE ? STARGZ : ESTARGZ;
  }

  /** Whether readers that know the 47 bytes of 2019 alone find the TOC. */
  public boolean isOf2019() {
    return this != ESTARGZ;
  }

  /** Whether readers that know the 51 bytes of eStargz alone find the TOC. */
  public boolean isEstargz() {
    return this != STARGZ;
  }
}
