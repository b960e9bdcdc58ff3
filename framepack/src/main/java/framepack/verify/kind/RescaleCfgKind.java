package framepack.verify.kind;

import framepack.guidance.Cfg;
import framepack.tensor.Tensor;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import tools.jackson.databind.JsonNode;

/// `rescale_cfg`: guided predictions rescaled by several shares.
final class RescaleCfgKind implements CaseKind {
  @Override
  public String name() {
    return "rescale_cfg";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    Tensor guided = golden.in("noise_cfg");
    Tensor positive = golden.in("noise_pred_text");
    for (JsonNode rescale : golden.setting("rescales")) {
      Cfg cfg = new Cfg(1, rescale.doubleValue());
      verdicts.offer("out.rescale" + cfg.rescale(), cfg.rescaled(guided, positive));
    }
  }
}
