package framepack.verify.kind;

import framepack.tensor.random.TorchRandom;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/// `randn`: successive draws of PyTorch's CPU generator under a seed.
final class RandnKind implements CaseKind {
  private static final int LAST = 5;

  @Override
  public String name() {
    return "randn";
  }

  @Override
  public boolean absolute() {
    return true;
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    for (JsonNode draw : golden.setting("draws")) {
      long seed = draw.required("seed").longValue();
      String prefix = "out.seed" + seed + ".";
      TorchRandom random = new TorchRandom(seed);
      int index = 0;
      for (JsonNode shape : draw.required("shapes")) {
        long[] extents = Settings.longs(shape);
        int count = Math.toIntExact(LongStream.of(extents).reduce(1, Math::multiplyExact));
        verdicts.offer(prefix + "draw" + index++, random.randn(count), extents);
      }
      verdicts.offer(prefix + "then_rand", random.rand(LAST), LAST);
    }
  }
}
