package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.nn.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Layers of a [FrameNetwork] as its file's metadata describe them:
///
/// | layer | tensors | |
/// |---|---|---|
/// | `normalize` | `shift`, `scale` | `(x - shift) / scale` of pixels in [-1, 1], three numbers each |
/// | `resize 224` | | bilinear, to a square |
/// | `conv NAME stride 4 padding 2` | `NAME.weight` [o, c, kh, kw], `NAME.bias` [o] if there is one | stride 1 and padding 0 if not said |
/// | `relu` | | |
/// | `maxpool 3 2` | | size and stride |
/// | `mean` | | over rows and columns |
/// | `tap` or `tap NAME` | `NAME.weight`, one number a channel | here frames are compared |
record FrameNetworkFile(SafeTensors tensors, Workspace home) {
  private static final String LAYERS = "framepack.layers";

  private enum Kind {
    NORMALIZE("normalize"),
    RESIZE("resize SIDE"),
    CONV("conv NAME stride S padding P"),
    RELU("relu"),
    MAXPOOL("maxpool SIZE STRIDE"),
    MEAN("mean"),
    TAP("tap NAME");

    private final String form;

    Kind(String form) {
      this.form = form;
    }

    private String word() {
      return form.split(" ")[0];
    }

    private int mostWords() {
      return form.split(" ").length;
    }
  }

  List<FrameNetwork.Step> steps() {
    String text = tensors.metadata().get(LAYERS);
    if (text == null) {
      throw new DatasetError(
          "%s: its metadata have no '%s'; expected its layers, such as 'conv features.0 padding 1; relu; tap'"
              .formatted(tensors.path(), LAYERS));
    }
    List<FrameNetwork.Step> steps = new ArrayList<>();
    for (String layer : text.split(";")) {
      steps.add(new FrameNetwork.Step(layer.strip(), layer(layer.strip())));
    }
    if (steps.stream().noneMatch(step -> step.layer() instanceof FrameLayer.Tap)) {
      throw new DatasetError(
          "%s: no layer of '%s' is a 'tap', so that nothing would be compared"
              .formatted(tensors.path(), LAYERS));
    }
    return List.copyOf(steps);
  }

  private FrameLayer layer(String text) {
    String[] words = text.split("\\s+");
    Kind kind = kind(text, words[0]);
    if (words.length > kind.mostWords()) {
      throw wrong(text, kind.form);
    }
    return switch (kind) {
      case NORMALIZE ->
          new FrameLayer.Normalize(
              tensor(text, "shift", 1, 3, 1, 1, 1), tensor(text, "scale", 1, 3, 1, 1, 1));
      case RESIZE -> new FrameLayer.Resize(number(text, words, 1, 1));
      case CONV -> conv(text, words);
      case RELU -> new FrameLayer.Relu();
      case MAXPOOL -> new FrameLayer.MaxPool(number(text, words, 1, 1), number(text, words, 2, 1));
      case MEAN -> new FrameLayer.Mean();
      case TAP ->
          new FrameLayer.Tap(words.length == 1 ? new float[0] : floats(text, words[1] + ".weight"));
    };
  }

  private Kind kind(String text, String word) {
    List<String> known = Stream.of(Kind.values()).map(Kind::word).toList();
    if (!known.contains(word)) {
      throw wrong(
          text, "one of %s%s".formatted(String.join(", ", known), NearestName.hint(word, known)));
    }
    return Kind.values()[known.indexOf(word)];
  }

  private FrameLayer conv(String text, String[] words) {
    Map<String, Integer> options = new LinkedHashMap<>(Map.of("stride", 1, "padding", 0));
    for (int i = 2; i < words.length; i += 2) {
      if (options.replace(words[i], number(text, words, i + 1, 0)) == null) {
        throw wrong(text, "stride and padding, not " + words[i]);
      }
    }
    if (words.length < 2 || options.get("stride") < 1) {
      throw wrong(text, Kind.CONV.form + " with a stride of at least 1");
    }
    String weight = words[1] + ".weight";
    Shape shape = spec(text, weight).shape();
    if (shape.rank() != 4 || shape.elements() == 0) {
      throw wrong(text, "%s as [o, c, kh, kw], not %s".formatted(weight, shape));
    }
    String bias = words[1] + ".bias";
    return new FrameLayer.Conv(
        tensor(text, weight, shape.extent(0), shape.extent(1), 1, shape.extent(2), shape.extent(3)),
        tensors.contains(bias) ? tensor(text, bias, shape.extent(0)) : null,
        options.get("stride"),
        options.get("padding"));
  }

  private int number(String text, String[] words, int at, int least) {
    try {
      int value = at < words.length ? Integer.parseInt(words[at]) : least - 1;
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below, with what was expected
    }
    throw wrong(text, "a whole number of at least %d as word %d".formatted(least, at + 1));
  }

  private Spec spec(String text, String name) {
    if (!tensors.contains(name)) {
      String hint = NearestName.hint(name, new TreeSet<>(tensors.names()));
      throw wrong(text, "a tensor '%s' in the file%s".formatted(name, hint));
    }
    return tensors.spec(name);
  }

  /// In f32, whatever floating type it is stored as.
  private float[] floats(String text, String name) {
    Spec spec = spec(text, name);
    if (!spec.dtype().isFloating()) {
      throw wrong(text, "%s of a floating type, not %s".formatted(name, spec.dtype()));
    }
    try (Workspace host = Workspace.detached(home.backend())) {
      return host.adopt(tensors.view(name)).toFloats();
    }
  }

  private Tensor tensor(String text, String name, long... extents) {
    float[] values = floats(text, name);
    if (values.length != Arrays.stream(extents).reduce(1, Math::multiplyExact)) {
      throw wrong(
          text, "%s with %s numbers, not %d".formatted(name, Shape.of(extents), values.length));
    }
    return Tensor.of(home, values, extents);
  }

  private DatasetError wrong(String layer, String expected) {
    return new DatasetError(
        "%s: layer '%s': expected %s".formatted(tensors.path(), layer, expected));
  }
}
