package framepack.opencl.cl;

import framepack.tensor.backend.Processor;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What multiplies the tiles of `matrix.cl`, by its macro `UNIT`: the first that a device has is tried first.
public enum MatrixUnit {
  /// Tiles of 16 x 64 bytes: Intel processors since Sapphire Rapids.
  AMX(
      2,
      "AMX tiles",
      Set.of("amx_tile", "amx_bf16", "avx512_bf16"),
      Set.of("amx_tile", "amx_int8")),

  /// Dot products of 512-bit vectors. Twice the rate of multiply-adds on AMD, half of it for bf16 on Intel.
  AVX512(1, "AVX-512 dot products", Set.of("avx512_bf16"), Set.of("avx512_vnni")),

  /// Multiply-adds, on any device and slower than F32: the same numbers.
  PLAIN(0, "plain multiply-adds", Set.of(), Set.of());

  /// `arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA)` of x86-64 Linux.
  private static final long ARCH_PRCTL = 158;

  private static final long REQUEST_PERMISSION = 0x1023;
  private static final long TILE_DATA = 18;

  private final int macro;
  private final String description;
  private final Set<String> bf16Flags;
  private final Set<String> int8Flags;

  MatrixUnit(int macro, String description, Set<String> bf16Flags, Set<String> int8Flags) {
    this.macro = macro;
    this.description = description;
    this.bf16Flags = bf16Flags;
    this.int8Flags = int8Flags;
  }

  /// The definition that selects it in `matrix.cl`.
  public String macro() {
    return "UNIT=" + macro;
  }

  @Override
  public String toString() {
    return description;
  }

  /// Those of a device for a precision, by the flags of the processor that it is; the last is always [#PLAIN].
  public static List<MatrixUnit> of(ClDevice device, Precision precision) {
    Set<String> flags = device.isCpu() ? Processor.flags() : Set.of();
    return Stream.of(values())
        .filter(unit -> flags.containsAll(unit.needs(precision)))
        .filter(unit -> unit != AMX || permitted())
        .toList();
  }

  private Set<String> needs(Precision precision) {
    return switch (precision) {
      case F32, BF16 -> bf16Flags;
      case INT8 ->
          Stream.of(bf16Flags, int8Flags)
              .flatMap(Set::stream)
              .collect(Collectors.toUnmodifiableSet());
    };
  }

  /// Linux keeps tiles from a process until it asks for them.
  @SuppressWarnings("restricted") // one system call that changes nothing but this permission
  private static boolean permitted() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    MethodHandle syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"), type, Linker.Option.firstVariadicArg(1));
    try {
      return (long) syscall.invokeExact(ARCH_PRCTL, REQUEST_PERMISSION, TILE_DATA) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("opencl: cannot ask for the tiles of AMX", e);
    }
  }
}
