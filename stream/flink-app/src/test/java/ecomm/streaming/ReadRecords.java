package ecomm.streaming;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.TimestampData;

/**
 * Says what the application reads, for a comparison with what TypeScript reads. A line of the input is
 * <code>arrived,data</code>, in milliseconds and base64; a line of the output is the list of its rows in JSON: texts of all
 * columns, times in milliseconds.
 */
final class ReadRecords {
    private ReadRecords() {}

    public static void main(String[] arguments) throws Exception {
        RecordReader reader = new RecordReader(Settings.load());
        ObjectMapper json = new ObjectMapper();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int comma = line.indexOf(',');
                long arrived = Long.parseLong(line.substring(0, comma));
                List<List<String>> rows = new ArrayList<>();
                for (byte[] data : UserRecords.of(Base64.getDecoder().decode(line.substring(comma + 1)))) {
                    rows.add(texts(reader.read(data, "shardId-000000000001", "7", arrived)));
                }
                out.println(json.writeValueAsString(rows));
            }
        }
    }

    private static List<String> texts(GenericRowData row) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < row.getArity(); i++) {
            Object value = row.getField(i);
            if (value instanceof TimestampData) value = ((TimestampData) value).getMillisecond();
            texts.add(value == null ? null : value.toString());
        }
        return texts;
    }
}
