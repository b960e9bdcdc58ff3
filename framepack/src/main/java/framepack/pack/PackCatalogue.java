package framepack.pack;

import java.util.List;

/// Packings with a name of their own: of the paper, of released models, and of other code that uses the paper's names.
///
/// The paper's tables hold about ten names an order; those listed here are the ones that can be confirmed.
public final class PackCatalogue {
  private static final String PAPER = "arXiv:2504.12626";
  private static final String STRUCTURES = PAPER + " §3.1";
  private static final String NAMING = PAPER + ", Ablative Naming";
  private static final String TABLES = PAPER + ", Tables 1 and 2";

  /// All of them, the released ones first.
  public static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              "framepack",
              "FramePackI2V_HY",
              "released FramePack: from the end of the video towards the given frame"),
          new Entry(
              "framepack-f1",
              "FramePack_F1_I2V_HY_20250503",
              "released FramePack-F1: forward, the given frame always in view"),
          new Entry(
              "td_f16k4f2k2f1k1_g9", TABLES, "temporal kernels: 19 frames for the cost of 1.5"),
          new Entry("td_f16k4f2k2f1k1_g9+d", TABLES, "the same with a discretised history"),
          new Entry(
              "f1k1_x_g9_f1k1f2k2f16k4_td", TABLES, "the same history, inverted: `framepack`"),
          new Entry("td_f16k4f4k2f1k1_g9", NAMING, "21 frames for the cost of 1.75; λ = 2 a level"),
          new Entry("td_f16k4f4k2f1k1_g9+d", NAMING, "the same with a discretised history"),
          new Entry(
              "td_f16k4f4k2f1k1_g9_x_f1k1",
              NAMING,
              "the same; the last section is made first and its first frame stays in view"),
          new Entry("f1k1_x_g9_f1k1f4k2f16k4_td", NAMING, "the same history, inverted"),
          new Entry(
              "td_f8k8f4k4f2k2f1k1_g9",
              PAPER + ", Table 1",
              "15 frames for the cost of 1.33; λ = 4 a level"),
          new Entry(
              "td_f8k8f4k4f2k2f1k1_g9+d",
              PAPER + ", Table 1",
              "the same with a discretised history"),
          structure(
              Structures.geometric(2, 5, 9), "geometric: one frame a level, every rate doubled"),
          structure(
              Structures.duplicated(9, 1, 2, 2),
              "duplicated levels: frames share square kernels of rates 1, 4, 16"),
          structure(
              Structures.importantStart(1, 9, 1, 2, 16),
              "important start: the first frame at full length, `framepack-f1`"),
          structure(
              Structures.symmetric(9, 1, 2, 16),
              "symmetric: both ends at full length, the middle compressed most"),
          structure(
              Structures.ofLength(2.625, 3, 9),
              "a history of 2.625 frames' cost: levels 1/2 and 1/8 duplicated"),
          new Entry("f16k4f2k2f1k1_g3", "NVIDIA Lyra 2", "19 frames, three generated at a time"),
          new Entry(
              "f1k1f4s2f1s1f16k4f2k2f1k1_g20",
              "NVIDIA Lyra 2",
              "with memory slots 's' that compress in space only"),
          new Entry(
              "f2k1_x_g9_f1k1f2k2f16k4f32k8",
              "a port to Wan",
              "two start frames, inverted, 32 more frames at k8"));

  private PackCatalogue() {}

  /// A packing worth knowing.
  ///
  /// @param name what [PackSpec#parse] reads
  /// @param source who uses it
  /// @param meaning one line for a newcomer
  public record Entry(String name, String source, String meaning) {
    /// The packing of this name.
    public PackSpec spec() {
      return PackSpec.parse(name);
    }
  }

  private static Entry structure(PackSpec spec, String meaning) {
    return new Entry(spec.toString(), STRUCTURES, meaning);
  }
}
