package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.Shape;
import framepack.tensor.io.SafeTensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A trained network of the user's that says how different two frames look, from a safetensors file: LPIPS (Zhang et al., "The
/// unreasonable effectiveness of deep features", CVPR 2018), or an image embedding, whose distance `|a - b|²` of unit vectors is
/// twice one less their cosine.
///
/// The file's metadata have the layers under `framepack.layers`, in order, with `;` between them ([FrameNetworkFile]).
public final class FrameNetwork implements AutoCloseable {
  /// Frames at a time, so that memory does not grow with the video.
  private static final int PIECE = 8;

  /// A layer and what the file calls it.
  record Step(String text, FrameLayer layer) {}

  private final String title;
  private final Workspace home;
  private final List<Step> steps;

  private FrameNetwork(String title, Workspace home, List<Step> steps) {
    this.title = title;
    this.home = home;
    this.steps = steps;
  }

  /// Reads a network and keeps its weights on `backend` until [#close].
  ///
  /// @throws DatasetError if the file describes no network
  public static FrameNetwork open(Path file, Backend backend) {
    Workspace home = Workspace.detached(backend);
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return new FrameNetwork(file.toString(), home, new FrameNetworkFile(tensors, home).steps());
    } catch (RuntimeException e) {
      home.close();
      throw e;
    }
  }

  /// Tries the network on a grey frame, before time is spent on what it is to judge.
  ///
  /// @throws DatasetError if its layers do not fit each other or frames of this size, or it computes no finite number
  public void check(int rows, int columns) {
    Frames grey = Frames.zeros(3, 1, rows, columns);
    double distance = distance(grey, grey)[0];
    if (!Double.isFinite(distance)) {
      throw new DatasetError(
          "%s: two grey frames are %s apart, expected 0: a weight is not finite, or a scale is 0"
              .formatted(title, distance));
    }
  }

  /// How different each frame of two videos looks, 0 where they are equal.
  ///
  /// @param a pixels [3, T, H, W] in [-1, 1]
  /// @param b the same
  /// @throws DatasetError if a layer does not fit what comes before it, or the videos' shapes differ
  public double[] distance(Frames a, Frames b) {
    a.checkSameShape(b, title);
    if (a.channels() != 3) {
      throw new DatasetError("%s: expected pixels of 3 channels, got %s".formatted(title, a));
    }
    double[] distances = new double[a.frames()];
    for (int first = 0; first < a.frames(); first += PIECE) {
      int count = Math.min(PIECE, a.frames() - first);
      try (Workspace _ = Workspace.open(home.backend())) {
        add(maps(a.slice(first, count)), maps(b.slice(first, count)), distances, first);
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
    for (Step step : steps) {
      Optional<String> expected = step.layer().objection(maps.shape());
      if (expected.isPresent()) {
        throw unfit(step, expected.get(), maps.shape(), a.shape());
      }
      maps = step.layer().of(maps);
      if (step.layer() instanceof FrameLayer.Tap tap) {
        tap.add(maps, distances, first);
      }
    }
  }

  private DatasetError unfit(Step step, String expected, Shape maps, Shape pixels) {
    return new DatasetError(
        "%s: layer '%s': expected %s, got [channels %d, rows %d, columns %d] from frames of %d x %d pixels"
            .formatted(
                title,
                step.text(),
                expected,
                maps.extent(1),
                maps.extent(3),
                maps.extent(4),
                pixels.extent(3),
                pixels.extent(4)));
  }

  @Override
  public void close() {
    home.close();
  }
}
