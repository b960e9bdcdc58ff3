package framepack.plan;

import java.util.List;
import java.util.Optional;

/// The plans of several packings for one model on one canvas: what is printed, in whichever form.
///
/// @param build version of this program
/// @param ceilings the machine whose seconds are predicted
public record PlanSet(
    String build, PlanRequest request, Optional<Ceilings> ceilings, List<PackingPlan> plans) {
  public PlanSet {
    plans = List.copyOf(plans);
  }
}
