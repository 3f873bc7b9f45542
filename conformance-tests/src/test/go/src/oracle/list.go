package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/containerd/stargz-snapshotter/estargz"
	digest "github.com/opencontainers/go-digest"
)

// list prints the files of a blob as the library's reader shows them.
func list(args []string, out io.Writer) error {
	if len(args) < 1 || len(args) > 2 {
		return fmt.Errorf("list takes a blob and at most one TOC digest\n%s", usage)
	}
	file, section, err := openSection(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	reader, err := estargz.Open(section)
	if err != nil {
		return fmt.Errorf("open %s: %w", args[0], err)
	}
	w := walk{reader: reader, contents: map[*estargz.TOCEntry]content{}, above: map[*estargz.TOCEntry]bool{}}
	if len(args) == 2 {
		if w.verifier, err = reader.VerifyTOC(digest.Digest(args[1])); err != nil {
			return fmt.Errorf("verify the TOC: %w", err)
		}
	}
	// A blob without any entry has no root either.
	if root, ok := reader.Lookup(""); ok {
		if err := w.visit("", root); err != nil {
			return err
		}
	}
	return printLines(w.lines, out)
}

func openSection(name string) (*os.File, *io.SectionReader, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, io.NewSectionReader(file, 0, info.Size()), nil
}

// content is what reading a regular file found.
type content struct {
	sha256 string
	chunks [][2]int64
}

// walk collects the lines of one blob.
type walk struct {
	reader   *estargz.Reader
	verifier estargz.TOCEntryVerifier // nil: nothing is verified
	lines    []line
	contents map[*estargz.TOCEntry]content // each file is read once, however many names it has
	above    map[*estargz.TOCEntry]bool    // the directories from the root to here
}

// visit adds the lines of p and of all below. A hardlink to a directory can make that directory its
// own descendant: such a one is listed and not entered.
func (w *walk) visit(p string, entry *estargz.TOCEntry) error {
	l := lineOf(p, entry)
	if entry.Type == "reg" {
		c, err := w.contentOf(entry)
		if err != nil {
			return fmt.Errorf("%q: %w", p, err)
		}
		l.Sha256, l.Chunks = c.sha256, c.chunks
	}
	w.lines = append(w.lines, l)
	if w.above[entry] {
		return nil
	}
	w.above[entry] = true
	defer delete(w.above, entry)
	var failed error
	entry.ForeachChild(func(name string, child *estargz.TOCEntry) bool {
		failed = w.visit(path.Join(p, name), child)
		return failed == nil
	})
	return failed
}

func lineOf(p string, entry *estargz.TOCEntry) line {
	return line{
		Path:     p,
		Type:     entry.Type,
		Size:     entry.Size,
		Mode:     entry.Mode,
		UID:      entry.UID,
		GID:      entry.GID,
		Uname:    entry.Uname,
		Gname:    entry.Gname,
		Mtime:    entry.ModTime().Unix(),
		Linkname: entry.LinkName,
		DevMajor: int64(entry.DevMajor),
		DevMinor: int64(entry.DevMinor),
		Xattrs:   entry.Xattrs,
		Nlink:    entry.NumLink,
	}
}

// contentOf reads a regular file chunk by chunk.
func (w *walk) contentOf(entry *estargz.TOCEntry) (content, error) {
	if c, ok := w.contents[entry]; ok {
		return c, nil
	}
	file, err := w.reader.OpenFile(entry.Name)
	if err != nil {
		return content{}, err
	}
	c, hash := content{}, sha256.New()
	for position := int64(0); position < entry.Size; {
		chunk, err := w.chunkAt(entry, position)
		if err != nil {
			return content{}, err
		}
		payload := make([]byte, chunk.ChunkSize)
		if n, err := file.ReadAt(payload, position); n < len(payload) {
			return content{}, fmt.Errorf("read the chunk at %d: %d of %d bytes: %w", position, n, len(payload), err)
		}
		if err := w.verify(chunk, payload); err != nil {
			return content{}, err
		}
		hash.Write(payload)
		c.chunks = append(c.chunks, [2]int64{chunk.Offset, chunk.ChunkSize})
		position += chunk.ChunkSize
	}
	c.sha256 = hex.EncodeToString(hash.Sum(nil))
	if w.verifier != nil && entry.Digest != "" && entry.Digest != "sha256:"+c.sha256 {
		return content{}, fmt.Errorf("content is sha256:%s, the TOC says %s", c.sha256, entry.Digest)
	}
	w.contents[entry] = c
	return c, nil
}

// chunkAt looks the chunk up by the entry's own name: by a hardlink's name the library finds no chunk
// but the first.
func (w *walk) chunkAt(entry *estargz.TOCEntry, position int64) (*estargz.TOCEntry, error) {
	chunk, ok := w.reader.ChunkEntryForOffset(entry.Name, position)
	if !ok {
		return nil, fmt.Errorf("no chunk at %d of %d bytes", position, entry.Size)
	}
	if chunk.ChunkOffset != position || chunk.ChunkSize <= 0 || chunk.ChunkSize > entry.Size-position {
		return nil, fmt.Errorf("the chunk at %d of %d bytes claims chunkOffset %d, chunkSize %d",
			position, entry.Size, chunk.ChunkOffset, chunk.ChunkSize)
	}
	return chunk, nil
}

func (w *walk) verify(chunk *estargz.TOCEntry, payload []byte) error {
	if w.verifier == nil {
		return nil
	}
	verifier, err := w.verifier.Verifier(chunk)
	if err != nil {
		return err
	}
	if _, err := verifier.Write(payload); err != nil {
		return err
	}
	if !verifier.Verified() {
		return fmt.Errorf("the chunk at %d, offset %d in the blob, does not match its digest",
			chunk.ChunkOffset, chunk.Offset)
	}
	return nil
}
