package ecomm.streaming;

import java.time.DateTimeException;
import java.time.LocalDate;
import org.apache.flink.table.data.TimestampData;

/** Times of events: <code>2019-10-01T00:00:10.5</code>, where the pattern has fixed the places of all digits. */
final class EventTime {
    private static final int CLOCK = 11;
    private static final int FRACTION = 19;
    private static final long DAY_MS = 86_400_000;

    private EventTime() {}

    /** The time of a text that fits the pattern; null where that day does not exist. What is finer than a millisecond is cut off. */
    static TimestampData parse(String text) {
        long day;
        try {
            day = LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)).toEpochDay();
        } catch (DateTimeException noSuchDay) {
            return null;
        }
        long seconds = digits(text, CLOCK, CLOCK + 2) * 3600L
                + digits(text, CLOCK + 3, CLOCK + 5) * 60L
                + digits(text, CLOCK + 6, CLOCK + 8);
        return TimestampData.fromEpochMillis(day * DAY_MS + seconds * 1000 + millis(text));
    }

    private static int millis(String text) {
        if (text.length() <= FRACTION || text.charAt(FRACTION) != '.') return 0;
        int millis = 0;
        int at = FRACTION + 1;
        for (int weight = 100; weight > 0 && at < text.length() && isDigit(text.charAt(at)); weight /= 10) {
            millis += weight * (text.charAt(at++) - '0');
        }
        return millis;
    }

    private static int digits(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
