package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.io.SafeTensors;
import java.nio.file.Path;
import java.util.List;

/// A trained network of the user's that says how different two frames look, from a safetensors file: LPIPS (Zhang et al., "The
/// unreasonable effectiveness of deep features", CVPR 2018), or an image embedding such as CLIP's convolutional ones, whose
/// distance `|a - b|²` of unit vectors is twice one less their cosine.
///
/// The file's metadata have the layers under `framepack.layers`, in order, with `;` between them ([FrameNetworkFile]).
public final class FrameNetwork implements AutoCloseable {
  /// Frames at a time, so that memory does not grow with the video.
  private static final int PIECE = 8;

  private final String title;
  private final Workspace home;
  private final List<FrameLayer> layers;

  private FrameNetwork(String title, Workspace home, List<FrameLayer> layers) {
    this.title = title;
    this.home = home;
    this.layers = layers;
  }

  /// Reads a network and keeps its weights on `backend` until [#close].
  ///
  /// @throws DatasetError if the file describes no network
  public static FrameNetwork open(Path file, Backend backend) {
    Workspace home = Workspace.detached(backend);
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return new FrameNetwork(file.toString(), home, new FrameNetworkFile(tensors, home).layers());
    } catch (RuntimeException e) {
      home.close();
      throw e;
    }
  }

  /// How different each frame of two videos looks, 0 where they are equal.
  ///
  /// @param a pixels [3, T, H, W] in [-1, 1]
  /// @param b the same
  /// @throws DatasetError if frames are too small for the network, or the videos' shapes differ
  public double[] distance(Frames a, Frames b) {
    if (a.channels() != 3 || a.values().length != b.values().length || a.frames() != b.frames()) {
      throw new DatasetError(
          "%s: expected two videos of pixels, got %s and %s".formatted(title, a, b));
    }
    double[] distances = new double[a.frames()];
    for (int first = 0; first < a.frames(); first += PIECE) {
      int count = Math.min(PIECE, a.frames() - first);
      try (Workspace _ = Workspace.open(home.backend())) {
        add(maps(a.slice(first, count)), maps(b.slice(first, count)), distances, first);
      } catch (ShapeMismatch e) {
        throw new DatasetError(
            "%s: a layer does not fit frames of %d x %d pixels (%s); add a resize before it"
                .formatted(title, a.rows(), a.columns(), e.getMessage()));
      }
    }
    return distances;
  }

  private static Tensor maps(Frames pixels) {
    return Tensor.of(pixels.values(), 3, pixels.frames(), pixels.rows(), pixels.columns())
        .permute(1, 0, 2, 3)
        .unsqueeze(2);
  }

  private void add(Tensor a, Tensor b, double[] distances, int first) {
    Tensor maps = Tensor.concat(0, a, b);
    for (FrameLayer layer : layers) {
      maps = layer.of(maps);
      if (layer instanceof FrameLayer.Tap tap) {
        tap.add(maps, distances, first);
      }
    }
  }

  @Override
  public void close() {
    home.close();
  }
}
