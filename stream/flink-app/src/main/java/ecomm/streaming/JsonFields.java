package ecomm.streaming;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;

/** Reads the fields of JSON objects as texts: of a number the digits that stand there. Other fields are passed over. */
final class JsonFields {
    /** A value that is neither text nor number nor null. */
    static final String NO_TEXT = new String("no text");

    private final JsonFactory factory = JsonFactory.builder()
            // Names come from whoever sends: they are not kept.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    private final Map<String, Integer> places = new HashMap<>();

    JsonFields(List<Field> fields) {
        for (Field field : fields) places.put(field.name, places.size());
    }

    /** The values in the order of the fields, null for null and for what is missing; null as a whole where the text is no JSON object. */
    String[] read(String text) {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return null;
            String[] values = new String[places.size()];
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                Integer place = places.get(parser.currentName());
                JsonToken token = parser.nextToken();
                if (place != null) values[place] = valueOf(parser, token);
                parser.skipChildren();
            }
            return parser.nextToken() == null ? values : null;
        } catch (IOException noJson) {
            return null;
        }
    }

    private static String valueOf(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case VALUE_STRING:
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return parser.getText();
            case VALUE_NULL:
                return null;
            default:
                return NO_TEXT;
        }
    }
}
