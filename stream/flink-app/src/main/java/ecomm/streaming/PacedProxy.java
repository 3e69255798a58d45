package ecomm.streaming;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kinesis.source.proxy.StreamProxy;
import org.apache.flink.connector.kinesis.source.split.StartingPosition;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Asks a shard no more often than Kinesis lets it be asked: five times a second for all who read it, of which Firehose takes
 * one. The connector asks without a pause, and fails the job where Kinesis refuses for long.
 */
final class PacedProxy implements StreamProxy {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration PAUSE_WHEN_REFUSED = Duration.ofSeconds(1);
    /** One thread asks all shards of a task in turn: none of them waits long for another. */
    private static final long LONGEST_REST_MS = 20;
    private static final GetRecordsResponse NOTHING_YET =
            GetRecordsResponse.builder().records(List.of()).nextShardIterator("later").build();

    private final StreamProxy inner;
    /** By shard: when it may be asked again, in the nanoseconds of the clock. */
    private final Map<String, Long> due = new HashMap<>();

    PacedProxy(StreamProxy inner) {
        this.inner = inner;
    }

    @Override
    public GetRecordsResponse getRecords(String stream, String shard, StartingPosition position) {
        long early = due.getOrDefault(shard, System.nanoTime()) - System.nanoTime();
        if (early > 0) {
            rest(early);
            return NOTHING_YET;
        }
        try {
            pause(shard, PAUSE);
            return inner.getRecords(stream, shard, position);
        } catch (ProvisionedThroughputExceededException others) {
            pause(shard, PAUSE_WHEN_REFUSED);
            return NOTHING_YET;
        }
    }

    @Override
    public List<Shard> listShards(String stream, String last) {
        return inner.listShards(stream, last);
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }

    private void pause(String shard, Duration pause) {
        due.put(shard, System.nanoTime() + pause.toNanos());
    }

    private static void rest(long nanos) {
        try {
            Thread.sleep(Math.min(nanos / 1_000_000 + 1, LONGEST_REST_MS));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
