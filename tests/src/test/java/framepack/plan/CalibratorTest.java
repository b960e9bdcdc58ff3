package framepack.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Slabs;
import framepack.tensor.core.Spec;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.meta.Call;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.op.Op;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calibration by a clock of its own, on a device that quickens as a young JVM does.
class CalibratorTest {
  private static final double FLOPS = 200e9; // a second, of every kind
  private static final double BYTES = 10e9;
  private static final double LEAST = 20e-6; // seconds of a call

  private final MetaBackend meta = new MetaBackend();
  private double now; // seconds

  private long nanos() {
    return Math.round(now * 1e9);
  }

  @AfterEach
  void close() {
    meta.close();
  }

  /// What takes the time of its work; ten times as long before its kind has run for 0.3 seconds, and three times before 0.7.
  private final class YoungDevice implements Backend {
    private final Map<OpKind, Double> ran = new EnumMap<>(OpKind.class);

    @Override
    public String name() {
      return "young";
    }

    @Override
    public String description() {
      return "young";
    }

    @Override
    public void run(Op op, List<View> inputs, List<View> outputs) {
      Call call = new Call(op, inputs.stream().map(v -> new Spec(v.dtype(), v.shape())).toList());
      double work = Math.max(LEAST, Math.max(call.flops() / FLOPS, call.bytes() / BYTES));
      double age = ran.getOrDefault(OpKind.of(op), 0.0);
      double took = work * (age < 0.3 ? 10 : age < 0.7 ? 3 : 1);
      ran.put(OpKind.of(op), age + took);
      now += took;
    }

    @Override
    public Slabs slabs() {
      return meta.slabs();
    }

    @Override
    public Storage allocate(long bytes) {
      return meta.allocate(bytes);
    }

    @Override
    public boolean isHost() {
      return false;
    }

    @Override
    public boolean hasValues() {
      return false;
    }

    @Override
    public void upload(MemorySegment from, View to) {}

    @Override
    public void close() {}
  }

  @Test
  void rates_are_those_of_a_device_that_has_settled() {
    List<String> parts = new ArrayList<>();
    Calibrator calibrator =
        new Calibrator(new YoungDevice(), (_, next) -> parts.add(next), this::nanos);
    Ceilings measured = calibrator.measure(new Machine("processor", "25", "young", "1"));
    assertEquals(FLOPS, measured.rates().matmul().ceiling(), 0.01 * FLOPS);
    assertEquals(FLOPS, measured.rates().attention().ceiling(), 0.01 * FLOPS);
    assertEquals(BYTES, measured.rates().memory().ceiling(), 0.01 * BYTES);
    assertEquals(0, measured.sampling().error(), 0.15);
    assertEquals(0, measured.training().error(), 0.15);
    assertEquals(Calibrator.PARTS, parts.size());
  }

  @Test
  void a_call_that_quickens_after_a_pause_is_waited_for() {
    assertEquals(0.01, seconds(t -> t < 0.3 ? 0.1 : t < 0.7 ? 0.04 : 0.01), 1e-6);
  }

  @Test
  void a_long_call_is_waited_for_longer() {
    assertEquals(0.15, seconds(t -> t < 3 ? 0.3 : 0.15), 1e-6);
  }

  @Test
  void a_call_that_was_disturbed_for_a_while_takes_what_it_takes_undisturbed() {
    assertEquals(0.01, seconds(t -> t > 0.2 && t < 0.6 ? 0.03 : 0.01), 1e-6);
    assertEquals(0.01, seconds(t -> t > 0.2 ? 0.03 : 0.01), 1e-6);
  }

  @Test
  void one_that_quickens_for_ever_is_left_in_time() {
    double least = seconds(t -> 0.2 / (1 + t));
    assertTrue(now < 9, "took " + now);
    assertEquals(0.2 / (1 + now), least, 0.005);
  }

  private interface Course {
    double secondsAt(double time);
  }

  private double seconds(Course course) {
    now = 0;
    return new Settled(this::nanos).seconds(() -> now += course.secondsAt(now));
  }
}
