package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.history.Codebook;
import framepack.history.HistoryDiscretizer;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.pack.PackSpec;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import org.junit.jupiter.api.Test;

/// Claim T18: how the error of a toy autoregression grows in each order (illustrative, not a number of the paper).
///
/// The truth walks round 16 points of a circle. A model knows the walk exactly, predicts a frame from every frame in its
/// context (by inverse distance in time, the best linear estimate) and errs by a normal step each time.
class ErrorGrowthPaperTest {
  private static final int POINTS = 16;
  private static final int FRAMES = 160;
  private static final int VIDEOS = 400;
  private static final double STEP = 0.02;

  /// Mean squared error of frame `t` over the videos.
  private static double[] errors(String name, double step) {
    PackSpec spec = PackSpec.parse(name);
    SectionPlan plan = new SectionPlan(spec, FRAMES, 1);
    float[][] x = new float[FRAMES + 1][];
    x[0] = truth(0);
    try (Backend backend = Backends.open("cpu:1");
        Workspace home = Workspace.open(backend)) {
      HistoryDiscretizer discretizer = new HistoryDiscretizer(circle(), false, home);
      for (Section section : plan.all()) {
        x[section.first()] = predicted(section, x, spec.discrete() ? discretizer : null, step);
      }
    }
    double[] errors = new double[FRAMES + 1];
    for (int t = 0; t <= FRAMES; t++) {
      float[] truth = truth(t);
      for (int i = 0; i < truth.length; i++) {
        errors[t] += Math.pow(x[t][i] - truth[i], 2) / VIDEOS;
      }
    }
    return errors;
  }

  private static float[] predicted(
      Section section, float[][] x, HistoryDiscretizer discretizer, double step) {
    float[] frame = new float[2 * VIDEOS];
    double weights = 0;
    for (Source source : section.sources()) {
      for (int from : source.frames()) {
        weights += from == Source.MISSING ? 0 : 1.0 / Math.abs(section.first() - from);
      }
    }
    float[] noise = new Philox(1, section.index(), 0).normal(frame.length);
    for (Source source : section.sources()) {
      for (int from : source.frames()) {
        if (from != Source.MISSING) {
          double weight = 1.0 / Math.abs(section.first() - from) / weights;
          walk(seen(x[from], discretizer), section.first() - from, weight, frame);
        }
      }
    }
    for (int i = 0; i < frame.length; i++) {
      frame[i] += (float) (step * noise[i]);
    }
    return frame;
  }

  private static float[] seen(float[] frame, HistoryDiscretizer discretizer) {
    if (discretizer == null) {
      return frame;
    }
    try (Workspace _ = Workspace.open(Workspace.current().backend())) {
      return discretizer.apply(Tensor.of(frame, 1, 2, 1, 1, VIDEOS)).toFloats();
    }
  }

  /// Adds `weight` times the frame walked on by `frames`; [x, video] before [y, video].
  private static void walk(float[] from, int frames, double weight, float[] to) {
    double cos = Math.cos(2 * Math.PI * frames / POINTS);
    double sin = Math.sin(2 * Math.PI * frames / POINTS);
    for (int v = 0; v < VIDEOS; v++) {
      to[v] += (float) (weight * (cos * from[v] - sin * from[VIDEOS + v]));
      to[VIDEOS + v] += (float) (weight * (sin * from[v] + cos * from[VIDEOS + v]));
    }
  }

  /// Frame `t` of all videos, which start at different points.
  private static float[] truth(int t) {
    float[] frame = new float[2 * VIDEOS];
    for (int v = 0; v < VIDEOS; v++) {
      double angle = 2 * Math.PI * (t + v) / POINTS;
      frame[v] = (float) Math.cos(angle);
      frame[VIDEOS + v] = (float) Math.sin(angle);
    }
    return frame;
  }

  private static Codebook circle() {
    float[] codes = new float[2 * POINTS];
    for (int k = 0; k < POINTS; k++) {
      codes[2 * k] = (float) Math.cos(2 * Math.PI * k / POINTS);
      codes[2 * k + 1] = (float) Math.sin(2 * Math.PI * k / POINTS);
    }
    return new Codebook(2, codes, null);
  }

  private static double largest(double[] errors) {
    double largest = 0;
    for (double error : errors) {
      largest = Math.max(largest, error);
    }
    return largest;
  }

  @Test
  void t18_vanilla_errors_add_up_like_a_random_walk() {
    double[] errors = errors("td_f1k1_g1", STEP);
    for (int t : new int[] {20, 40, 80, 160}) {
      assertEquals(2 * t * STEP * STEP, errors[t], 0.2 * 2 * t * STEP * STEP);
    }
  }

  @Test
  void t18_an_endpoint_bounds_the_error_like_a_bridge() {
    double[] vanilla = errors("td_f1k1_g1", STEP);
    double[] endpoint = errors("td_f1k1_g1_x_f1k1", STEP);
    assertTrue(largest(endpoint) < 0.4 * vanilla[FRAMES], "largest " + largest(endpoint));
    assertTrue(endpoint[FRAMES] < 0.02 * vanilla[FRAMES], "at the end " + endpoint[FRAMES]);
    assertTrue(endpoint[FRAMES - 2] < 0.1 * vanilla[FRAMES], "near it " + endpoint[FRAMES - 2]);
  }

  @Test
  void t18_inverted_sampling_walks_towards_a_known_frame_and_is_bounded_too() {
    double[] vanilla = errors("td_f1k1_g1", STEP);
    double[] inverted = errors("f1k1_x_g1_f1k1_td", STEP);
    assertTrue(largest(inverted) < 0.4 * vanilla[FRAMES], "largest " + largest(inverted));
    assertTrue(inverted[1] < 0.02 * vanilla[FRAMES], "at the start " + inverted[1]);
    assertTrue(inverted[FRAMES] < 0.02 * vanilla[FRAMES], "at the end " + inverted[FRAMES]);
  }

  @Test
  void t18_a_discretised_history_forgets_errors_that_stay_within_its_cells() {
    double[] errors = errors("td_f1k1_g1+d", STEP);
    for (int t = 1; t <= FRAMES; t++) {
      assertEquals(2 * STEP * STEP, errors[t], 0.25 * 2 * STEP * STEP);
    }
  }

  @Test
  void t18_errors_beyond_the_cells_drift_in_a_discretised_history_too() {
    double[] errors = errors("td_f1k1_g1+d", 0.25);
    assertTrue(errors[FRAMES] > 4 * errors[1], errors[1] + " then " + errors[FRAMES]);
  }
}
