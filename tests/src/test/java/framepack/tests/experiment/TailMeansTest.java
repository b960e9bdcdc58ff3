package framepack.tests.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import framepack.experiment.TailMeans;
import framepack.experiment.dataset.Frames;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.TailSource;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.pack.Span;
import framepack.pack.Tail;
import framepack.pack.TimeRuns;
import framepack.tensor.random.Philox;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The mean of a compressed tail costs the frames that are new to it, and is the mean of all of them.
class TailMeansTest {
  private static final int CHANNELS = 3;
  private static final int SIDE = 4;

  private static Frames video(int frames) {
    int size = CHANNELS * frames * SIDE * SIDE;
    return new Frames(CHANNELS, frames, SIDE, SIDE, new Philox(3, 0, 0).normal(size));
  }

  /// Reads of frames are counted.
  private static final class Counted implements TailMeans.PixelSums {
    private final Frames video;
    private long reads;

    Counted(Frames video) {
      this.video = video;
    }

    @Override
    public double of(int channel, int frame) {
      reads += channel == 0 ? 1 : 0;
      return video.pixelSum(channel, frame);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tc_f16k4f2k2f1k1_g9",
        "f1k1_x_tc_f16k4f2k2f1k1_g9",
        "f1k1_x_g9_f1k1f2k2f16k4_tc",
        "tc_f2k2f1k1_g9_x_f1k1",
      })
  void ten_thousand_frames_are_read_once_each_and_the_mean_stays_that_of_all(String name) {
    SectionPlan plan = new SectionPlan(PackSpec.parse(name), 10_000 / 9, 1);
    Frames video = video(plan.stored());
    Counted counted = new Counted(video);
    TailMeans running = new TailMeans(CHANNELS);
    long longest = 0;
    for (int step = 0; step < plan.sections(); step++) {
      TailSource tail = plan.section(step).tail();
      TailSource.Token token = tail.tokens().getFirst();
      float[] mean = running.of(token, counted, video.pixels());
      longest = Math.max(longest, tail.count());
      if (step % 100 == 0 || step > plan.sections() - 5) {
        assertArrayEquals(
            new TailMeans(CHANNELS).of(token, video::pixelSum, video.pixels()), mean, "to the bit");
        assertArrayEquals(direct(video, tail), mean, 1e-6f);
      }
    }
    assertEquals(longest, counted.reads, "each frame of the longest tail once");
  }

  private static float[] direct(Frames video, TailSource tail) {
    double[] sums = new double[CHANNELS];
    for (TailSource.Stretch stretch : tail.stretches()) {
      for (int frame : stretch.frames().toArray()) {
        for (int c = 0; c < CHANNELS; c++) {
          for (int i = 0; i < SIDE * SIDE; i++) {
            sums[c] += video.at(c, frame, i / SIDE, i % SIDE);
          }
        }
      }
    }
    float[] mean = new float[CHANNELS];
    for (int c = 0; c < CHANNELS && tail.count() > 0; c++) {
      mean[c] = (float) (sums[c] / ((double) tail.count() * SIDE * SIDE));
    }
    return mean;
  }

  @Test
  void a_tail_that_does_not_go_on_from_the_one_before_is_summed_anew() {
    Frames video = video(20);
    TailMeans running = new TailMeans(CHANNELS);
    List<List<TailSource.Stretch>> tails =
        List.of(
            List.of(stretch(0, -5, 5)),
            List.of(stretch(0, -3, 3)),
            List.of(stretch(2, -8, 8)),
            List.of(stretch(10, 40, 10)),
            List.of(stretch(12, 40, 8)),
            List.of(stretch(0, -2, 2), stretch(9, 11, 4)),
            List.of(),
            List.of(stretch(9, -4, 4)));
    for (List<TailSource.Stretch> tail : tails) {
      TailSource source = new TailSource(Tail.COMPRESS, PatchKernel.cubic(1), tail, -1);
      float[] mean = running.of(source.tokens().getFirst(), video::pixelSum, video.pixels());
      assertArrayEquals(direct(video, source), mean, 1e-6f, tail.toString());
    }
  }

  private static TailSource.Stretch stretch(int frame, int time, int count) {
    return new TailSource.Stretch(new Span(frame, count), new Span(time, count));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tc_f2k2f1k1_g9", "f1k1_x_tc_f2k2f1k1_g9", "f1k1_x_g9_f1k1f2k2_tc"})
  void a_section_of_ten_million_is_found_as_fast_as_any(String name) {
    SectionPlan plan = new SectionPlan(PackSpec.parse(name), 10_000_000, 1);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 1000; i++) {
            Section section = plan.section(9_999_999 - i);
            TimeRuns times = section.tail().tokens().getFirst().times();
            assertEquals(1, times.runs().size());
          }
        });
  }
}
