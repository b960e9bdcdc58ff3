/// Room      : framepack.tests.spark — sweeps on Spark against the embedded executor, in Spark's local mode.
/// May see   : framepack.spark, framepack.experiment.{config, run}.  Not in the tests module, which needs no Spark.
/// One file  : one class of the artifact.
/// Proved by : running it: mvn -Pspark -pl spark -am verify.
/// Read first: SparkExecutorTest.
package framepack.tests.spark;
