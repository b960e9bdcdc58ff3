package framepack.opencl.tuning;

import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.KernelShape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Variations of a shape, one part of the kernels at a time, likely ones first.
final class Candidates {
  private Candidates() {}

  /// Other register tiles of matrix products.
  static List<KernelShape> tiles(KernelShape seed, ClDevice device) {
    int[][] rowsAndVectors =
        seed.tileGroup() == 1
            ? new int[][] {{6, 4}, {8, 3}, {12, 2}, {4, 4}, {6, 2}, {4, 3}}
            : new int[][] {{4, 1}, {8, 1}, {8, 2}, {4, 2}, {2, 1}};
    int[] groups = seed.tileGroup() == 1 ? new int[] {1} : new int[] {8, 16};
    return IntStream.of(groups)
        .boxed()
        .flatMap(
            group -> Stream.of(rowsAndVectors).map(tile -> seed.withTile(tile[0], tile[1], group)))
        .filter(shape -> shape.fits(device))
        .toList();
  }

  /// Other strips, where there are any.
  static List<KernelShape> strips(KernelShape seed) {
    return seed.tileGroup() > 1
        ? List.of()
        : Stream.of(
                new int[] {4, 4096}, new int[] {4, 1024}, new int[] {16, 2048}, new int[] {16, 512})
            .map(strip -> seed.withStrip(strip[0], strip[1]))
            .toList();
  }

  /// Other blocks of queries and keys.
  static List<KernelShape> blocks(KernelShape seed) {
    int[][] vectorsAndKeys =
        seed.lanes() > 1
            ? new int[][] {{2, 12}, {3, 4}, {4, 6}, {2, 5}, {2, 8}, {3, 8}, {1, 16}}
            : new int[][] {{1, 8}, {2, 8}};
    return Stream.of(vectorsAndKeys).map(block -> seed.withBlocks(block[0], block[1])).toList();
  }
}
