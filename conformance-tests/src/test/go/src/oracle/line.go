package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"sort"
	"strings"
	"unicode/utf8"
)

// line is one path of a file tree, as list and tarlist print it.
type line struct {
	// Path is cleaned and relative to the root, which is "". Bytes that are no UTF-8 stand as \xNN.
	Path string `json:"path"`
	// PathBase64 holds the exact bytes of Path; tarlist alone knows them.
	PathBase64 []byte `json:"pathBase64,omitempty"`
	Type       string `json:"type"`
	Size       int64  `json:"size"`
	Mode       int64  `json:"mode"`
	UID        int    `json:"uid"`
	GID        int    `json:"gid"`
	Uname      string `json:"uname"`
	Gname      string `json:"gname"`
	// Mtime is in seconds since 1970; noTime when the source names no time.
	Mtime int64 `json:"mtime"`
	// Linkname is a symlink's target (and that of a hardlink which tarlist cannot resolve).
	Linkname       string            `json:"linkname,omitempty"`
	LinknameBase64 []byte            `json:"linknameBase64,omitempty"`
	DevMajor       int64             `json:"devMajor"`
	DevMinor       int64             `json:"devMinor"`
	Xattrs         map[string][]byte `json:"xattrs"`
	// Sha256 is the hex digest of a regular file's content.
	Sha256 string `json:"sha256,omitempty"`
	Nlink  int    `json:"nlink"`
	// Chunks are the (offset in the blob, uncompressed size) pairs of a regular file; list alone knows them.
	Chunks [][2]int64 `json:"chunks,omitempty"`
}

// noTime is Go's zero time, 1 January of the year 1, in Unix seconds: the mtime of an entry without one.
const noTime = -62135596800

// printLines writes the lines as JSON, sorted by path, then by its exact bytes.
func printLines(lines []line, out io.Writer) error {
	sort.Slice(lines, func(i, j int) bool {
		a, b := &lines[i], &lines[j]
		return a.Path < b.Path || a.Path == b.Path && bytes.Compare(a.PathBase64, b.PathBase64) < 0
	})
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for _, l := range lines {
		if l.Xattrs == nil {
			l.Xattrs = map[string][]byte{}
		}
		if err := encoder.Encode(l); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

// clean returns the name relative to the root; ".." never leaves it.
func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// parent returns the path of the directory that holds p. The root's parent is the root.
func parent(p string) string {
	return strings.TrimPrefix(path.Dir("/"+p), "/")
}

// readable returns s with each byte that is no UTF-8 as \xNN, NN in upper-case hex.
func readable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02X`, s[i])
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}
