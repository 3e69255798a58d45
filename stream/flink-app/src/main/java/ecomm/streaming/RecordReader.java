package ecomm.streaming;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * Reads records of stream 1 as <code>stream/read-record.ts</code> does. A row has the columns of an event, and behind them those
 * of the dead letter that a record becomes which is none; the others are null.
 */
final class RecordReader {
    private static final int DEAD_LETTER_COLUMNS = 5;
    /** Which of them has the reasons. */
    static final int REASONS = 1;

    private final List<Field> fields;
    private final List<String> reasons;
    private final JsonFields json;
    private final int time;
    private final long maxAhead;
    private final int longestRaw;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    RecordReader(Settings settings) {
        fields = settings.fields();
        reasons = settings.reasons();
        json = new JsonFields(fields);
        time = timeOf(settings);
        maxAhead = settings.maxAhead().toMillis();
        longestRaw = settings.longestRaw();
    }

    /** Where the time of an event stands in a row. */
    static int timeOf(Settings settings) {
        return settings.fields().stream().map(field -> field.name).collect(Collectors.toList())
                .indexOf(settings.timeColumn());
    }

    /** The row of a record that arrived at that time, in milliseconds since 1970. */
    GenericRowData read(byte[] data, String shard, String sequenceNumber, long arrived) {
        GenericRowData row = new GenericRowData(fields.size() + DEAD_LETTER_COLUMNS);
        String text = decode(data);
        Set<String> wrong = text == null ? Set.of("encoding") : readEvent(text, row);
        if (wrong.isEmpty() && row.getTimestamp(time, 3).getMillisecond() > arrived + maxAhead) wrong = Set.of("future");
        if (wrong.isEmpty()) return row;
        String raw = text != null ? text : Base64.getEncoder().encodeToString(data);
        return deadLetter(shortened(raw), wrong, shard, sequenceNumber, arrived);
    }

    private String decode(byte[] data) {
        try {
            return utf8.decode(ByteBuffer.wrap(data)).toString();
        } catch (CharacterCodingException noUtf8) {
            return null;
        }
    }

    /** Fills the row; gives what was wrong. */
    private Set<String> readEvent(String text, GenericRowData row) {
        String[] values = json.read(text);
        if (values == null) return Set.of("json");
        Set<String> wrong = Set.of();
        for (int i = 0; i < values.length; i++) {
            Field field = fields.get(i);
            String value = values[i];
            if (field.nullable && (value == null || value.isEmpty())) continue;
            Object read = value == null || value == JsonFields.NO_TEXT ? null : field.valueOf(value);
            row.setField(i, read);
            if (read != null) continue;
            if (wrong.isEmpty()) wrong = new HashSet<>();
            wrong.add(field.name);
        }
        return wrong;
    }

    private GenericRowData deadLetter(String raw, Set<String> wrong, String shard, String sequenceNumber, long arrived) {
        GenericRowData row = new GenericRowData(fields.size() + DEAD_LETTER_COLUMNS);
        String given = reasons.stream().filter(wrong::contains).collect(Collectors.joining(","));
        int at = fields.size();
        row.setField(at, StringData.fromString(raw));
        row.setField(at + REASONS, StringData.fromString(given));
        row.setField(at + 2, StringData.fromString(shard));
        row.setField(at + 3, StringData.fromString(sequenceNumber));
        row.setField(at + 4, TimestampData.fromEpochMillis(arrived));
        return row;
    }

    /** Not between the halves of a character. */
    private String shortened(String raw) {
        if (raw.length() <= longestRaw) return raw;
        return raw.substring(0, Character.isHighSurrogate(raw.charAt(longestRaw - 1)) ? longestRaw - 1 : longestRaw);
    }
}
