package framepack.demo;

import framepack.experiment.DriftExperiment.Variant;
import framepack.experiment.NanoTraining;
import framepack.history.HistoryNoise;
import framepack.history.HistoryTreatment;
import framepack.pack.PackSpec;
import java.util.List;

/// How much the demo does.
///
/// @param clipWidth width of the clip in pixels, a multiple of 16, as is the height
/// @param clipHeight height of the clip in pixels
/// @param clipEvery one frame of the clip in so many is kept
/// @param clipSteps training steps on the clip, for each order
/// @param clipBatch examples per step
/// @param clipPackings one packing an order: forward, anti-drifting with endpoint, inverted
/// @param memoryPeriods periods of the revisit world; the lag is the period less 3
/// @param memorySteps training steps of each packing
/// @param memorySeeds runs of each packing
/// @param memoryPackings packings compared
/// @param driftSections sections per video
/// @param driftVideos test videos
/// @param driftVariants ways of making long videos
/// @param costSections sections of the video whose time per section is measured
/// @param samplingSteps Euler steps everywhere
/// @param seed of everything
public record DemoPlan(
    int clipWidth,
    int clipHeight,
    int clipEvery,
    int clipSteps,
    int clipBatch,
    List<PackSpec> clipPackings,
    List<Integer> memoryPeriods,
    int memorySteps,
    int memorySeeds,
    List<PackSpec> memoryPackings,
    int driftSections,
    int driftVideos,
    List<Variant> driftVariants,
    int costSections,
    int samplingSteps,
    long seed) {
  private static final List<PackSpec> ORDERS =
      packings(
          "f1k1_x_f16k4f2k2f1k1_g3", "td_f16k4f2k2f1k1_g3_x_f1k1", "f1k1_x_g3_f1k1f2k2f16k4_td");

  private static final HistoryNoise MIXED = new HistoryNoise(HistoryNoise.Form.MIX, 0, 0.3);
  private static final HistoryNoise SLIGHT = HistoryNoise.fixed(HistoryNoise.Form.MIX, 0.05);

  /// Everything, within 6 minutes on two cores.
  public static DemoPlan full(long seed) {
    return new DemoPlan(
        96,
        64,
        3,
        500,
        4,
        ORDERS,
        List.of(4, 12, 16),
        1800,
        1,
        packings("td_f2k2f1k1_g3", "td_f16k4f2k2f1k1_g3"),
        20,
        16,
        List.of(
            vanilla(1100, seed),
            withStart(1100, seed),
            new Variant(
                "inverted, noisy history",
                PackSpec.parse("f1k1_x_g3_f1k1f2k2f16k4_td"),
                NanoTraining.of(1000, seed),
                HistoryTreatment.noise(MIXED, SLIGHT))),
        100,
        8,
        seed);
  }

  /// The short form, within 2 minutes: fewer steps, one lag, no inverted run (it is not learned in 400 steps).
  public static DemoPlan quick(long seed) {
    return new DemoPlan(
        96,
        64,
        3,
        120,
        4,
        ORDERS,
        List.of(12),
        500,
        1,
        packings("td_f2k2f1k1_g3", "td_f16k4f2k2f1k1_g3"),
        20,
        8,
        List.of(vanilla(400, seed), withStart(400, seed)),
        100,
        8,
        seed);
  }

  private static Variant vanilla(int steps, long seed) {
    PackSpec spec = PackSpec.parse("td_f16k4f2k2f1k1_g3");
    return new Variant("vanilla", spec, NanoTraining.of(steps, seed), HistoryTreatment.NONE);
  }

  private static Variant withStart(int steps, long seed) {
    PackSpec spec = PackSpec.parse("f1k1_x_f16k4f2k2f1k1_g3");
    return new Variant(
        "forward with start frame", spec, NanoTraining.of(steps, seed), HistoryTreatment.NONE);
  }

  private static List<PackSpec> packings(String... names) {
    return List.of(names).stream().map(PackSpec::parse).toList();
  }
}
