package framepack.tests.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.pack.PatchKernel;
import framepack.plan.Canvas;
import framepack.plan.ModelChoice;
import framepack.plan.PackingPlan;
import framepack.plan.VideoLength;
import framepack.plan.Work;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Work and weights against counts by hand.
class PlannedWorkTest {
  private static final Path KEYS = Path.of("golden/real-checkpoint-keys/FramePackI2V_HY.json");
  private static final String NAME = "td_f5k2f3k1_g4"; // in no document
  private static final Canvas CANVAS = new Canvas(352, 608); // latents 44x76, L_f = 22 * 38

  private static final long D = 3072;
  private static final long FRAME = 22 * 38;
  private static final long VIDEO = 3 * (11 * 19) + 3 * FRAME + 4 * FRAME;
  private static final long SEQUENCE = VIDEO + 729 + 100;

  @Test
  void tokens_of_a_name_in_no_document_are_those_counted_by_hand() {
    PackingPlan plan = plan(HunyuanConfig.FRAMEPACK_13B);
    assertEquals(VIDEO, plan.tokens().video());
    assertEquals(SEQUENCE, plan.tokens().sequence());
    assertEquals(BigInteger.valueOf(SEQUENCE * SEQUENCE), plan.tokens().pairs());
    assertEquals(5 / 8.0 * FRAME + 3 * FRAME, plan.tokens().ideal());
    assertEquals(12 * FRAME, plan.full().tokens().video());
  }

  /// Counted from the kernels by another program, in another language.
  @ParameterizedTest
  @CsvSource({
    "td_f7k3f5k2f3k1_g6, 400, 720, 10, 12, 4677, 6750, 0, 16875",
    "f2k1_x_g5_f1k1f3k2f9k4f20k8_td, 352, 608, 17, 26, 3151, 4180, 0, 29260",
    "ta_f4k4f1k1_g7, 496, 816, 12, 13, 1685, 11067, 80, 7905",
    "tc_f33k16f1k1_g4, 208, 336, 9, 17, 279, 1092, 1, 9282",
    "f1k1_x_tc_f6k2f3k1_g8, 736, 1264, 30, 28, 17296, 29072, 1, 36340",
    "td_f5k1h6w10f2k1_g3_x_f2k2, 160, 272, 4, 10, 465, 510, 0, 1530",
    "f3k2_x_g11_f2k1f4k2f8k4_ta, 320, 320, 20, 14, 1250, 4400, 129, 6800",
    "f1s2f4s4f2k2f1k1_g20, 480, 480, 13, 5, 1606, 18000, 0, 7200",
    "td_f100k5f1k1_g1+d, 96, 160, 2, 15, 140, 60, 0, 6060",
    "f1k1f2k2_x_td_f10k3f4k2f1k1_g13, 848, 480, 25, 14, 5115, 20670, 0, 28620",
  })
  void names_and_sizes_in_no_document_have_the_tokens_of_a_count_by_hand(
      String name,
      int height,
      int width,
      double seconds,
      int sections,
      long levels,
      long noisy,
      long tail,
      long uncompressed) {
    PackingPlan plan =
        Plans.of(
            ModelChoice.of("nano"),
            name,
            new Canvas(height, width),
            new VideoLength.Seconds(seconds),
            2,
            1);
    assertEquals(sections, plan.sections().sections());
    assertEquals(tail, plan.tokens().tail());
    assertEquals(levels + tail, plan.tokens().context());
    assertEquals(levels + tail + noisy, plan.tokens().video());
    assertEquals(uncompressed + tail + noisy, plan.full().tokens().video());
  }

  @Test
  void a_double_block_costs_what_was_counted_by_hand() {
    double linear = 2.0 * SEQUENCE * D * D * (3 + 1 + 4 + 4); // q, k, v, out, up, down
    double attention = 4.0 * SEQUENCE * SEQUENCE * D;
    block(step(1, 0), step(0, 0), linear, attention);
  }

