package framepack.tests.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import framepack.tensor.op.Op;
import java.util.Properties;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who may see whom, over the class files of all modules. Rules about rooms that are still empty
/// hold from the first class that moves in.
@AnalyzeClasses(packages = "framepack", importOptions = DoNotIncludeTests.class)
class RoomRulesTest {

  private static final String TENSOR = "framepack.tensor..";
  private static final String CPU = "framepack.tensor.cpu..";
  private static final String REFERENCE = "framepack.tensor.reference..";
  private static final String OPENCL = "framepack.opencl..";
  private static final String CLI = "framepack.cli..";
  private static final String BENCH = "framepack.bench..";

  /// The `framepack` module: everything that is no other module's.
  private static final DescribedPredicate<JavaClass> FRAMEPACK =
      resideInAnyPackage("framepack..")
          .and(not(resideInAnyPackage(TENSOR, OPENCL, BENCH)))
          .as("classes of the framepack module");

  @ArchTest
  static final ArchRule only_tensor_cpu_sees_the_vector_api =
      noClasses()
          .that()
          .resideOutsideOfPackage(CPU)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator.vector..")
          .because("when the incubator moves, one package moves");

  @ArchTest
  static final ArchRule only_opencl_sees_jocl =
      noClasses()
          .that()
          .resideOutsideOfPackage(OPENCL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.jocl..")
          .because("when JOCL goes, one package goes");

  @ArchTest
  static final ArchRule the_reference_sees_no_other_backend =
      noClasses()
          .that()
          .resideInAPackage(REFERENCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CPU, OPENCL)
          .because("the judge does not ask the judged")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule framepack_finds_opencl_by_service_only =
      noClasses()
          .that(FRAMEPACK)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(OPENCL)
          .because("kernels-opencl is on its class path at run time only");

  @ArchTest
  static final ArchRule engines_know_nothing_of_framepack =
      noClasses()
          .that()
          .resideInAnyPackage(TENSOR, OPENCL)
          .should()
          .dependOnClassesThat(FRAMEPACK)
          .because("framepack -> tensor <- kernels-opencl");

  @ArchTest
  static final ArchRule rooms_form_no_cycle =
      slices().matching("framepack.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule every_op_is_a_record =
      classes()
          .that()
          .implement("framepack.tensor.op.Op")
          .and()
          .areNotInterfaces()
          .should()
          .beRecords()
          .because("an op is its parameters")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_kernel_of_an_op_on_the_cpu_is_named_after_both =
      classes()
          .that()
          .resideInAPackage(CPU)
          .and(startWithTheNameOfAnOp())
          .should()
          .haveSimpleNameEndingWith("Cpu")
          .because("the parts of kernels are named freely, the kernels are not")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule kernels_see_views_never_tensors =
      noClasses()
          .that()
          .resideInAnyPackage(CPU, REFERENCE, "framepack.opencl.op..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("framepack.tensor.Tensor")
          .because("a kernel knows bytes and strides, not who records gradients")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule only_the_command_lines_end_the_process =
      noClasses()
          .that()
          .resideOutsideOfPackages(CLI, "framepack.bench")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule only_the_command_line_prints =
      noClasses()
          .that()
          .resideOutsideOfPackages(CLI, BENCH)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace");

  @ArchTest
  static final ArchRule only_cpu_threads_starts_threads =
      noClasses()
          .that(not(startsThreadsForAReason()))
          .should()
          .callCodeUnitWhere(startsThreads())
          .because("results must not depend on who runs beside us");

  @ArchTest
  static final ArchRule public_fields_are_final =
      fields()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat(not(resideInAnyPackage(BENCH)))
          .should()
          .beFinal()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule no_one_sets_system_properties =
      noClasses()
          .should()
          .callMethod(System.class, "setProperty", String.class, String.class)
          .orShould()
          .callMethod(System.class, "setProperties", Properties.class)
          .because("loading a class must not change the whole JVM");

  @ArchTest
  static final ArchRule samplers_and_noise_see_tensors_only =
      classes()
          .that()
          .resideInAnyPackage("framepack.sampler..", "framepack.noise..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", TENSOR, "framepack.sampler..", "framepack.noise.."))
          .because("one class is one paper's algorithm, for any model")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule orders_see_packings_and_tensors_only =
      classes()
          .that()
          .resideInAPackage("framepack.order..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", TENSOR, "framepack.pack..", "framepack.order.."))
          .because("which section comes next does not depend on what computes it");

  @ArchTest
  static final ArchRule names_say_what_a_thing_is =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameStartingWith("Fast")
          .orShould()
          .haveSimpleNameStartingWith("New")
          .orShould()
          .haveSimpleNameEndingWith("V2");

  private static DescribedPredicate<JavaClass> startWithTheNameOfAnOp() {
    String ops =
        Stream.of(Op.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.joining("|"));
    Pattern named = Pattern.compile("(" + ops + ")([A-Z].*)?");
    return DescribedPredicate.describe(
        "named after an op",
        c -> c.isTopLevelClass() && named.matcher(c.getSimpleName()).matches());
  }

  private static DescribedPredicate<JavaCall<?>> startsThreads() {
    return DescribedPredicate.describe(
        "starts a thread",
        call -> {
          var target = call.getTarget();
          JavaClass owner = target.getOwner();
          String name = target.getName();
          boolean constructs = call instanceof JavaConstructorCall;
          return constructs && owner.isAssignableTo(Thread.class)
              || owner.isEquivalentTo(Thread.class) && name.matches("of.*|start.*")
              || constructs && owner.isAssignableTo(Executor.class)
              || owner.isEquivalentTo(Executors.class)
              || owner.isEquivalentTo(ForkJoinPool.class)
              || owner.isEquivalentTo(CompletableFuture.class) && name.endsWith("Async")
              || owner.isAssignableTo(Timer.class)
              || owner.getPackageName().startsWith("java.") && name.startsWith("parallel");
        });
  }

  private static DescribedPredicate<JavaClass> startsThreadsForAReason() {
    return DescribedPredicate.describe(
        "the workers, the readers of weights that stream, and the hook that the JVM demands as a thread",
        c ->
            c.getName().startsWith("framepack.tensor.cpu.Threads")
                || c.getName().startsWith("framepack.tensor.nn.BlockStream")
                || c.getName().equals("framepack.cli.Interrupt"));
  }
}
