package ecomm.streaming;

import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.data.RowData;

/**
 * The watermark of a shard, on which only events count: a dead letter neither moves it nor keeps the shard from being idle. It goes no
 * further than the arrival: an event of a clock that is fast counts in the windows of its own time, and closes nobody's.
 */
final class EventWatermarks implements WatermarkGenerator<RowData> {
    private final WatermarkGenerator<RowData> inner;
    private final int time;

    private EventWatermarks(WatermarkGenerator<RowData> inner, int time) {
        this.inner = inner;
        this.time = time;
    }

    static WatermarkStrategy<RowData> strategy(Settings settings) {
        int time = RecordReader.timeOf(settings);
        WatermarkStrategy<RowData> events = WatermarkStrategy
                .<RowData>forBoundedOutOfOrderness(settings.outOfOrderness())
                .withIdleness(settings.idleAfter());
        return WatermarkStrategy
                .<RowData>forGenerator(context -> new EventWatermarks(events.createWatermarkGenerator(context), time))
                .withTimestampAssigner((row, arrived) ->
                        row.isNullAt(time) ? arrived : Math.min(arrived, row.getTimestamp(time, 3).getMillisecond()));
    }

    @Override
    public void onEvent(RowData row, long timestamp, WatermarkOutput output) {
        if (!row.isNullAt(time)) inner.onEvent(row, timestamp, output);
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        inner.onPeriodicEmit(output);
    }
}
