package framepack.experiment.dataset;

import framepack.media.Clip;
import framepack.media.ClipReader;
import framepack.media.PlaneOrder;
import framepack.media.Wanted;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A folder of clips and images as videos of 64 x 64 pixels. An image becomes a pan over it and its mirror image. The last
/// fifth of the files, in the order of their names, is kept for tests.
///
/// Decoding and encoding are done once: latents lie in a cache, in a file that is named by what is in the folder and how it
/// was cut.
///
/// @param files in the order of their names
/// @param content the first 16 hexadecimal digits of the SHA-256 of all files
public record ClipFolder(Path folder, List<Path> files, String content) {
  private static final int SIDE = StripWorld.USUAL_SIDE;
  private static final int CHANNELS = 16;
  private static final int MOST_PATCHES = 20_000;
  private static final int MOST_FRAMES = 512;
  private static final double TEST_SHARE = 0.2;
  private static final int IMAGE_PAN = 4;
  private static final int IMAGE_FRAMES = 64;
  private static final String MEAN = "codec.mean";
  private static final String BASIS = "codec.basis";

  public ClipFolder {
    files = List.copyOf(files);
  }

  /// Looks at a folder; files whose names begin with a dot are left out.
  ///
  /// @throws DatasetError if there is no such folder or it holds fewer than two files
  public static ClipFolder of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetError("no folder '%s'; give one with clips or images".formatted(folder));
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
      if (files.size() < 2) {
        throw new DatasetError(
            "folder '%s' holds %d files; expected at least two clips or images, one of them to test with"
                .formatted(folder, files.size()));
      }
      return new ClipFolder(folder, files, Content.of(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The folder's videos, from the cache if they are there.
  ///
  /// @param every one frame in so many is kept
  public VideoBank bank(int every, Path cache) {
    Path file = cache.resolve(address(every) + ".safetensors");
    if (!Files.exists(file)) {
      encode(every, file);
    }
    return read(file);
  }

  /// The content and the cut.
  private String address(int every) {
    return Content.of("%s %d %d %d %d".formatted(content, SIDE, every, IMAGE_PAN, IMAGE_FRAMES));
  }

  private int tests() {
    return Math.max(1, (int) Math.round(TEST_SHARE * files.size()));
  }

  /// The codec is fitted on frames spread over the training files. Of one file at a time there are pixels in memory.
  private void encode(int every, Path target) {
    int training = files.size() - tests();
    int most = Math.max(1, MOST_FRAMES / training);
    List<Frames> sample =
        files.subList(0, training).stream().map(file -> spread(pixels(file, every), most)).toList();
    LinearPatchCodec codec =
        PatchComponents.fit(Frames.concat(sample), CHANNELS, MOST_PATCHES, 0).codec();
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("folder", folder.toString());
    add(writer, MEAN, codec.mean(), LinearPatchCodec.PATCH_VALUES);
    float[] basis = new float[CHANNELS * LinearPatchCodec.PATCH_VALUES];
    for (int k = 0; k < CHANNELS; k++) {
      float[] row = codec.direction(k);
      System.arraycopy(row, 0, basis, k * row.length, row.length);
    }
    add(writer, BASIS, basis, CHANNELS, LinearPatchCodec.PATCH_VALUES);
    for (int i = 0; i < files.size(); i++) {
      Frames z = codec.encode(pixels(files.get(i), every));
      add(writer, name(i), z.values(), z.channels(), z.frames(), z.rows(), z.columns());
    }
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writer.write(target);
  }

  private static Frames spread(Frames video, int most) {
    int count = Math.min(most, video.frames());
    List<Integer> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add((int) ((long) i * video.frames() / count));
    }
    return video.pick(frames);
  }

  private static String name(int file) {
    return "video.%06d".formatted(file);
  }

  private static void add(SafeTensorsWriter writer, String name, float[] values, long... extents) {
    writer.add(name, Spec.f32(extents), () -> MemorySegment.ofArray(values));
  }

  private VideoBank read(Path file) {
    try (SafeTensors cached = SafeTensors.open(file)) {
      float[] flat = values(cached, BASIS);
      float[][] basis = new float[CHANNELS][LinearPatchCodec.PATCH_VALUES];
      for (int k = 0; k < CHANNELS; k++) {
        System.arraycopy(flat, k * basis[k].length, basis[k], 0, basis[k].length);
      }
      LinearPatchCodec codec = new LinearPatchCodec(values(cached, MEAN), basis);
      List<Frames> training = new ArrayList<>();
      List<VideoBank.Test> test = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        Spec spec = cached.spec(name(i));
        Frames video =
            new Frames(
                CHANNELS,
                Math.toIntExact(spec.shape().extent(1)),
                SIDE / LinearPatchCodec.PATCH,
                SIDE / LinearPatchCodec.PATCH,
                values(cached, name(i)));
        if (i < files.size() - tests()) {
          training.add(video);
        } else {
          test.add(new VideoBank.Test(video, new boolean[0][]));
        }
      }
      return new VideoBank("folder " + folder, codec, training, test, false);
    }
  }

  private static float[] values(SafeTensors cached, String name) {
    View view = cached.view(name);
    long from = Float.BYTES * view.layout().offset();
    return view.segment()
        .asSlice(from, Float.BYTES * view.shape().elements())
        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private static Frames pixels(Path file, int every) {
    Clip first = ClipReader.read(file, 2);
    if (first.frames() == 1) {
      int width = Math.max(SIDE, Math.round((float) SIDE * first.width() / first.height()));
      Frames image = frames(first.resized(width, SIDE));
      return Panorama.pan(withMirror(image), IMAGE_PAN, 0, IMAGE_FRAMES).pixels();
    }
    return frames(ClipReader.read(file, Wanted.everything().oneIn(every).sized(SIDE, SIDE)));
  }

  private static Frames frames(Clip clip) {
    return new Frames(
        3, clip.frames(), clip.height(), clip.width(), clip.toPlanar(PlaneOrder.CTHW));
  }

  /// The image and its mirror image side by side, which meet without a seam.
  private static Frames withMirror(Frames image) {
    int width = image.columns();
    Frames both = Frames.zeros(3, 1, image.rows(), 2 * width);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < image.rows(); y++) {
        for (int x = 0; x < width; x++) {
          float value = image.at(c, 0, y, x);
          both.values()[both.index(c, 0, y, x)] = value;
          both.values()[both.index(c, 0, y, 2 * width - 1 - x)] = value;
        }
      }
    }
    return both;
  }
}
