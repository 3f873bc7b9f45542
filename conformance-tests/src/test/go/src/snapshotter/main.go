// Snapshotter serves containerd's stargz snapshotter, the lazy reader of images, on a Unix socket: a
// daemon around the library, which no Debian package has. It fetches nothing ahead, so that a registry's
// access log shows what its readers really read, and mounts no layer whose TOC it can't verify.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"

	snapshotsapi "github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/contrib/snapshotservice"
	"github.com/containerd/stargz-snapshotter/fs/config"
	"github.com/containerd/stargz-snapshotter/service"
	"github.com/containerd/stargz-snapshotter/service/resolver"
	"github.com/sirupsen/logrus"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
)

// fetchSize is how many bytes a read fetches at least: less than the library's own, so that a small
// layer isn't fetched whole with its first file.
const fetchSize = 50000

func main() {
	root := flag.String("root", "", "`directory` for everything the snapshotter keeps")
	address := flag.String("address", "", "Unix `socket` to listen on")
	plainHTTP := flag.String("plain-http", "", "registry `host:port` that speaks HTTP without TLS")
	flag.Parse()
	logrus.SetFormatter(&logrus.JSONFormatter{})
	logrus.SetLevel(logrus.DebugLevel) // it says at this level which layers are lazy
	if err := run(*root, *address, *plainHTTP); err != nil {
		fmt.Fprintln(os.Stderr, "snapshotter:", err)
		os.Exit(1)
	}
}

func run(root, address, plainHTTP string) error {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGTERM, unix.SIGINT)
	defer stop()
	snapshotter, err := service.NewStargzSnapshotterService(ctx, root, configuration(plainHTTP))
	if err != nil {
		return err
	}
	defer snapshotter.Close() // unmounts
	listener, err := net.Listen("unix", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	snapshotsapi.RegisterSnapshotsServer(server, snapshotservice.FromSnapshotter(snapshotter))
	go func() {
		<-ctx.Done()
		server.Stop()
	}()
	return server.Serve(listener)
}

func configuration(plainHTTP string) *service.Config {
	return &service.Config{
		Config: config.Config{
			NoPrefetch:        true,
			NoBackgroundFetch: true,
			NoPrometheus:      true,
			BlobConfig:        config.BlobConfig{ChunkSize: fetchSize},
		},
		ResolverConfig: service.ResolverConfig{
			Host: map[string]resolver.HostConfig{
				plainHTTP: {Mirrors: []resolver.MirrorConfig{{Host: plainHTTP, Insecure: true}}},
			},
		},
	}
}
