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
import framepack.plan.Work;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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
