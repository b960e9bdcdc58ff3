package framepack.verify.kind;

import framepack.order.SoftAppend;
import framepack.pack.Buckets;
import framepack.tensor.Tensor;
import framepack.text.TextTokens;
import framepack.vae.LatentPreview;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import tools.jackson.databind.JsonNode;

/// `fp_utils`: the official program's small tools.
final class FpUtilsKind implements CaseKind {
  @Override
  public String name() {
    return "fp_utils";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    softAppend(golden, verdicts);
    buckets(golden, verdicts);
    preview(golden, verdicts);
    text(golden, verdicts, "pad", golden.setting("pad_to").intValue());
    text(golden, verdicts, "crop", golden.setting("crop_to").intValue());
  }

  private static void softAppend(GoldenCase golden, Verdicts verdicts) {
    Tensor history = golden.in("history").axes("batch channels time height width");
    Tensor current = golden.in("current");
    int rows = Math.toIntExact(history.extent(0) * history.extent(1));
    int plane = Math.toIntExact(history.extent(3) * history.extent(4));
    for (JsonNode node : golden.setting("overlaps")) {
      int overlap = node.intValue();
      float[] joined =
          SoftAppend.join(history.toFloats(), current.toFloats(), rows, plane, overlap);
      long[] extents = history.shape().toArray();
      extents[2] += current.extent(2) - overlap;
      verdicts.offer("out.soft_append.overlap" + overlap, joined, extents);
    }
  }

  private static void buckets(GoldenCase golden, Verdicts verdicts) {
    JsonNode sizes = golden.setting("bucket_hw");
    long[] nearest = new long[2 * sizes.size()];
    for (int i = 0; i < sizes.size(); i++) {
      int[] size = Settings.ints(sizes.get(i));
      Buckets.Size bucket = Buckets.nearest(size[0], size[1], Buckets.RESOLUTION);
      nearest[2 * i] = bucket.height();
      nearest[2 * i + 1] = bucket.width();
    }
    verdicts.offer("out.buckets", nearest, sizes.size(), 2);
  }

  private static void preview(GoldenCase golden, Verdicts verdicts) {
    Tensor latents = golden.in("latents16").axes("batch channels time height width");
    float[] rgb = LatentPreview.rgb(latents.toFloats(), Math.toIntExact(latents.extent(0)));
    long[] extents = latents.shape().with(1, 3).toArray();
    verdicts.offer("out.vae_decode_fake", rgb, extents);
  }

  private static void text(GoldenCase golden, Verdicts verdicts, String name, int length) {
    Tensor text = golden.in("text").axes("batch tokens width");
    int batch = Math.toIntExact(text.extent(0));
    int width = Math.toIntExact(text.extent(2));
    TextTokens fitted = TextTokens.cropOrPad(text.toFloats(), batch, width, length);
    verdicts.offer("out." + name, fitted.values(), batch, length, width);
    verdicts.offer("out." + name + "_mask", fitted.mask(), batch, length);
  }
}
