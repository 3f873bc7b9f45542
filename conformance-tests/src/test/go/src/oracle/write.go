package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/containerd/stargz-snapshotter/estargz"
)

// written is what build and append print.
type written struct {
	TocDigest string `json:"tocDigest"`
	DiffID    string `json:"diffId"`
}

// write carries out build and append. A failed one leaves no output.
func write(command string, args []string, out io.Writer) error {
	options, names, err := parseWriteOptions(command, args)
	if err != nil {
		return err
	}
	if len(names) != 2 {
		return fmt.Errorf("%s takes an input and an output\n%s", command, usage)
	}
	in, section, err := openSection(names[0])
	if err != nil {
		return err
	}
	defer in.Close()
	blob, err := os.Create(names[1])
	if err != nil {
		return err
	}
	how := build
	if command == "append" {
		how = appendTar
	}
	result, err := how(section, blob, options)
	if closed := blob.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(names[1])
		return fmt.Errorf("%s %s: %w", command, names[0], err)
	}
	return json.NewEncoder(out).Encode(result)
}

// build uses the parallel writer. Its bytes depend on GOMAXPROCS.
func build(in *io.SectionReader, out io.Writer, options writeOptions) (written, error) {
	blob, err := estargz.Build(in,
		estargz.WithChunkSize(options.chunkSize),
		estargz.WithCompressionLevel(options.level),
		estargz.WithPrioritizedFiles(options.prioritized))
	if err != nil {
		return written{}, err
	}
	_, err = io.Copy(out, blob)
	if closed := blob.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return written{}, err
	}
	return written{TocDigest: blob.TOCDigest().String(), DiffID: blob.DiffID().String()}, nil
}

// appendTar uses the single-threaded writer, which knows neither landmarks nor an order.
func appendTar(in *io.SectionReader, out io.Writer, options writeOptions) (written, error) {
	writer := estargz.NewWriterLevel(out, options.level)
	writer.ChunkSize = options.chunkSize
	if err := writer.AppendTar(in); err != nil {
		return written{}, err
	}
	tocDigest, err := writer.Close()
	if err != nil {
		return written{}, err
	}
	return written{TocDigest: tocDigest.String(), DiffID: writer.DiffID()}, nil
}
