package framepack.demo;

import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.Rollout;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.sampler.Euler;
import framepack.tensor.backend.Backend;
import java.util.Arrays;
import java.util.List;

/// What a section costs, early and late in a long video: the promise of a constant context length, measured. Untrained
/// weights cost what trained ones do.
///
/// @param tokens tokens of every section
/// @param seconds wall seconds of each section
public record SectionCost(PackSpec spec, long tokens, double[] seconds) {
  private static final int PASSES = 3;
  private static final int CHANNELS = 16;
  private static final int SIDE = 8;

  /// Times `sections` sections of one video; of several passes the least counts, the first of which compiles.
  public static SectionCost measure(PackSpec spec, int sections, int steps, Backend backend) {
    double[] seconds = new double[sections];
    try (NanoModel model = NanoModel.create(spec, CHANNELS, 1, Position.NONE, 0, backend)) {
      Rollout rollout =
          new Rollout(model, new Euler(), NanoTraining.SHIFT, steps, HistoryTreatment.NONE, 0);
      Rollout.Start start = new Rollout.Start(Frames.zeros(CHANNELS, 1, SIDE, SIDE), 0);
      Arrays.fill(seconds, Double.MAX_VALUE);
      for (int pass = 0; pass < PASSES; pass++) {
        rollout.run(
            new SectionPlan(spec, sections, 1),
            List.of(start),
            (section, nanos) ->
                seconds[section.index()] = Math.min(seconds[section.index()], nanos / 1e9));
      }
    }
    return new SectionCost(spec, spec.tokens(SIDE, SIDE).total(), seconds);
  }

  /// Median seconds of up to five sections around `section`, counted from 1.
  public double around(int section) {
    int from = Math.max(0, section - 3);
    int to = Math.min(seconds.length, section + 2);
    double[] near = Arrays.copyOfRange(seconds, from, to);
    Arrays.sort(near);
    return near[near.length / 2];
  }
}
