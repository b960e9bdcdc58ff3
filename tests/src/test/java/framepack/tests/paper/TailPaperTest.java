package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.NanoModel;
import framepack.experiment.SectionBatch;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.Rope3d;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.TailSource;
import framepack.pack.ContextTail;
import framepack.pack.PackSpec;
import framepack.pack.Packer;
import framepack.pack.PatchKernel;
import framepack.pack.Span;
import framepack.pack.TimeRuns;
import framepack.pack.TokenCount;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tests.model.SmallModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// T24: `td` ignores tail frames exactly, `tc` does not depend on their order, `ta` grows by one token a frame.
class TailPaperTest {
  private static final int CHANNELS = 4;
  private static final int SIDE = 8;

  private Backend backend;
  private Workspace workspace;

  @BeforeEach
  void open() {
    backend = Backends.open("cpu");
    workspace = Workspace.open(backend);
  }

  @AfterEach
  void close() {
    workspace.close();
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({
    "td_f16k4f2k2f1k1_g9, 0, 0, 0",
    "f16k4f2k2f1k1_g9, 0, 0, 0",
    "tc_f16k4f2k2f1k1_g9, 1, 1, 1",
    "ta_f16k4f2k2f1k1_g9, 0, 1, 10000",
    "f1k1_x_g9_f1k1f2k2f16k4_ta, 0, 1, 10000",
  })
  void the_context_grows_by_one_token_a_tail_frame_only_where_tails_are_appended(
      String name, long none, long one, long many) {
    PackSpec spec = PackSpec.parse(name);
    TokenCount plain = PackSpec.parse(name.replaceAll("t[ac]", "td")).tokens(60, 104);
    int[] frames = {0, 1, 10_000};
    long[] expected = {none, one, many};
    for (int i = 0; i < frames.length; i++) {
      TokenCount count = spec.tokens(60, 104, frames[i]);
      assertEquals(expected[i], count.tail());
      assertEquals(plain.context() + expected[i], count.context());
      assertEquals(plain.total() + expected[i], count.total());
    }
    assertThrows(IllegalArgumentException.class, () -> spec.tokens(60, 104, -1));
  }

  @ParameterizedTest
  @CsvSource({
    "ta_f2k2f1k1_g3, 4, 0, 10, -10",
    "tc_f2k2f1k1_g3, 4, 0, 10, -10",
    "f1k1_x_ta_f2k2f1k1_g3, 4, 1, 9, -9",
    "tc_f2k2f1k1_g3_x_f1k1, 4, 0, 7, -7",
    "f1k1_x_g3_f1k1f2k2_ta, 3, 10, 6, 10",
  })
  void tail_frames_lie_beyond_the_history_and_their_times_outside_the_window(
      String name, int index, int first, int count, int time) {
    SectionPlan plan = new SectionPlan(PackSpec.parse(name), 5, 1);
    TailSource tail = plan.section(index).tail();
    assertEquals(
        List.of(new TailSource.Stretch(new Span(first, count), new Span(time, count))),
        tail.stretches());
    Section deleting =
        new SectionPlan(PackSpec.parse(name.replaceAll("t[ac]", "td")), 5, 1).section(index);
    assertEquals(deleting.sources(), plan.section(index).sources(), "no other index moves");
    assertEquals(deleting.noisy(), plan.section(index).noisy());
    assertTrue(deleting.tail().tokens().isEmpty());
  }

  @Test
  void every_tail_frame_exists_and_is_seen_by_nothing_else() {
    for (String name :
        List.of(
            "ta_f2k2f1k1_g3",
            "f1k1_x_ta_f2k2f1k1_g3",
            "f1k1_x_g3_f1k1f2k2_ta",
            "ta_f2k2f1k1_g3_x_f1k1")) {
      for (int known : new int[] {0, 1, 7}) {
        SectionPlan plan = new SectionPlan(PackSpec.parse(name), 6, known);
        boolean[] done = new boolean[plan.latents()];
        Arrays.fill(done, 0, known, true);
        for (Section section : plan.all()) {
          for (TailSource.Token token : section.tail().tokens()) {
            int frame = token.stretches().getFirst().frames().first();
            assertTrue(done[frame], name + " looks at " + frame);
            assertFalse(
                section.sources().stream().anyMatch(s -> s.frames().contains(frame)),
                name + " sees " + frame + " twice");
          }
          Arrays.fill(done, section.first(), section.last() + 1, true);
        }
      }
    }
  }

  @Test
  void ten_thousand_tail_frames_are_a_span() {
    SectionPlan plan = new SectionPlan(PackSpec.parse("tc_f16k4f2k2f1k1_g9"), 1, 10_019);
    assertEquals(
        List.of(new TailSource.Stretch(new Span(0, 10_000), new Span(-10_000, 10_000))),
        plan.section(0).tail().stretches());
  }

  @Test
  void td_ignores_tail_frames_exactly() {
    float[] plain = velocity("td_f2k2f1k1_g3", video(3, 11));
    assertArrayEquals(plain, velocity("td_f2k2f1k1_g3", withTail(video(3, 11), video(4, 5))));
  }

  @ParameterizedTest
  @CsvSource({"tc_f2k2f1k1_g3, false", "ta_f2k2f1k1_g3, true"})
  void tc_does_not_depend_on_the_order_of_tail_frames_and_ta_does(String name, boolean matters) {
    Frames video = video(3, 11);
    Frames turned = video.pick(List.of(4, 2, 3, 1, 0, 5, 6, 7, 8, 9, 10));
    double distance = distance(velocity(name, video), velocity(name, turned));
    assertEquals(matters, distance > 1e-4, "distance " + distance);
    double other = distance(velocity(name, video), velocity(name, withTail(video, video(4, 5))));
    assertTrue(other > 1e-4, "another tail must show: " + other);
  }

  /// The velocity of frames 8 .. 10 with five tail frames before a history of three.
  private float[] velocity(String name, Frames video) {
    PackSpec spec = PackSpec.parse(name);
    try (NanoModel model = NanoModel.create(spec, CHANNELS, 1, Position.SPACE, 7, backend)) {
      open(model.weights());
      Section section = new SectionPlan(spec, 1, 8).section(0);
      SectionBatch batch =
          SectionBatch.of(
              List.of(new SectionBatch.Item(section, video, 0)), false, HistoryTreatment.NONE);
      return model.network().forward(input(batch, 1)).toFloats();
    }
  }

  private static TransformerInput input(SectionBatch batch, int items) {
    Tensor noisy = SmallModel.numbers(21, items, CHANNELS, 3, SIDE, SIDE);
    return TransformerInput.ofVideo(
            noisy, batch.times(), batch.context(), Tensor.full(500, items), null)
        .withTail(batch.tail());
  }

  @Test
  void a_tail_token_is_the_mean_of_its_frames_as_a_patch_of_the_nearest_kernel() {
    for (int k : new int[] {1, 2}) {
      Packer packer = packer();
      Tensor frame = SmallModel.latents(5, 1, 1);
      Tensor mean = frame.mean(2, 3, 4).reshape(1, SmallModel.CHANNELS, 1);
      PatchKernel kernel = PatchKernel.cubic(k);
      ContextTail tail = ContextTail.ofRuns(kernel, mean, List.of(List.of(new Span(-1, 1))));
      Tensor token = pack(packer, tail).hidden().slice(1, 0, 1);
      Tensor flat = mean.reshape(1, SmallModel.CHANNELS, 1, 1, 1);
      Tensor patch =
          flat.expand(1, SmallModel.CHANNELS, kernel.t(), kernel.h(), kernel.w()).contiguous();
      assertArrayEquals(packer.embedding().context(kernel, patch).toFloats(), token.toFloats());
    }
  }

  @Test
  void the_phases_of_a_tail_token_are_averaged_over_its_whole_grid_and_all_its_times() {
    Rope3d rope = packer().rope();
    int height = SmallModel.HEIGHT / 2;
    int width = SmallModel.WIDTH / 2;
    for (Span times : List.of(new Span(-1, 1), new Span(-37, 37))) {
      ContextTail tail =
          ContextTail.ofRuns(
              PatchKernel.cubic(1),
              Tensor.zeros(1, SmallModel.CHANNELS, 1),
              List.of(List.of(times)));
      Packer.Packed packed = pack(packer(), tail);
      long[] every = Arrays.stream(times.toArray()).asLongStream().toArray();
      var base = rope.phases(new long[][] {every}, height, width, 1, 1, 1);
      assertArrayEquals(
          base.cos().mean(1).toFloats(), packed.phases().cos().slice(1, 0, 1).toFloats(), 2e-6f);
      assertArrayEquals(
          base.sin().mean(1).toFloats(), packed.phases().sin().slice(1, 0, 1).toFloats(), 2e-6f);
    }
  }

  @Test
  void the_phases_of_a_token_for_scattered_frames_are_averaged_over_all_their_times() {
    Rope3d rope = packer().rope();
    List<Span> runs = List.of(new Span(-20, 3), new Span(-1, 1), new Span(4, 30));
    ContextTail tail =
        new ContextTail(
            PatchKernel.cubic(1),
            Tensor.zeros(1, SmallModel.CHANNELS, 1),
            List.of(List.of(new TimeRuns(runs))));
    Packer.Packed packed = pack(packer(), tail);
    long[] every =
        runs.stream().flatMapToInt(run -> Arrays.stream(run.toArray())).asLongStream().toArray();
    var base =
        rope.phases(new long[][] {every}, SmallModel.HEIGHT / 2, SmallModel.WIDTH / 2, 1, 1, 1);
    assertArrayEquals(
        base.cos().mean(1).toFloats(), packed.phases().cos().slice(1, 0, 1).toFloats(), 2e-6f);
    assertArrayEquals(
        base.sin().mean(1).toFloats(), packed.phases().sin().slice(1, 0, 1).toFloats(), 2e-6f);
  }

  @Test
  void a_compressed_tail_without_frames_is_nothing_but_the_bias() {
    PackSpec spec = PackSpec.parse("tc_f2k2f1k1_g3");
    try (NanoModel model = NanoModel.create(spec, CHANNELS, 1, Position.SPACE, 7, backend)) {
      Tensor stored = model.weights().get("clean_x_embedder.proj.bias");
      float[] bias = SmallModel.random(2, 1, (int) stored.shape().elements());
      stored.writeInPlace(bias);
      Section section = new SectionPlan(spec, 1, 1).section(0);
      SectionBatch batch =
          SectionBatch.of(
              List.of(new SectionBatch.Item(section, video(3, 4), 0)),
              false,
              HistoryTreatment.NONE);
      Packer.Packed packed = model.network().pack(input(batch, 1));
      assertEquals(spec.tokens(SIDE, SIDE).total(), packed.hidden().extent(1));
      assertArrayEquals(bias, packed.hidden().slice(1, 0, 1).toFloats());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "0, 2"})
  void items_with_tails_of_different_lengths_are_computed_as_if_they_were_alone(
      int doubles, int singles) {
    Params params = Params.create(workspace, 17);
    HunyuanVideoPacked model =
        new HunyuanVideoPacked(SmallModel.withText(doubles, singles), params);
    SmallModel.open(params);
    TransformerInput both =
        SmallModel.inputWithText(6, 2).withTail(SmallModel.tail(new int[] {1, 4}, 0, 1));
    float[] together = model.forward(both).toFloats();
    int size = together.length / 2;
    for (int i = 0; i < 2; i++) {
      TransformerInput one =
          SmallModel.item(both, i).withTail(SmallModel.tail(new int[] {1, 4}, i));
      assertArrayEquals(
          Arrays.copyOfRange(together, i * size, (i + 1) * size),
          model.forward(one).toFloats(),
          2e-5f);
    }
  }

  @ParameterizedTest
  @CsvSource({"ta_f2k2f1k1_g3", "tc_f2k2f1k1_g3"})
  void the_gradient_of_the_nearest_projection_sees_the_tail(String name) {
    PackSpec spec = PackSpec.parse(name);
    try (NanoModel model = NanoModel.create(spec, CHANNELS, 1, Position.SPACE, 7, backend)) {
      open(model.weights());
      Tensor bias = model.weights().get("clean_x_embedder.proj.bias");
      List<SectionBatch.Item> items = List.of(item(spec, 8), item(spec, 5)); // tails of 5 and 2
      TransformerInput in = input(SectionBatch.of(items, false, HistoryTreatment.NONE), 2);
      float[] gradient;
      try (Tape tape = Tape.watching(List.of(bias))) {
        tape.backward(loss(model, in));
        gradient = tape.gradient(bias).toFloats();
      }
      float[] values = bias.toFloats();
      float[] direction = SmallModel.random(3, 1, values.length);
      double expected = 0;
      float[] ahead = values.clone();
      float[] behind = values.clone();
      float step = 2e-3f;
      for (int i = 0; i < values.length; i++) {
        expected += gradient[i] * direction[i];
        ahead[i] += step * direction[i];
        behind[i] -= step * direction[i];
      }
      bias.writeInPlace(ahead);
      double up = loss(model, in).item();
      bias.writeInPlace(behind);
      double down = loss(model, in).item();
      assertEquals(expected, (up - down) / (2 * step), 0.02 * Math.abs(expected));
    }
  }

  private static Tensor loss(NanoModel model, TransformerInput in) {
    Tensor out = model.network().forward(in);
    return out.mul(out).mean();
  }

  private static SectionBatch.Item item(PackSpec spec, int known) {
    Section section = new SectionPlan(spec, 1, known).section(0);
    return new SectionBatch.Item(section, video(known, known + 3), 0);
  }

  @Test
  void a_tail_that_does_not_fit_is_refused() {
    Tensor pixels = Tensor.zeros(1, SmallModel.CHANNELS, 2);
    PatchKernel one = PatchKernel.cubic(1);
    List<Span> two = List.of(new Span(-2, 1), new Span(-1, 1));
    for (List<List<Span>> bad :
        List.of(
            List.<List<Span>>of(),
            List.of(List.of(new Span(-1, 1))),
            List.of(two, two),
            List.of(List.of(new Span(-1, 1), new Span(0, 0))))) {
      assertThrows(IllegalArgumentException.class, () -> ContextTail.ofRuns(one, pixels, bad));
    }
    ContextTail otherBatch =
        ContextTail.ofRuns(one, Tensor.zeros(2, SmallModel.CHANNELS, 2), List.of(two, two));
    assertThrows(IllegalArgumentException.class, () -> pack(packer(), otherBatch));
  }

  private Packer packer() {
    return HunyuanVideoPacked.packer(SmallModel.config(0, 0), Params.create(workspace, 11));
  }

  private static Packer.Packed pack(Packer packer, ContextTail tail) {
    return packer.pack(tail, List.of(), SmallModel.latents(1, 1, 1), SmallModel.times(1, 0, 1));
  }

  private static Frames video(long seed, int frames) {
    int count = CHANNELS * frames * SIDE * SIDE;
    return new Frames(CHANNELS, frames, SIDE, SIDE, SmallModel.random(seed, 1, count));
  }

  private static Frames withTail(Frames video, Frames tail) {
    return video.with(0, tail);
  }

  private static void open(Map<String, Tensor> weights) {
    weights.forEach((name, weight) -> {
      if (name.startsWith("proj_out") || name.contains("norm_out")) {
        int count = Math.toIntExact(weight.shape().elements());
        weight.writeInPlace(SmallModel.random(name.hashCode(), 0.2, count));
      }
    });
  }

  private static double distance(float[] a, float[] b) {
    double distance = 0;
    for (int i = 0; i < a.length; i++) {
      distance = Math.max(distance, Math.abs(a[i] - b[i]));
    }
    return distance;
  }
}
