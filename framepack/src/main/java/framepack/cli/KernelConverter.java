package framepack.cli;

import framepack.pack.PatchKernel;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Kernels on the command line, as names of packings write them.
final class KernelConverter implements ITypeConverter<PatchKernel> {
  @Override
  public PatchKernel convert(String text) {
    try {
      return PatchKernel.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
