package ecomm.streaming;

import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kinesis.source.serialization.KinesisDeserializationSchema;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.Record;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/** Makes rows of Kinesis records: one, or those that were packed into it. */
final class RecordDeserializer implements KinesisDeserializationSchema<RowData> {
    private final TypeInformation<RowData> type;
    private transient RecordReader reader;
    private transient DeadLetterCount deadLetters;
    private transient int reasons;

    RecordDeserializer(TypeInformation<RowData> type) {
        this.type = type;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        Settings settings = Settings.load();
        reader = new RecordReader(settings);
        reasons = settings.fields().size() + RecordReader.REASONS;
        deadLetters = new DeadLetterCount(context.getMetricGroup());
    }

    @Override
    public void deserialize(Record record, String stream, String shard, Collector<RowData> out) throws IOException {
        long arrived = record.approximateArrivalTimestamp().toEpochMilli();
        for (byte[] data : UserRecords.of(record.data().asByteArrayUnsafe())) {
            GenericRowData row = reader.read(data, shard, record.sequenceNumber(), arrived);
            if (!row.isNullAt(reasons)) {
                deadLetters.add(shard, record.sequenceNumber(), row.getString(reasons).toString());
            }
            out.collect(row);
        }
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return type;
    }
}
