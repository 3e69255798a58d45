package ecomm.streaming;

import java.nio.charset.StandardCharsets;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** Has Flink plan statements, for a test that all of them can be run. The input is a list of texts in JSON. */
final class ExplainStatements {
    private ExplainStatements() {}

    public static void main(String[] arguments) throws Exception {
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        JsonNode statements =
                new ObjectMapper().readTree(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
        for (JsonNode statement : statements) {
            String text = statement.textValue();
            try {
                if (text.startsWith("create")) tables.executeSql(text);
                else tables.explainSql(text);
            } catch (RuntimeException error) {
                throw new IllegalArgumentException("Flink can't run: " + text, error);
            }
            System.out.println(text.lines().findFirst().orElse(""));
        }
    }
}
