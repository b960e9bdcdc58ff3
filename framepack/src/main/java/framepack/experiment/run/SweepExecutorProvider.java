package framepack.experiment.run;

import framepack.tensor.nn.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// An executor that an optional artifact brings along, found on the class path.
public interface SweepExecutorProvider {
  /// As the user asks for it.
  String name();

  /// @param master where the runs are to be carried out, in the executor's own words
  SweepExecutor open(SweepExecutor.Setting setting, String master);

  /// Names of the executors of other artifacts that are there.
  static List<String> names() {
    return all().stream().map(SweepExecutorProvider::name).toList();
  }

  /// @throws IllegalArgumentException if it is not there, in one line for the user
  static SweepExecutorProvider named(String name) {
    Optional<SweepExecutorProvider> found =
        all().stream().filter(provider -> provider.name().equals(name)).findFirst();
    return found.orElseThrow(() -> {
      List<String> known = new ArrayList<>(List.of("embedded"));
      known.addAll(names());
      return new IllegalArgumentException(
          "no executor '%s': this build has %s%s; spark is built by 'mvn -Pspark package'"
              .formatted(name, String.join(", ", known), NearestName.hint(name, known)));
    });
  }

  private static List<SweepExecutorProvider> all() {
    return ServiceLoader.load(SweepExecutorProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
