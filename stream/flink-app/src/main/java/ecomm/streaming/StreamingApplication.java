package ecomm.streaming;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Runs the packaged SQL as one job: rules and KPIs read stream 1 and write to stream 2, what is no event goes to the dead
 * letters. The README beside the pom has the properties.
 */
public final class StreamingApplication {
    private static final String NAME = "ecomm-streaming-app";

    private StreamingApplication() {}

    /** Without arguments it is run by the service; with the path of an application_properties.json on one machine. */
    public static void main(String[] arguments) throws Exception {
        boolean isLocal = arguments.length > 0;
        ApplicationProperties properties =
                isLocal ? ApplicationProperties.ofFile(arguments[0]) : ApplicationProperties.ofService();
        Settings settings = Settings.load();
        StreamExecutionEnvironment environment = isLocal
                ? StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(properties.group("flink")))
                : StreamExecutionEnvironment.getExecutionEnvironment();
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        tables.getConfig().set("table.local-time-zone", "UTC");

        RecordSource.register(environment, tables, settings, properties);
        List<String> statements =
                settings.statements().stream().map(properties::fill).collect(Collectors.toList());
        statements.stream().filter(statement -> !isInsert(statement)).forEach(tables::executeSql);
        setOptions(tables, settings, properties);
        StreamStatementSet job = tables.createStatementSet();
        statements.stream().filter(StreamingApplication::isInsert).forEach(job::addInsertSql);
        job.attachAsDataStream();
        OperatorNames.give(environment.getTransformations(), generation(settings));
        environment.execute(NAME);
    }

    /**
     * With what the names of all operators begin, by which a snapshot finds them. Other statements and another Flink have other
     * names: state is restored as a whole, with the place in stream 1, or not at all, and then that is read from its start.
     */
    private static String generation(Settings settings) {
        // The service may have patches of its own: 1.20 is what state goes by.
        String flink = EnvironmentInformation.getVersion().replaceFirst("^(\\d+\\.\\d+).*", "$1");
        return settings.fingerprint() + "_" + flink;
    }

    private static boolean isInsert(String statement) {
        return statement.regionMatches(true, 0, "insert", 0, 6);
    }

    /** What the groups of the sinks have beside what their statements name. */
    private static void setOptions(
            StreamTableEnvironment tables, Settings settings, ApplicationProperties properties) {
        settings.sinks().forEach((group, table) -> properties.group(group).forEach((key, value) -> {
            if (key.startsWith("stream.")) return;
            tables.executeSql(String.format("alter table `%s` set ('%s' = '%s')", table, quoted(key), quoted(value)));
        }));
    }

    private static String quoted(String text) {
        return text.replace("'", "''");
    }
}
