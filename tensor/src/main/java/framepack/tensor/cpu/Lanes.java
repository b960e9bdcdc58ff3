package framepack.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The vector width of this JVM, chosen once: everything downstream is a compile-time constant.
///
/// A species that the machine lacks (512 bit on AVX2) runs a hundred times slower without any error,
/// so every kernel takes its width from here. Run with `-XX:MaxVectorSize=16`, `32` or `64` to see
/// 128, 256 or 512 bit on one machine.
public final class Lanes {
  /// Floats at the preferred width of this machine.
  public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /// Ints with as many lanes as [#FLOATS].
  public static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /// Lanes of one float vector: 4, 8 or 16.
  public static final int WIDTH = FLOATS.length();

  /// Sixteen-bit values with as many lanes as [#FLOATS] (half the bits); at 128 bit the 64-bit shape.
  public static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  /// Bytes: as many lanes as [#FLOATS], but at least the 64-bit shape, which is two float vectors at 128 bit.
  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

  private Lanes() {}

  /// Widens bf16 bit patterns: a bf16 is the upper half of a float.
  static FloatVector widen(ShortVector bits) {
    IntVector wide = (IntVector) bits.castShape(INTS, 0);
    return wide.lanewise(jdk.incubator.vector.VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /// Bits of one register, as told to the user at start: 128, 256 or 512.
  public static int bits() {
    return FLOATS.vectorBitSize();
  }
}
