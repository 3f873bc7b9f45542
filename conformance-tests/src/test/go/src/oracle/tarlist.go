package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
)

// tarlist prints the file tree that extracting a tar would leave, read by Go's own archive/tar.
func tarlist(args []string, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("tarlist takes a tar\n%s", usage)
	}
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := gunzipped(bufio.NewReader(file))
	if err != nil {
		return err
	}
	t := tree{}
	if err := t.extract(tar.NewReader(in)); err != nil {
		return fmt.Errorf("read %s: %w", args[0], err)
	}
	return printLines(t.lines(), out)
}

func gunzipped(in *bufio.Reader) (io.Reader, error) {
	magic, err := in.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return in, nil
	}
	return gzip.NewReader(in)
}

// node is one file; hardlinks share it.
type node struct {
	line
	// target is the cleaned name a hardlink points to, as long as nothing of that name was seen.
	target *string
}

// tree maps cleaned names, exact bytes, to files.
type tree map[string]*node

// extract adds the tar's entries: a later one of the same name replaces an earlier one, a hardlink
// takes what its target is at that moment.
func (t tree) extract(in *tar.Reader) error {
	for {
		header, err := in.Next()
		if err == io.EOF {
			t.resolveForwardLinks()
			t.addParents()
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		n, err := t.nodeOf(header, in)
		if err != nil {
			return fmt.Errorf("%q: %w", header.Name, err)
		}
		t.put(clean(header.Name), n)
	}
}

func (t tree) nodeOf(header *tar.Header, in io.Reader) (*node, error) {
	if header.Typeflag == tar.TypeLink {
		target := clean(header.Linkname)
		if n, ok := t[target]; ok {
			return n, nil
		}
		return &node{line: metadata(header, "hardlink"), target: &target}, nil
	}
	n := &node{line: metadata(header, typeName(header.Typeflag))}
	if n.Type != "reg" {
		return n, nil
	}
	hash := sha256.New()
	size, err := io.Copy(hash, in)
	if err != nil {
		return nil, err
	}
	n.Size, n.Sha256 = size, hex.EncodeToString(hash.Sum(nil))
	return n, nil
}

func typeName(flag byte) string {
	switch flag {
	case tar.TypeReg, tar.TypeRegA, tar.TypeCont, tar.TypeGNUSparse:
		return "reg"
	case tar.TypeDir:
		return "dir"
	case tar.TypeSymlink:
		return "symlink"
	case tar.TypeChar:
		return "char"
	case tar.TypeBlock:
		return "block"
	case tar.TypeFifo:
		return "fifo"
	}
	return "other:" + readable(string(rune(flag)))
}

func metadata(header *tar.Header, typeName string) line {
	l := line{
		Type:   typeName,
		Mode:   header.Mode,
		UID:    header.Uid,
		GID:    header.Gid,
		Uname:  readable(header.Uname),
		Gname:  readable(header.Gname),
		Mtime:  header.ModTime.Unix(),
		Xattrs: xattrs(header),
	}
	switch typeName {
	case "symlink", "hardlink":
		l.Linkname, l.LinknameBase64 = readable(header.Linkname), []byte(header.Linkname)
	case "char", "block":
		l.DevMajor, l.DevMinor = header.Devmajor, header.Devminor
	}
	return l
}

func xattrs(header *tar.Header) map[string][]byte {
	const prefix = "SCHILY.xattr."
	found := map[string][]byte{}
	for key, value := range header.PAXRecords {
		if strings.HasPrefix(key, prefix) {
			found[readable(key[len(prefix):])] = []byte(value)
		}
	}
	return found
}

// put sets what stands at p. What was below a directory goes with it when p becomes something else.
func (t tree) put(p string, n *node) {
	if old, ok := t[p]; ok && old.Type == "dir" && n.Type != "dir" {
		for below := range t {
			if strings.HasPrefix(below, p+"/") {
				delete(t, below)
			}
		}
	}
	t[p] = n
}

// resolveForwardLinks gives hardlinks that stand before their target that target's file. One whose
// target is missing, or leads back to itself, stays a "hardlink".
func (t tree) resolveForwardLinks() {
	for p, n := range t {
		for steps := 0; n.target != nil && steps < len(t); steps++ {
			next, ok := t[*n.target]
			if !ok {
				break
			}
			n = next
		}
		if n.target == nil {
			t[p] = n
		}
	}
}

// addParents adds the directories that no entry names, with the attributes the eStargz library gives
// them.
func (t tree) addParents() {
	var missing []string
	for p := range t {
		for p != "" {
			p = parent(p)
			if _, ok := t[p]; !ok {
				missing = append(missing, p)
			}
		}
	}
	for _, p := range missing {
		t[p] = &node{line: line{Type: "dir", Mode: 0o755, Mtime: noTime}}
	}
}

// lines returns a line for each path, with its link count: a directory's is 2 and one for each
// directory in it, any other file's is the number of its names.
func (t tree) lines() []line {
	names, subdirectories := map[*node]int{}, map[string]int{}
	for p, n := range t {
		names[n]++
		if p != "" && n.Type == "dir" {
			subdirectories[parent(p)]++
		}
	}
	var all []line
	for p, n := range t {
		l := n.line
		l.Path, l.PathBase64 = readable(p), []byte(p)
		l.Nlink = names[n]
		if l.Type == "dir" {
			l.Nlink = 2 + subdirectories[p]
		}
		all = append(all, l)
	}
	return all
}
