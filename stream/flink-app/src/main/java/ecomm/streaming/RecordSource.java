package ecomm.streaming;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * Stream 1 as a view, with a watermark per shard. SQL's own Kinesis source has one for all shards that a task reads: what
 * lies behind it is dropped when several are caught up with.
 */
final class RecordSource {
    /** The property group of stream 1. */
    private static final String GROUP = "events";
    private static final String POSITION = "flink.stream.initpos";

    private RecordSource() {}

    static void register(
            StreamExecutionEnvironment environment,
            StreamTableEnvironment tables,
            Settings settings,
            ApplicationProperties properties) {
        RowType row = (RowType) LogicalTypeParser.parse(settings.recordsRow(), RecordSource.class.getClassLoader());
        InternalTypeInfo<RowData> type = InternalTypeInfo.of(row);
        PacedSource<RowData> source = new PacedSource<>(
                properties.required(GROUP, "stream.arn"), options(properties), new RecordDeserializer(type));
        DataStream<RowData> records =
                environment.fromSource(source, EventWatermarks.strategy(settings), "events", type);
        Schema schema = Schema.newBuilder().watermark(settings.timeColumn(), "SOURCE_WATERMARK()").build();
        tables.createTemporaryView(settings.recordsTable(), records, schema);
    }

    /** Of the connector. It starts with the oldest event that the stream has: what was found before has the same id again. */
    private static Configuration options(ApplicationProperties properties) {
        Configuration options = new Configuration();
        options.setString(POSITION, "TRIM_HORIZON");
        options.setString("aws.region", properties.required(GROUP, "aws.region"));
        properties.group(GROUP).forEach((key, value) -> {
            if (!key.startsWith("stream.")) options.setString(key, value);
        });
        return options;
    }
}
