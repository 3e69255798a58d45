"""Curates one slice with Spark (Glue 5.1): raw files to Parquet by category_id, a quarantine, and metrics.

What curation means is not here: the SQL comes from `statements.ts`, the same definition that DuckDB runs.
"""

import argparse
import json
import re
import sys
from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import DataFrame, Observation, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, StringType

REQUIRED = ["manifest", "statements", "curated", "quarantine", "metrics"]

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Reading as Java's time does: otherwise one month 13 or one year 1800 ends the job.
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.sources.partitionOverwriteMode": "static",
    # It would cut the counting out of a plan without rows, and the job would wait for its counts for ever.
    "spark.sql.adaptive.optimizer.excludedRules": (
        "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation"
    ),
    # `_SUCCESS` would be a file of the table.
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


def options(argv: list[str]) -> dict[str, str]:
    """The job's arguments; Glue adds some of its own."""
    try:
        from awsglue.utils import getResolvedOptions

        return getResolvedOptions(argv, REQUIRED)
    except ImportError:
        parser = argparse.ArgumentParser()
        for name in REQUIRED:
            parser.add_argument(f"--{name}", required=True)
        return vars(parser.parse_known_args(argv[1:])[0])


class Files:
    """Single files and folders by URI, on S3 or on disk."""

    def __init__(self, spark: SparkSession) -> None:
        self._path = spark._jvm.org.apache.hadoop.fs.Path
        self._configuration = spark._jsc.hadoopConfiguration()

    def _system(self, uri: str) -> tuple[Any, Any]:
        path = self._path(uri)
        return path.getFileSystem(self._configuration), path

    def read_json(self, uri: str) -> dict[str, Any]:
        # Not by `spark.read`: that lists, which the job may not in every bucket.
        system, path = self._system(uri)
        stream = system.open(path)
        try:
            return json.loads(bytes(stream.readAllBytes()).decode())
        finally:
            stream.close()

    def write_json(self, uri: str, document: dict[str, Any]) -> None:
        system, path = self._system(uri)
        stream = system.create(path, True)
        stream.write(bytearray(json.dumps(document).encode()))
        stream.close()

    def remove(self, uri: str) -> None:
        system, path = self._system(uri)
        system.delete(path, True)

    def count(self, uri: str) -> dict[str, int]:
        system, path = self._system(uri)
        if not system.exists(path):
            return {"files": 0, "bytes": 0}
        summary = system.getContentSummary(path)
        return {"files": summary.getFileCount(), "bytes": summary.getLength()}


class Log:
    """Lines of JSON on stdout, with the keys that the platform's functions give theirs."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self._keys = {
            "service": "curate",
            # Manifests that former versions wrote name no execution.
            **({"execution": manifest["execution"]} if "execution" in manifest else {}),
            "run": manifest["version"].rpartition("@")[2],
            **{name: manifest[name] for name in ("slice", "version", "month")},
        }

    def write(self, level: str, message: str, **more: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = {"level": level, "message": message, "timestamp": now}
        print(json.dumps(said | self._keys | more), flush=True)


def escaped(key: str) -> str:
    """A key without the meaning that Hadoop's patterns give some characters."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", key)


def raw_lines(spark: SparkSession, bucket: str, keys: list[str]) -> DataFrame:
    """The lines of the files. Bytes that are not UTF-8 become U+FFFD, which the definition rejects."""
    text = spark.read.text([escaped(f"s3://{bucket}/{key}") for key in keys])
    key = F.element_at(F.split(F.col("_metadata.file_path"), f"/{re.escape(bucket)}/", 2), 2)
    return text.select(
        F.decode(F.col("value").cast("binary"), "UTF-8").alias("line"),
        # A plus sign stands for itself in a path.
        F.url_decode(F.replace(key, F.lit("+"), F.lit("%2B"))).alias("source_file"),
    )


# Why a line is neither an event nor rejected.
LEFT_OUT = ["replayed", "neighbours"]

# As `stream-fields.ts` has them: columns of the stream, then what is odd and the mark of a replay.
STREAM_COLUMNS = [
    "event_time",
    "event_type",
    "product_id",
    "category_id",
    "category_code",
    "brand",
    "price",
    "user_id",
    "user_session",
    "txn_timestamp",
]
REPLAY_MARK = "replay"
MOST_NESTED = 500


def refuse(constant: str) -> None:
    """Python's reader knows NaN and Infinity, which are no JSON."""
    raise ValueError(constant)


def is_storable(text: str | None) -> bool:
    """Whether a column of text can hold it: not half of a surrogate pair, nor NUL."""
    if text is None:
        return True
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def json_fields(line: str) -> list[str | None] | None:
    """The texts of a line of JSON, None where it is no object: what `local/curate/json-fields.ts` gives."""
    if line.count("{") + line.count("[") > MOST_NESTED:
        return None
    try:
        record = json.loads(line, parse_int=str, parse_float=str, parse_constant=refuse)
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    values = [record.get(name) for name in STREAM_COLUMNS]
    odd = [
        name
        for name, value in zip(STREAM_COLUMNS, values, strict=True)
        if not (value is None or isinstance(value, str))
    ]
    texts = [value or None for value in values]
    fields = [
        "odd" if name in odd else text for name, text in zip(STREAM_COLUMNS, texts, strict=True)
    ]
    # Only an escape can write such a character.
    if "\\u" in line and not all(map(is_storable, fields)):
        return None
    return [*fields, " ".join(odd) or None, REPLAY_MARK if REPLAY_MARK in record else None]


