package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeflaterPoolTest {
  /** Counts the encoders it makes and those that were closed. */
  private static final class CountingEngine implements DeflateEngine {
    private final List<Integer> made = new ArrayList<>();
    private int closed;

    @Override
    public String id() {
      return "counting";
    }

    @Override
    public String version(int level) {
      return "v" + level;
    }

    @Override
    public int minLevel() {
      return 1;
    }

    @Override
    public int maxLevel() {
      return 3;
    }

    @Override
    public boolean encodesParts() {
      return true;
    }

    @Override
    public RawDeflater newDeflater(int level) {
      made.add(level);
      return new RawDeflater() {
        @Override
        public void deflate(byte[] input, int offset, int length, DeflateBuffer output) {
          output.append(input, offset, length);
        }

        @Override
        public void deflatePart(byte[] input, int offset, int length, DeflateBuffer output) {
          output.append(input, offset, 1);
        }

        @Override
        public void close() {
          closed++;
        }
      };
    }
  }

  private final CountingEngine engine = new CountingEngine();
  private final DeflaterPool pool = new DeflaterPool(engine);

  @Test
  void it_is_the_engine_by_another_way() {
    assertThat(pool.id()).isEqualTo("counting");
    assertThat(pool.version(2)).isEqualTo("v2");
    assertThat(pool.minLevel()).isEqualTo(1);
    assertThat(pool.maxLevel()).isEqualTo(3);
    assertThat(pool.encodesParts()).isTrue();
    DeflateBuffer output = new DeflateBuffer();
    try (RawDeflater deflater = pool.newDeflater(1)) {
      deflater.deflate(new byte[9], 2, 5, output);
      deflater.deflatePart(new byte[9], 2, 5, output);
    }
    assertThat(output.length()).isEqualTo(6);
  }

  @Test
  void an_encoder_that_was_closed_is_the_next_one() {
    pool.newDeflater(1).close();
    RawDeflater first = pool.newDeflater(1);
    RawDeflater second = pool.newDeflater(1);
    first.close();
    second.close();
    pool.newDeflater(1);
    pool.newDeflater(1);

    assertThat(engine.made).containsExactly(1, 1);
    assertThat(engine.closed).isZero();
  }

  @Test
  void encoders_of_another_level_are_others() {
    pool.newDeflater(1).close();
    pool.newDeflater(3).close();
    pool.newDeflater(1);

    assertThat(engine.made).containsExactly(1, 3);
  }

  @Test
  void closing_frees_idle_encoders_and_later_those_at_work() {
    RawDeflater atWork = pool.newDeflater(1);
    pool.newDeflater(1).close();

    pool.close();
    pool.close();
    assertThat(engine.closed).isEqualTo(1);
    atWork.close();
    assertThat(engine.closed).isEqualTo(2);
  }

  @Test
  void an_encoder_is_given_back_once_and_not_used_after() {
    RawDeflater deflater = pool.newDeflater(1);
    deflater.close();
    deflater.close();
    DeflateBuffer output = new DeflateBuffer();

    assertThatThrownBy(() -> deflater.deflate(new byte[1], 0, 1, output))
        .isInstanceOf(IllegalStateException.class);
    pool.newDeflater(1);
    pool.newDeflater(1);
    assertThat(engine.made).hasSize(2);
  }
}
