package framepack.experiment.config;

import framepack.experiment.Method;
import framepack.history.HistoryGuidance;
import framepack.model.hunyuan.HunyuanConfig.Attention;
import framepack.pack.PackSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The settings that make an alternative of FramePack: `model`, `history`, and the noise levels in `training` and `sampling`.
/// What is as FramePack has it is not written, so that addresses from before an alternative was known stay.
final class MethodSettings {
  private static final double MOST_SHIFT = 1000;
  private static final double MOST_GUIDANCE = 100;
  private static final Map<String, Boolean> PATCHES = Map.of("independent", false, "shared", true);
  private static final Map<String, Boolean> LEVELS = Map.of("equal", false, "rolling", true);
  private static final Map<String, Boolean> YES_OR_NO = Map.of("false", false, "true", true);

  private MethodSettings() {}

  static Method read(Settings run, Settings training, Settings sampling, PackSpec packing) {
    Method plain = Method.FRAMEPACK;
    Settings model = run.section("model");
    Settings history = run.section("history");
    Settings guidance = history.section("guidance");
    Method.Network network =
        new Method.Network(
            model.choice("attention", Attention.class, plain.network().attention()),
            model.choice("patches", PATCHES, plain.network().sharedPatches()),
            model.choice("told-noise", YES_OR_NO, plain.network().toldNoise()));
    Method.History shown =
        new Method.History(
            history.choice("choice", Method.Choice.class, plain.history().choice()),
            history.number("lambda-time", plain.history().lambdaTime(), 0, Double.MAX_VALUE),
            new HistoryGuidance(
                guidance.number("scale", 1, 0, MOST_GUIDANCE),
                guidance.number("dropout", 0, 0, Math.nextDown(1.0))),
            history.whole("codes", plain.history().codes(), 1));
    double shift =
        training.number("shift", plain.noise().trainingShift(), Double.MIN_NORMAL, MOST_SHIFT);
    Method.Noise noise =
        new Method.Noise(
            shift,
            sampling.number("shift", shift, Double.MIN_NORMAL, MOST_SHIFT),
            training.choice("levels", LEVELS, plain.noise().rolling()));
    requireForward(packing, network.attention() == Attention.CAUSAL, model, "attention");
    requireForward(packing, noise.rolling(), training, "levels");
    List.of(guidance, history, model).forEach(Settings::done);
    return new Method(network, shown, noise);
  }

  private static void requireForward(PackSpec packing, boolean asked, Settings of, String key) {
    boolean forward =
        packing.order() == PackSpec.Order.VANILLA
            || packing.order() == PackSpec.Order.FORWARD_START;
    if (asked && !forward) {
      throw of.wrong(
          key, of.node(key).orElseThrow(), "a packing in a forward order for this, not " + packing);
    }
  }

  static void write(RunConfig config, ObjectNode run, ObjectNode training, ObjectNode sampling) {
    Method plain = Method.FRAMEPACK;
    Method method = config.method();
    if (method.noise().trainingShift() != plain.noise().trainingShift()) {
      training.put("shift", method.noise().trainingShift());
    }
    if (method.noise().rolling()) {
      training.put("levels", "rolling");
    }
    if (method.noise().samplingShift() != method.noise().trainingShift()) {
      sampling.put("shift", method.noise().samplingShift());
    }
    if (!method.network().equals(plain.network())) {
      ObjectNode model = run.putObject("model");
      Attention attention = method.network().attention();
      putIf(model, attention != plain.network().attention(), "attention", name(attention));
      putIf(model, method.network().sharedPatches(), "patches", "shared");
      putIf(model, method.network().toldNoise(), "told-noise", "true");
    }
    history(config, method.history(), plain.history(), run);
  }

  /// The weight of time counts for hybrid choices only, the number of codes for `+d` only.
  private static void history(
      RunConfig config, Method.History history, Method.History plain, ObjectNode run) {
    ObjectNode node = run.objectNode();
    Method.Choice choice = history.choice();
    putIf(node, choice != plain.choice(), "choice", name(choice));
    if (choice == Method.Choice.HYBRID) {
      node.put("lambda-time", history.lambdaTime());
    }
    if (!history.guidance().equals(plain.guidance())) {
      node.putObject("guidance")
          .put("scale", history.guidance().scale())
          .put("dropout", history.guidance().dropout());
    }
    if (config.packing().discrete() && history.codes() != plain.codes()) {
      node.put("codes", history.codes());
    }
    if (!node.isEmpty()) {
      run.set("history", node);
    }
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static void putIf(ObjectNode node, boolean there, String key, String value) {
    if (there) {
      node.put(key, value);
    }
  }
}
