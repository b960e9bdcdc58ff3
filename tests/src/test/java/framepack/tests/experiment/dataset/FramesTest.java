package framepack.tests.experiment.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
  private final Frames run = TestFrames.random(3, 2, 5, 3, 4);

  @Test
  void slices_joined_again_are_the_run() {
    assertEquals(run, Frames.concat(List.of(run.slice(0, 2), run.slice(2, 0), run.slice(2, 3))));
  }

  @Test
  void picked_frames_keep_their_order_and_negative_ones_are_zeros() {
    Frames picked = run.pick(List.of(-1, 4, 0));
    assertEquals(Frames.zeros(2, 1, 3, 4), picked.slice(0, 1));
    assertEquals(run.slice(4, 1), picked.slice(1, 1));
    assertEquals(run.slice(0, 1), picked.slice(2, 1));
  }

  @Test
  void replacing_frames_leaves_the_run_as_it_was() {
    Frames before = run.slice(0, 5);
    Frames changed = run.with(1, Frames.zeros(2, 2, 3, 4));
    assertEquals(before, run);
    assertEquals(Frames.zeros(2, 2, 3, 4), changed.slice(1, 2));
    assertEquals(run.slice(3, 2), changed.slice(3, 2));
  }

  @Test
  void the_mean_over_time_and_the_repeated_last_frame_are_what_they_say() {
    assertEquals(run.slice(4, 1), run.lastRepeated(3).slice(2, 1));
    double mean = 0;
    for (int t = 0; t < 5; t++) mean += run.at(1, t, 2, 3) / 5.0;
    assertEquals(mean, run.timeMean().at(1, 0, 2, 3), 1e-7);
  }

  @Test
  void impossible_requests_are_refused_in_one_line() {
    refuses("within a run of 5", () -> run.slice(4, 2));
    refuses("within a run of 5", () -> run.with(4, run.slice(0, 2)));
    refuses("need 24 values, got 3", () -> new Frames(2, 1, 3, 4, new float[3]));
    refuses("more than one array holds", () -> Frames.zeros(3, 100_000, 1000, 1000));
    refuses("must not be negative", () -> Frames.zeros(3, -1, 8, 8));
    refuses("do not agree", () -> run.checkSameShape(run.slice(0, 1), "test"));
    refuses("at least one run", () -> Frames.concat(List.of()));
    refuses("no mean", () -> run.slice(0, 0).timeMean());
  }

  private static void refuses(String words, Runnable action) {
    String message = assertThrows(DatasetError.class, action::run).getMessage();
    assertTrue(message.contains(words) && !message.contains("\n"), message);
  }
}
