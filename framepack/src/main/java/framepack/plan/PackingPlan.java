package framepack.plan;

import framepack.order.SectionPlan;
import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.pack.Run;
import framepack.plan.SectionRun.Peak;
import framepack.plan.SectionRun.TrainingPeak;
import framepack.tensor.backend.MemoryBudget;
import framepack.tensor.core.DType;
import framepack.tensor.nn.BlockMemory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Everything that is known about a packing before it is run.
///
/// @param sections the video's sections
/// @param levels context levels in token order, a level for each anchor at the end
/// @param tokens of the section with the longest tail; without `ta`, of every section
/// @param full the same frames without compression
/// @param step one forward pass
/// @param steps forward passes of a section
/// @param inference memory of sampling one section, weights aside
/// @param prediction seconds on a measured machine
public record PackingPlan(
    PackSpec spec,
    SectionPlan sections,
    List<LevelCost> levels,
    Tokens tokens,
    FullResolution full,
    Weights weights,
    Work step,
    int steps,
    Peak inference,
    Training training,
    Optional<Prediction> prediction) {

  /// @param ideal tokens if nothing were padded: `frames / rate · L_f`
  /// @param full tokens of these frames by the base kernel
  public record LevelCost(Level level, long tokens, double ideal, long full) {
    private LevelCost and(LevelCost other) {
      Run one = level.run();
      Run both = new Run(one.frames() + other.level.run().frames(), one.kernel());
      return new LevelCost(
          new Level(level.role(), both, level.offset()),
          tokens + other.tokens,
          ideal + other.ideal,
          full + other.full);
    }

    /// As people say it: `history f16k4`, `2 anchors k1`.
    String title() {
      Run run = level.run();
      return switch (level.role()) {
        case ANCHOR -> run.frames() + (run.frames() == 1 ? " anchor " : " anchors ") + run.kernel();
        case START, HISTORY, ENDPOINT -> level.role().name().toLowerCase(Locale.ROOT) + " " + run;
      };
    }
  }

  /// Tokens of one section.
  ///
  /// @param perFrame `L_f`, tokens of a frame by the base kernel
  /// @param tail tokens of frames beyond the packed history, at their most
  /// @param context tokens of the tail and of all context levels
  /// @param ideal the same without padding
  /// @param noisy tokens of the frames to make
  /// @param joined tokens of text and image in the same sequence
  public record Tokens(
      long perFrame, long tail, long context, double ideal, long noisy, long joined) {
    /// Tokens of the video: context and noisy frames.
    public long video() {
      return context + noisy;
    }

    /// Length of the sequence that attends to itself.
    public long sequence() {
      return video() + joined;
    }

    /// Query-key pairs of one head of one layer.
    public BigInteger pairs() {
      return BigInteger.valueOf(sequence()).pow(2);
    }
  }

  /// The packing with every context frame by the base kernel.
  public record FullResolution(Tokens tokens, Work step) {}

  /// @param parameters number of weights
  /// @param stored the type in which a checkpoint has them
  /// @param bytes of such a checkpoint's tensors
  /// @param matrices the type that those of fully connected layers have in memory; empty: as stored
  /// @param resident bytes in memory when sampling: biases and norms are held as f32 too
  /// @param blocks bytes in memory when blocks stream
  /// @param added projections that the model must be given for this packing
  public record Weights(
      long parameters,
      DType stored,
      long bytes,
      Optional<DType> matrices,
      long resident,
      BlockMemory blocks,
      List<PatchKernel> added) {}

  /// One training step.
  ///
  /// @param kept memory if every intermediate value is kept
  /// @param recomputed memory if blocks are recomputed in the backward pass
  public record Training(int batch, Work step, TrainingPeak kept, TrainingPeak recomputed) {}

  /// Seconds, from the ceilings of a machine.
  public record Prediction(double step, double section, double video, double trainingStep) {}

  public PackingPlan {
    levels = List.copyOf(levels);
  }

  /// The levels with all anchors as one row.
  List<LevelCost> rows() {
    List<LevelCost> rows = new ArrayList<>();
    for (LevelCost cost : levels) {
      boolean joins =
          cost.level().role() == Level.Role.ANCHOR
              && !rows.isEmpty()
              && rows.getLast().level().role() == Level.Role.ANCHOR;
      rows.add(joins ? rows.removeLast().and(cost) : cost);
    }
    return rows;
  }

  /// Tokens of the whole video by the base kernel, as a model would see it that makes all frames at once.
  public long wholeVideo() {
    return tokens.perFrame() * sections.latents();
  }

  /// All forward passes of a section.
  public Work section() {
    return step.times(steps);
  }

  /// All forward passes of the video.
  public Work video() {
    return section().times(sections.sections());
  }

  /// Most bytes when sampling: weights and everything else.
  public long inferencePeak() {
    return weights.resident() + inference.bytes();
  }

  /// Most bytes when sampling where blocks of weights stream.
  public long streamingPeak() {
    return weights.blocks().bytes() + inference.bytes();
  }

  /// The same with whole slabs of activations: what a process has to be given.
  public long streamingMemory() {
    return weights.blocks().bytes() + inference.slabs();
  }

  /// Fails, with the numbers, if sampling takes more than `memory` even where blocks of weights stream.
  public void requireWithin(MemoryBudget memory) {
    BlockMemory blocks = weights.blocks();
    long needed = streamingMemory();
    if (!memory.holds(needed)) {
      throw new IllegalArgumentException(
          "%s: sampling takes %s with blocks streaming (%s of weights stay, the largest block twice is %s, slabs of activations %s), %s are given: choose a smaller size or packing"
              .formatted(
                  spec,
                  Quantity.bytes(needed),
                  Quantity.bytes(blocks.resident()),
                  Quantity.bytes(blocks.slots()),
                  Quantity.bytes(inference.slabs()),
                  Quantity.bytes(memory.bytes())));
    }
  }
}
