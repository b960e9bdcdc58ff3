package framepack.opencl.cl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// Loads [JoclApi] and JOCL with a native library of our own extraction.
///
/// JOCL by itself writes its library under a fixed name into the shared temporary folder and runs whatever it finds there:
/// another user's file, or half of one. Here `System.loadLibrary` asks [#findLibrary], and the library lies in a new folder
/// that only this user can enter. (A system property would do the same to every other user of JOCL in this JVM.)
final class JoclLoader extends ClassLoader {
  private static final String PACKAGE = JoclLoader.class.getPackageName();
  private static final String BINDING = PACKAGE + ".JoclApi";
  private static final String MEMORY = PACKAGE + ".JoclMemory";

  private final Map<String, Path> libraries = new TreeMap<>();

  private JoclLoader() {
    super(JoclLoader.class.getClassLoader());
  }

  /// The binding, its native code loaded; throws what the JVM throws if this machine has none.
  static ClApi load() throws ReflectiveOperationException {
    Class<?> binding = Class.forName(BINDING, true, new JoclLoader());
    return (ClApi) binding.getConstructor().newInstance();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean ours =
        name.startsWith("org.jocl.") || name.startsWith(BINDING) || name.startsWith(MEMORY);
    if (!ours) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length, JoclLoader.class.getProtectionDomain());
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  protected String findLibrary(String name) {
    return libraries.computeIfAbsent(name, JoclLoader::extract).toString();
  }

  private static Path extract(String name) {
    String file = System.mapLibraryName(name);
    try (InputStream in = JoclLoader.class.getResourceAsStream("/lib/" + file)) {
      if (in == null) {
        throw new UnsatisfiedLinkError("JOCL has no native library " + file + " for this system");
      }
      Path folder = Files.createTempDirectory("framepack-jocl"); // mode 0700, a name of its own
      Path library = folder.resolve(file);
      Files.copy(in, library);
      folder.toFile().deleteOnExit(); // in the reverse order: the file goes first
      library.toFile().deleteOnExit();
      return library;
    } catch (IOException e) {
      throw new UnsatisfiedLinkError(
          "JOCL's native library cannot be extracted: " + e.getMessage());
    }
  }
}
