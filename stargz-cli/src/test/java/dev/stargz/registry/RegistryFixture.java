package dev.stargz.registry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A registry, a connection to it, and a clock that stands still until it is moved. */
abstract class RegistryFixture {
  final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  final List<String> log = Collections.synchronizedList(new ArrayList<>());
  final Map<String, String> environment = new HashMap<>();
  final MovedClock clock = new MovedClock();
  private final List<RegistryConnection> connections = new ArrayList<>();
  FakeRegistry registry;

  @BeforeEach
  void startRegistry() throws Exception {
    registry = FakeRegistry.start();
  }

  @AfterEach
  void stopRegistry() throws Exception {
    for (RegistryConnection connection : connections) {
      connection.close();
    }
    registry.close();
  }

  RegistryOptions.Builder options() {
    return RegistryOptions.builder()
        .environment(environment)
        .timeout(Duration.ofSeconds(20))
        .clock(clock)
        .log(log::add)
        .sleeper(pauses::add);
  }

  RegistryConnection connect() throws Exception {
    return connect(options());
  }

  /** Closed after the test. */
  RegistryConnection connect(RegistryOptions.Builder options) throws Exception {
    RegistryConnection connection = RegistryConnection.open(options.build());
    connections.add(connection);
    return connection;
  }

  RegistrySource source(String image) throws Exception {
    return source(connect(), image);
  }

  RegistrySource source(RegistryConnection connection, String image) throws Exception {
    return (RegistrySource) connection.source(registry.reference(image));
  }

  Request get(String path) {
    Repository repository = registry.repository("a/b");
    return Request.of(repository, "GET", repository.uri(path));
  }

  /** Time as the test has it. */
  static final class MovedClock extends Clock {
    private volatile Instant now = Instant.parse("2025-01-01T00:00:00Z");

    void move(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
