package ecomm.streaming;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts records that are no events, and says so in the log: of the first, the tenth, the hundredth. */
final class DeadLetterCount {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterCount.class);
    /** What is in it, the service hands on to CloudWatch. */
    private static final String PUBLISHED = "kinesisanalytics";

    private final Counter counter;
    private long next = 1;

    DeadLetterCount(MetricGroup metrics) {
        counter = metrics.addGroup(PUBLISHED).counter("deadLetters");
    }

    /** What stands in the record is nobody's business here: its place and the reasons say enough. */
    void add(String shard, String sequenceNumber, String reasons) {
        counter.inc();
        if (counter.getCount() < next) return;
        LOG.warn(
                "Records that are no events, since this task began: {}. The last one is {} of {}: {}. They are in the dead letters.",
                counter.getCount(), sequenceNumber, shard, reasons);
        next *= 10;
    }
}
