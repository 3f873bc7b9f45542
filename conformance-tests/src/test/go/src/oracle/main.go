// Oracle is this project's window on containerd's eStargz library, a reader and writer this project
// did not write. The conformance tests run it and compare what it prints with what the Java library
// says of the same bytes.
//
// It prints JSON on stdout. Any error goes to stderr, with exit code 1.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

const usage = `usage:
  oracle list BLOB [TOCDIGEST]    the files of an eStargz or stargz blob, one JSON line a path;
                                  with TOCDIGEST the TOC and every chunk are verified
  oracle tarlist TAR              the same lines from a plain or gzip tar
  oracle build IN.tar OUT [-chunk BYTES] [-level N] [-prioritized NAME,NAME]
                                  estargz.Build: the parallel writer
  oracle append IN.tar OUT [-chunk BYTES] [-level N]
                                  estargz.Writer: the single-threaded writer
`

func main() {
	// The library recurses without end on hardlinks in a circle: die of that early (exit code 2), not
	// after a GiB of stack.
	debug.SetMaxStack(64 << 20)
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

// run turns a panic of the library (it indexes into footers it has not measured) into an error.
func run(args []string, out io.Writer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the library panicked: %v", p)
		}
	}()
	if len(args) == 0 {
		return fmt.Errorf("no command\n%s", usage)
	}
	command, args := args[0], args[1:]
	switch command {
	case "list":
		return list(args, out)
	case "tarlist":
		return tarlist(args, out)
	case "build", "append":
		return write(command, args, out)
	}
	return fmt.Errorf("unknown command %q\n%s", command, usage)
}

// writeOptions are the flags of build and append.
type writeOptions struct {
	chunkSize   int
	level       int
	prioritized []string
}

// parseWriteOptions returns the flags, which may stand before, between and behind the other
// arguments, and those arguments.
func parseWriteOptions(command string, args []string) (writeOptions, []string, error) {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	chunkSize := flags.Int("chunk", 0, "most payload `bytes` in a chunk; 0 is the library's default")
	level := flags.Int("level", 9, "gzip `level`, 0 to 9")
	prioritized := new(string)
	if command == "build" {
		flags.StringVar(prioritized, "prioritized", "", "comma-separated `names` to move to the front")
	}
	var rest []string
	for {
		if err := flags.Parse(args); err != nil {
			return writeOptions{}, nil, err
		}
		if flags.NArg() == 0 {
			break
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
	options := writeOptions{chunkSize: *chunkSize, level: *level}
	if *prioritized != "" {
		options.prioritized = strings.Split(*prioritized, ",")
	}
	return options, rest, nil
}
