package framepack.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program, `framepack VERB`. Each verb is a class of its own, listed here and nowhere else.
///
/// Machine output goes to standard output, everything else to standard error.
@Command(
    name = "framepack",
    description = "Frame context packing for video diffusion: plan, experiment, generate, verify.",
    synopsisSubcommandLabel = "VERB",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a check or a run failed",
      "2:bad input; one line says what, where and what to do",
      "130:interrupted; finished work is kept"
    },
    commandListHeading = "%nVerbs:%n")
public final class Main implements Runnable {
  private static final List<Class<?>> VERBS =
      List.of(
          Convert.class,
          Demo.class,
          Devices.class,
          Doctor.class,
          Experiment.class,
          FitCodebook.class,
          Plan.class,
          Tune.class,
          Verify.class);

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  private Main() {}

  /// Runs the verb and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
  }

  /// Runs `args` and returns the exit code; the whole program but for the end of the process.
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    Main main = new Main();
    CommandLine program = new CommandLine(main);
    VERBS.forEach(verb -> add(verb, List.of(args), program));
    program.setOut(out).setErr(err);
    program.setParameterExceptionHandler((e, given) -> misused(e, err));
    program.setExecutionExceptionHandler((e, verb, parsed) -> main.failed(e, verb, err));
    try {
      return program.execute(args);
    } catch (Error e) {
      // picocli hands only exceptions to its handlers; running out of memory is an error.
      return main.failed(e, program, err);
    }
  }

  /// Adds a verb with all its options if it is named, else with what the list of verbs needs: reading the options of all of
  /// them takes a third of the time of a start.
  private static void add(Class<?> verb, List<String> args, CommandLine program) {
    Command about = verb.getAnnotation(Command.class);
    if (args.contains(about.name())) {
      program.addSubcommand(verb);
    } else {
      CommandSpec listed = CommandSpec.create();
      listed.usageMessage().description(about.description());
      program.addSubcommand(about.name(), listed);
    }
  }

  /// Without a verb: the list of verbs.
  @Override
  public void run() {
    throw new ParameterException(new CommandLine(this), "no verb given");
  }

  private static int misused(ParameterException e, PrintWriter err) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println(name + ": " + problem(e) + "; see `" + name + " --help`");
    return ExitCode.USAGE;
  }

  private static String problem(ParameterException e) {
    boolean atVerb = e.getCommandLine().getCommand() instanceof Main;
    if (atVerb && e instanceof UnmatchedArgumentException u && !u.isUnknownOption()) {
      String given = u.getUnmatched().getFirst();
      String near =
          u.getSuggestions().stream()
              .filter(verb -> !given.isEmpty() && verb.startsWith(given.substring(0, 1)))
              .collect(
                  Collectors.joining(" or ")); // picocli also suggests what is like nothing given
      return "unknown verb '"
          + given
          + "'"
          + (near.isEmpty() ? "" : ", did you mean " + near + "?");
    }
    return Failure.oneLine(e.getMessage());
  }

  private int failed(Throwable thrown, CommandLine verb, PrintWriter err) {
    Failure failure = Failure.of(thrown);
    err.println(verb.getCommandSpec().qualifiedName() + ": " + failure.line());
    if (verbose) thrown.printStackTrace(err);
    return failure.exitCode();
  }
}
