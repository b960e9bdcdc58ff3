package framepack.verify.kind;

import framepack.model.Rope3d;
import framepack.model.Rope3d.Phases;
import framepack.model.wan.WanRope;
import framepack.tensor.Tensor;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/// `rope`: tables of rotary phases of HunyuanVideo at given times, and of Wan.
final class RopeKind implements CaseKind {
  @Override
  public String name() {
    return "rope";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    int index = 0;
    for (JsonNode table : golden.setting("hunyuan")) {
      hunyuan(golden, verdicts, index++, table);
    }
    index = 0;
    for (JsonNode table : golden.setting("wan")) {
      wan(verdicts, index++, table);
    }
  }

  private static void hunyuan(GoldenCase golden, Verdicts verdicts, int index, JsonNode table) {
    int[] axes = Settings.ints(table.required("axes"));
    Rope3d rope = new Rope3d(axes[0], axes[1], axes[2], table.required("theta").doubleValue());
    Phases phases =
        rope.phases(
            rows(golden.in("indices" + index)),
            table.required("height").intValue(),
            table.required("width").intValue(),
            1,
            1,
            1);
    verdicts.offer("out.hunyuan" + index + ".cos", phases.cos());
    verdicts.offer("out.hunyuan" + index + ".sin", phases.sin());
  }

  private static long[][] rows(Tensor indices) {
    long[] all = indices.axes("batch frames").toLongs();
    int frames = Math.toIntExact(indices.extent(1));
    long[][] rows = new long[Math.toIntExact(indices.extent(0))][frames];
    for (int i = 0; i < all.length; i++) {
      rows[i / frames][i % frames] = all[i];
    }
    return rows;
  }

  private static void wan(Verdicts verdicts, int index, JsonNode table) {
    int[] patch = Settings.ints(table.required("patch_size"));
    int[] size = Settings.ints(table.required("latent_thw"));
    int frames = size[0] / patch[0];
    long[][] times = {LongStream.range(0, frames).toArray()};
    Phases phases =
        WanRope.of(table.required("head_dim").intValue())
            .phases(times, size[1] / patch[1], size[2] / patch[2], 1, 1, 1);
    offer(verdicts, "out.wan" + index + ".cos", phases.cos());
    offer(verdicts, "out.wan" + index + ".sin", phases.sin());
  }

  private static void offer(Verdicts verdicts, String name, Tensor table) {
    verdicts.offer(name, table.reshape(table.extent(1), table.extent(2)));
  }
}
