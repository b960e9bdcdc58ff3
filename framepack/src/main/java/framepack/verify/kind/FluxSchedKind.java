package framepack.verify.kind;

import framepack.noise.TimeShift;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import tools.jackson.databind.JsonNode;

/// `flux_sched`: noise levels for numbers of tokens and for fixed shifts.
final class FluxSchedKind implements CaseKind {
  @Override
  public String name() {
    return "flux_sched";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    TimeShift.Line line =
        new TimeShift.Line(
            golden.setting("x1").doubleValue(),
            golden.setting("y1").doubleValue(),
            golden.setting("x2").doubleValue(),
            golden.setting("y2").doubleValue(),
            golden.setting("exp_max").doubleValue());
    for (JsonNode pair : golden.setting("cases")) {
      int steps = pair.get(0).intValue();
      long tokens = pair.get(1).longValue();
      TimeShift shift = line.at(tokens);
      verdicts.offer("out.mu.ctx" + tokens, new double[] {shift.mu()});
      offer(verdicts, steps, "ctx" + tokens, shift);
    }
    for (JsonNode pair : golden.setting("shift_cases")) {
      double shift = pair.get(1).doubleValue();
      offer(verdicts, pair.get(0).intValue(), "shift" + shift, TimeShift.of(shift));
    }
  }

  private static void offer(Verdicts verdicts, int steps, String what, TimeShift shift) {
    double[] sigmas = shift.sigmas(steps);
    verdicts.offer("out.sigmas.steps" + steps + "." + what, sigmas, sigmas.length);
  }
}
