package framepack.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program: `framepack VERB`.
@Command(name = "framepack", mixinStandardHelpOptions = true)
public final class Main implements Runnable {

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
