package framepack.model.hunyuan;

import framepack.model.ConfigKeys;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.View;
import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tensor.nn.Params;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A transformer on disk, laid out as diffusers does: `config.json` beside one or several safetensors files. Opening maps
/// the weights and reads none; they stay in their stored type. Whoever opens it closes it after the last use of the model.
public final class HunyuanCheckpoint implements AutoCloseable {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";

  private final SafeTensors file;
  private final Workspace home;
  private final Params params;
  private final HunyuanVideoPacked model;

  private HunyuanCheckpoint(Path place, HunyuanConfig config, Backend backend) {
    file = SafeTensors.open(place);
    home = Workspace.detached(backend);
    try {
      params = Params.load(views(file), home);
      model = new HunyuanVideoPacked(config, params);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Opens a folder, or one of its weight files (`.safetensors`, `.safetensors.index.json`).
  public static HunyuanCheckpoint open(Path place, Backend backend) {
    Path config = Files.isDirectory(place) ? place.resolve(CONFIG) : place.resolveSibling(CONFIG);
    return open(place, HunyuanConfigJson.read(ConfigKeys.read(config)), backend);
  }

  /// Opens weights whose config is known.
  public static HunyuanCheckpoint open(Path place, HunyuanConfig config, Backend backend) {
    return new HunyuanCheckpoint(place, config, backend);
  }

  /// Writes a folder that [#open] reads; it must not exist or be empty, and appears whole or not at all.
  public static void save(Path folder, HunyuanConfig config, Map<String, Tensor> weights) {
    AtomicFile.writeFolder(
        folder,
        inside -> {
          SafeTensorsWriter writer = new SafeTensorsWriter().metadata("format", "pt");
          weights.forEach(writer::add);
          writer.write(inside.resolve(WEIGHTS));
          AtomicFile.write(inside.resolve(CONFIG), HunyuanConfigJson.write(config) + "\n");
        });
  }

  /// All tensors of a file by name, as [Params] takes them.
  public static Map<String, View> views(SafeTensors file) {
    Map<String, View> views = new LinkedHashMap<>();
    for (String name : file.names()) {
      views.put(name, file.view(name));
    }
    return views;
  }

  public HunyuanVideoPacked model() {
    return model;
  }

  /// The weights by name.
  public Map<String, Tensor> weights() {
    return params.named();
  }

  @Override
  public void close() {
    home.close();
    file.close();
  }
}
