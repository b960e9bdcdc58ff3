package framepack.bench.peer;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Functions of libtorch, written in its Python dialect: a resource becomes the archive that `torch.jit.load` reads. They
/// run as they stand, one operation after the other, as eager PyTorch runs them, but with no Python in between.
final class TorchScript implements AutoCloseable {
  /// Pickled: an object of class `__torch__.Module` whose one attribute `training` is false; no constants.
  private static final byte[] OBJECT =
      "\u0080\u0002c__torch__\nModule\n)\u0081}(X\u0008\u0000\u0000\u0000training\u0089ub."
          .getBytes(StandardCharsets.ISO_8859_1);

  private static final byte[] CONSTANTS =
      "\u0080\u0002).".getBytes(StandardCharsets.ISO_8859_1);

  /// The set of operators that 2.x has; archives of version 3 are read with those of 1.x.
  private static final byte[] VERSION = ascii("10");

  private static final String CLASS =
      """
      class Module(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  private final PtSymbolBlock module;

  private TorchScript(PtSymbolBlock module) {
    this.module = module;
  }

  /// A script of these methods, one of them `forward`; the first argument of each is `self`.
  static TorchScript of(PtNDManager manager, String source) {
    JniUtils.setGraphExecutorOptimize(false);
    String code = CLASS + source.replaceAll("(def \\w+\\(self)", "$1: __torch__.Module").indent(2);
    try {
      return new TorchScript(
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive(code)), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The methods in a resource of this package.
  static String text(String resource) {
    try (InputStream in = TorchScript.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(String code) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "data.pkl", OBJECT);
      put(zip, "constants.pkl", CONSTANTS);
      put(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      put(zip, "version", VERSION);
      put(zip, "byteorder", ascii("little"));
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry("archive/" + name);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    entry.setSize(bytes.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Calls `forward`.
  ///
  /// @param inputs arguments in order; tensors named `x[]` are one list
  /// @param recorded whether gradients are recorded for inputs that require them
  NDList call(NDList inputs, boolean recorded) {
    return IValueUtils.forward(module, inputs, recorded);
  }

  @Override
  public void close() {
    module.close();
  }
}