def parsed(lines: DataFrame) -> DataFrame:
    """Lines of JSON with their texts."""
    return lines.withColumn("fields", F.udf(json_fields, ArrayType(StringType()))("line"))


def first_of(month: str, by: int = 0) -> str:
    """The first instant of a month, or of the one so many months after it."""
    year, number = map(int, month.split("-"))
    months = year * 12 + number - 1 + by
    return f"{date(months // 12, months % 12 + 1, 1)} 00:00:00"


def bounds(manifest: dict[str, Any]) -> dict[str, str]:
    """The parameters of the statement that judges lines."""
    month = manifest["month"]
    own = {"month_from": first_of(month), "month_to": first_of(month, 1)}
    if manifest["source"] == "csv":
        return own
    hours = manifest["hours"]
    return own | {
        "before_from": first_of(month, -1),
        "after_to": first_of(month, 2),
        "own": hours["own"],
        "to_before": hours["toBefore"] or "",
        "to_after": hours["toAfter"] or "",
    }


def nested(row: Row) -> dict[str, Any]:
    """A row as the metrics document has it: a dot in a column's name nests it."""
    document: dict[str, Any] = {}
    for name, value in row.asDict().items():
        *outer, last = name.split(".")
        place = document
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return document


def curate(
    spark: SparkSession, arguments: dict[str, str], manifest: dict[str, Any]
) -> dict[str, Any]:
    files = Files(spark)
    statements = files.read_json(arguments["statements"])
    rows = statements[manifest["source"]]
    is_stream = manifest["source"] == "stream"
    keys = [file["key"] for file in manifest["files"]]
    for target in (arguments["curated"], arguments["quarantine"]):
        files.remove(target)

    seen, kept, left = Observation("seen"), Observation("kept"), Observation("left")
    lines = raw_lines(spark, manifest["bucket"], keys)
    if is_stream:
        lines = parsed(lines)
    not_blank = F.count(F.when(F.col("line") != "", 1))
    lines.observe(seen, not_blank.alias("lines")).createOrReplaceTempView("lines")
    judged = spark.sql(rows["judged"], bounds(manifest))
    if is_stream:
        counts = [F.count(F.when(F.col("left_out") == why, 1)).alias(why) for why in LEFT_OUT]
        judged = judged.observe(left, *counts)
    judged.createOrReplaceTempView("judged")

    # One shuffle for all: equal rows, and whole categories, meet in one task. It writes a file a category.
    accepted = spark.sql(rows["accepted"])
    accepted.repartition("category_id").createOrReplaceTempView("accepted")
    columns = [name for name in accepted.columns if name != "sent"]
    order = list(dict.fromkeys(["category_id", "event_time", *columns]))
    distinct = spark.sql(rows["distinct"]).observe(
        kept,
        F.count(F.lit(1)).alias("events"),
        F.coalesce(F.sum(F.col("copies") - 1), F.lit(0)).alias("duplicates"),
    )
    events = distinct.drop("copies").sortWithinPartitions(*order)
    events.write.partitionBy("category_id").parquet(arguments["curated"])

    # Every CSV file has one header, which is no record.
    read = seen.get["lines"] - (0 if is_stream else len(keys))
    duplicates = kept.get["duplicates"]
    left_out = left.get if is_stream else {}
    rejected = spark.sql(rows["rejected"])
    if read > kept.get["events"] + duplicates + sum(left_out.values()):
        rejected.repartition("source_file").write.parquet(arguments["quarantine"])
        rejected = spark.read.parquet(arguments["quarantine"])
    else:
        rejected = spark.createDataFrame([], rejected.schema)
    rejected.createOrReplaceTempView("quarantine")
    written = spark.read.schema(accepted.select(columns).schema).parquet(arguments["curated"])
    written.createOrReplaceTempView("events")

    measured = nested(spark.sql(statements["event_metrics"]).first()) | nested(
        spark.sql(statements["quarantine_metrics"]).first()
    )
    measured["reasons"] = {reason: found for reason, found in measured["reasons"].items() if found > 0}
    if measured["curated"] == 0:
        measured["largestCategory"] = None
    slice_of = {name: manifest[name] for name in ("slice", "version", "month")}
    counted = {"read": read, "duplicates": duplicates} | ({"leftOut": left_out} if is_stream else {})
    return slice_of | counted | measured | files.count(arguments["curated"])


def main(argv: list[str]) -> None:
    arguments = options(argv)
    builder = SparkSession.builder.appName("curate-user-activity")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    files = Files(spark)
    manifest = files.read_json(arguments["manifest"])
    log = Log(manifest)
    sizes = [file["size"] for file in manifest["files"]]
    log.write("INFO", "started", files=len(sizes), bytes=sum(sizes))
    try:
        metrics = curate(spark, arguments, manifest)
        files.write_json(arguments["metrics"], metrics)
    except Exception as error:
        # Java's errors have their whole stack in their text; it follows as what Python prints of it.
        told = {"name": type(error).__name__, "message": str(error)[:2000]}
        log.write("ERROR", "failed", error=told)
        raise
    counted = ("read", "curated", "duplicates", "quarantined", "reasons")
    log.write("INFO", "succeeded", **{name: metrics[name] for name in counted})
    spark.stop()


if __name__ == "__main__":
    main(sys.argv)
