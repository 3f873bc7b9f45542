package dev.stargz.registry;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.protocol.HttpContext;

/** Sockets on top of channels: those end what blocks when its thread is interrupted. */
final class ChannelSockets {
  private ChannelSockets() {}

  private static Socket create() throws IOException {
    Socket socket = SocketChannel.open().socket();
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** Without encryption. */
  static final class Plain extends PlainConnectionSocketFactory {
    @Override
    public Socket createSocket(HttpContext context) throws IOException {
      return create();
    }
  }

  /** With TLS on top. */
  static final class Tls extends SSLConnectionSocketFactory {
    Tls(SSLContext context, boolean anyHost) {
      super(context, verifier(anyHost));
    }

    private static HostnameVerifier verifier(boolean anyHost) {
      return anyHost
          ? NoopHostnameVerifier.INSTANCE
          : SSLConnectionSocketFactory.getDefaultHostnameVerifier();
    }

    @Override
    public Socket createSocket(HttpContext context) throws IOException {
      return create();
    }
  }
}
