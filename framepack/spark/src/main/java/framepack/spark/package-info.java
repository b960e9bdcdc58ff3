/// Room      : framepack.spark — a sweep on an Apache Spark cluster; an artifact of its own, since Spark is 220 MB.
/// May see   : framepack.experiment.{config, run}, framepack.tensor.backend, Spark.  Never: how a run is carried out.
/// One file  : one side of the wire.
/// Proved by : framepack.tests.spark, with `local[2]`; it is built by `mvn -Pspark` only.
/// Read first: SparkExecutor.
package framepack.spark;
