package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.Shape;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.nn.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

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
  private static final List<String> KINDS =
      List.of("normalize", "resize", "conv", "relu", "maxpool", "mean", "tap");

  List<FrameLayer> layers() {
    String text = tensors.metadata().get(LAYERS);
    if (text == null) {
      throw new DatasetError(
          "%s: its metadata have no '%s'; expected its layers, such as 'conv features.0 padding 1; relu; tap'"
              .formatted(tensors.path(), LAYERS));
    }
    List<FrameLayer> layers = new ArrayList<>();
    for (String layer : text.split(";")) {
      layers.add(layer(layer.strip()));
    }
    if (layers.stream().noneMatch(FrameLayer.Tap.class::isInstance)) {
      throw new DatasetError(
          "%s: no layer of '%s' is a 'tap', so that nothing would be compared"
              .formatted(tensors.path(), LAYERS));
    }
    return List.copyOf(layers);
  }

  private FrameLayer layer(String text) {
    String[] words = text.split("\\s+");
    return switch (words[0]) {
      case "normalize" ->
          new FrameLayer.Normalize(
              tensor(text, "shift", 1, 3, 1, 1, 1), tensor(text, "scale", 1, 3, 1, 1, 1));
      case "resize" -> new FrameLayer.Resize(number(text, words, 1, 1));
      case "conv" -> conv(text, words);
      case "relu" -> new FrameLayer.Relu();
      case "maxpool" ->
          new FrameLayer.MaxPool(number(text, words, 1, 1), number(text, words, 2, 1));
      case "mean" -> new FrameLayer.Mean();
      case "tap" ->
          new FrameLayer.Tap(words.length == 1 ? new float[0] : floats(text, words[1] + ".weight"));
      default ->
          throw new DatasetError(
              "%s: layer '%s': expected one of %s%s"
                  .formatted(
                      tensors.path(),
                      text,
                      String.join(", ", KINDS),
                      NearestName.hint(words[0], KINDS)));
    };
  }

  private FrameLayer conv(String text, String[] words) {
    Map<String, Integer> options = new LinkedHashMap<>(Map.of("stride", 1, "padding", 0));
    for (int i = 2; i < words.length; i += 2) {
      if (options.replace(words[i], number(text, words, i + 1, 0)) == null) {
        throw wrong(text, "stride and padding, not " + words[i]);
      }
    }
    if (words.length < 2 || options.get("stride") < 1) {
      throw wrong(text, "conv NAME stride S padding P");
    }
    String weight = words[1] + ".weight";
    Shape shape = shape(text, weight);
    if (shape.rank() != 4) {
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

  private Shape shape(String text, String name) {
    if (!tensors.contains(name)) {
      String hint = NearestName.hint(name, new TreeSet<>(tensors.names()));
      throw wrong(text, "a tensor '%s' in the file%s".formatted(name, hint));
    }
    return tensors.spec(name).shape();
  }

  /// In f32, whatever it is stored as.
  private float[] floats(String text, String name) {
    shape(text, name);
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
