package ecomm.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** What the build writes into the jar: <code>stream/flink-sql/packaged.ts</code> has the definitions. */
final class Settings {
    private final JsonNode json;

    private Settings(JsonNode json) {
        this.json = json;
    }

    static Settings load() {
        try {
            return new Settings(new ObjectMapper().readTree(resource("settings.json")));
        } catch (IOException error) {
            throw new IllegalStateException("The packaged settings.json can't be read.", error);
        }
    }

    /** The name under which statements know what the source reads. */
    String recordsTable() {
        return text("/records/table");
    }

    /** The type of its rows, as SQL writes it. */
    String recordsRow() {
        return text("/records/row");
    }

    /** The column of event time. */
    String timeColumn() {
        return text("/records/time");
    }

    Duration outOfOrderness() {
        return Duration.ofMillis(at("/time/outOfOrderness").longValue());
    }

    Duration idleAfter() {
        return Duration.ofMillis(at("/time/idleAfter").longValue());
    }

    Duration maxAhead() {
        return Duration.ofMillis(at("/time/maxAhead").longValue());
    }

    int longestRaw() {
        return at("/longestRaw").intValue();
    }

    String fingerprint() {
        return text("/fingerprint");
    }

    /** Reasons of dead letters, in the order in which they are given. */
    List<String> reasons() {
        return texts(at("/reasons"));
    }

    /** The fields of an event, in the order of the columns. */
    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (JsonNode field : at("/fields")) {
            fields.add(new Field(
                    field.get("name").textValue(),
                    Field.Kind.of(field.get("kind").textValue()),
                    field.get("nullable").booleanValue(),
                    field.path("pattern").asText("")));
        }
        return fields;
    }

    /** Property groups of sinks, with the names of their tables. */
    Map<String, String> sinks() {
        Map<String, String> sinks = new LinkedHashMap<>();
        at("/sinks").fields().forEachRemaining(sink -> sinks.put(sink.getKey(), sink.getValue().textValue()));
        return sinks;
    }

    /** The statements to be run, in their order. */
    List<String> statements() {
        List<String> statements = new ArrayList<>();
        for (String name : texts(at("/statements"))) {
            statements.add(new String(resource("sql/" + name + ".sql"), StandardCharsets.UTF_8).trim());
        }
        return statements;
    }

    private JsonNode at(String pointer) {
        JsonNode node = json.at(pointer);
        if (node.isMissingNode()) throw new IllegalStateException("The packaged settings.json lacks " + pointer);
        return node;
    }

    private String text(String pointer) {
        return at(pointer).textValue();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.textValue()));
        return texts;
    }

    private static byte[] resource(String name) {
        try (InputStream in = Settings.class.getResourceAsStream("/" + name)) {
            if (in == null) throw new IllegalStateException("The jar lacks " + name + ": build it by npm run build:flink.");
            return in.readAllBytes();
        } catch (IOException error) {
            throw new IllegalStateException(name + " can't be read from the jar.", error);
        }
    }
}
