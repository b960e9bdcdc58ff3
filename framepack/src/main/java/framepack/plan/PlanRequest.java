package framepack.plan;

import framepack.tensor.core.DType;
import java.util.Optional;

/// What is to be planned, besides the packing.
///
/// @param steps sampling steps of a section, one forward pass each
/// @param batch videos of one training step; sampling makes one at a time
/// @param textTokens valid text tokens of a video
/// @param matrices the type that weights of fully connected layers have in memory when sampling; empty: as they are stored
public record PlanRequest(
    PlannedModel model,
    Canvas canvas,
    VideoPlan video,
    int steps,
    int batch,
    int textTokens,
    Optional<DType> matrices) {
  private static final int MOST_STEPS = 100_000;
  private static final int LARGEST_BATCH = 4096;
  private static final int MOST_TEXT = 4096;

  public PlanRequest {
    require("steps", steps, MOST_STEPS);
    require("batch", batch, LARGEST_BATCH);
    require("text tokens", textTokens, MOST_TEXT);
  }

  private static void require(String what, int given, int most) {
    if (given < 1 || given > most) {
      throw new IllegalArgumentException(
          "%s: expected 1 to %d, got %d".formatted(what, most, given));
    }
  }
}
