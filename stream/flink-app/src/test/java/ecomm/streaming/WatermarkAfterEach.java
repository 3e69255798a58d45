package ecomm.streaming;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.clock.RelativeClock;
import org.apache.flink.util.clock.SystemClock;

/**
 * Says how far a shard's watermark is after each record, for a comparison with the embedded engine. A line of the input is
 * <code>arrived,data</code>, in milliseconds and base64; a line of the output is the watermark in milliseconds.
 */
final class WatermarkAfterEach {
    private WatermarkAfterEach() {}

    private static final class Latest implements WatermarkOutput {
        private long millis = Long.MIN_VALUE;

        @Override
        public void emitWatermark(Watermark watermark) {
            millis = watermark.getTimestamp();
        }

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}
    }

    private static final class Context implements WatermarkGeneratorSupplier.Context {
        @Override
        public MetricGroup getMetricGroup() {
            return new UnregisteredMetricsGroup();
        }

        @Override
        public RelativeClock getInputActivityClock() {
            return SystemClock.getInstance();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.load();
        RecordReader reader = new RecordReader(settings);
        WatermarkStrategy<RowData> strategy = EventWatermarks.strategy(settings);
        WatermarkGenerator<RowData> generator = strategy.createWatermarkGenerator(new Context());
        TimestampAssigner<RowData> times = strategy.createTimestampAssigner(UnregisteredMetricsGroup::new);
        Latest latest = new Latest();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (PrintWriter out = new PrintWriter(System.out)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int comma = line.indexOf(',');
                long arrived = Long.parseLong(line.substring(0, comma));
                byte[] data = Base64.getDecoder().decode(line.substring(comma + 1));
                RowData row = reader.read(data, "shardId-000000000001", "7", arrived);
                generator.onEvent(row, times.extractTimestamp(row, arrived), latest);
                generator.onPeriodicEmit(latest);
                out.println(latest.millis);
            }
        }
    }
}
