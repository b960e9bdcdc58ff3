package framepack.tests.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.experiment.NanoModel;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.ContextLevel;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MetaBackendTest {
  @Test
  void a_linear_layer_costs_two_flops_per_weight_and_row_plus_its_bias() {
    try (MetaBackend meta = new MetaBackend();
        Workspace _ = Workspace.open(meta)) {
      Tensor x = Tensor.zeros(3, 5, 7);
      meta.reset();
      x.linear(Tensor.zeros(11, 7), Tensor.zeros(11), Activation.NONE);
      assertEquals(3 * 5 * 11 * (2 * 7 + 1), meta.costs().get("Linear").flops());
      assertEquals(4 * (3 * 5 * 7 + 11 * 7 + 11 + 3 * 5 * 11), meta.costs().get("Linear").bytes());
    }
  }

  @Test
  void attention_costs_four_flops_per_pair_and_channel() {
    try (MetaBackend meta = new MetaBackend();
        Workspace _ = Workspace.open(meta)) {
      Tensor q = Tensor.zeros(2, 13, 3, 8);
      Tensor k = Tensor.zeros(2, 17, 3, 8);
      meta.reset();
      q.attention(k, k, null);
      assertEquals(4 * 2 * 13 * 17 * 3 * 8, meta.total().flops());
    }
  }

  @Test
  void shapes_are_checked_and_values_refused() {
    try (MetaBackend meta = new MetaBackend();
        Workspace _ = Workspace.open(meta)) {
      Tensor x = Tensor.zeros(2, 3);
      assertThrows(ShapeMismatch.class, () -> x.matmul(Tensor.zeros(2, 3)));
      assertThrows(IllegalStateException.class, x::toFloats);
    }
  }

  @Test
  void the_peak_of_a_real_forward_pass_is_known_before_it_runs() {
    assertEquals(peak("meta"), peak("cpu"));
  }

  /// Peak bytes of the workspace of one forward pass of a nano model.
  private static long peak(String device) {
    try (Backend backend = Backends.open(device);
        Workspace home = Workspace.detached(backend);
        Workspace step = Workspace.open(backend)) {
      var network = new HunyuanVideoPacked(nano(), Params.blank(home, DType.F32));
      Tensor latents = Tensor.zeros(1, 4, 3, 4, 4);
      var level =
          new ContextLevel(PatchKernel.BASE, Tensor.zeros(1, 4, 1, 4, 4), new long[][] {{0}});
      network.forward(
          TransformerInput.ofVideo(
              latents, new long[][] {{1, 2, 3}}, List.of(level), Tensor.zeros(1), null));
      return step.peakBytes();
    }
  }

  private static HunyuanConfig nano() {
    PackSpec spec = PackSpec.parse("td_f1k1_g3");
    try (Backend backend = Backends.open("cpu");
        NanoModel model = NanoModel.create(spec, 4, 1, Position.NONE, 0, backend)) {
      return model.network().config();
    }
  }
}