  @Test
  void a_single_block_costs_what_was_counted_by_hand() {
    double linear = 2.0 * SEQUENCE * D * D * (3 + 4 + 5); // q, k, v, up, out of both
    double attention = 4.0 * SEQUENCE * SEQUENCE * D;
    block(step(0, 1), step(0, 0), linear, attention);
  }

  private static void block(Work with, Work without, double linear, double attention) {
    double matmul = with.matmul().subtract(without.matmul()).doubleValue();
    assertEquals(linear, matmul, 1e-3 * linear);
    assertEquals(
        BigInteger.valueOf((long) attention), with.attention().subtract(without.attention()));
    double other = with.other().subtract(without.other()).doubleValue();
    assertTrue(other > 0 && other < 3e-3 * (linear + attention), "norms, biases, gelu: " + other);
  }

  @Test
  void a_video_is_its_sections_and_a_section_its_steps() {
    PackingPlan plan = plan(shape(1, 0));
    assertEquals(9, plan.sections().sections()); // 5 s * 30 / 16 = 9.4
    assertEquals(plan.step().times(25), plan.section());
    assertEquals(plan.step().times(225), plan.video());
  }

  @Test
  void training_costs_about_three_forward_passes() {
    PackingPlan plan = plan(shape(1, 1));
    double forward = plan.step().matmul().doubleValue();
    assertEquals(3, plan.training().step().matmul().doubleValue() / forward, 0.1);
  }

  @Test
  void weights_are_the_bytes_of_the_released_checkpoint() throws IOException {
    JsonNode listed = JsonMapper.shared().readTree(Files.readAllBytes(KEYS));
    assertEquals(
        HunyuanConfigJson.read(new ConfigKeys("golden", listed.get("config"))),
        HunyuanConfig.FRAMEPACK_13B);
    PackingPlan plan = Plans.released("framepack", 480, 832);
    assertEquals(listed.get("parameters").longValue(), plan.weights().parameters());
    assertEquals(2 * listed.get("parameters").longValue(), plan.weights().bytes());
    assertTrue(plan.weights().resident() >= plan.weights().bytes());
    assertEquals(List.of(), plan.weights().added());
  }

  @Test
  void a_level_that_the_checkpoint_lacks_is_named_and_counted() {
    PackingPlan plan = Plans.released("td_f8k8f1k1_g9", 480, 832);
    assertEquals(List.of(PatchKernel.cubic(8)), plan.weights().added());
    assertEquals(12_874_314_816L + 100_666_368, plan.weights().parameters());
  }

  @Test
  void wan_has_one_token_more_for_every_frame_of_an_appended_tail() {
    PackingPlan plan =
        Plans.of(ModelChoice.of("wan-1.3b"), "ta_f5k2f3k1_g4", CANVAS, 25, 1); // 9 sections
    long tail = 1 + 8 * 4 - 8; // frames before the last section, without its history
    long tokens = VIDEO + tail;
    assertEquals(tail, plan.tokens().tail());
    assertEquals(tokens, plan.tokens().sequence());
    long wide = 12 * 128;
    long attention = 30 * (4 * tokens * tokens * wide + 4 * tokens * 512 * wide);
    assertEquals(BigInteger.valueOf(attention), plan.step().attention());
  }

  private static Work step(int doubles, int singles) {
    return plan(shape(doubles, singles)).step();
  }

  private static HunyuanConfig shape(int doubles, int singles) {
    HunyuanConfig c = HunyuanConfig.FRAMEPACK_13B;
    return new HunyuanConfig(
        c.inChannels(),
        c.outChannels(),
        c.heads(),
        c.headDim(),
        doubles,
        singles,
        c.refinerLayers(),
        c.mlpRatio(),
        c.patch(),
        c.guidance(),
        c.textDim(),
        c.pooledDim(),
        c.ropeTheta(),
        c.ropeAxes(),
        c.imageDim(),
        c.historyKernels(),
        c.lab());
  }

  private static PackingPlan plan(HunyuanConfig config) {
    return Plans.of(Plans.fresh(config), NAME, CANVAS, 25, 1);
  }
}
