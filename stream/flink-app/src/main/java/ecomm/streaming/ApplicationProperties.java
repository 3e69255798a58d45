package ecomm.streaming;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runtime properties of the application, by group. What is missing is an error that names group and key. */
final class ApplicationProperties {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([\\w-]+)\\.([\\w.-]+)}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
    /** The group whose properties are all numbers. */
    private static final String NUMBERS = "detection";

    private final Map<String, Properties> groups;

    private ApplicationProperties(Map<String, Properties> groups) {
        this.groups = groups;
    }

    /** Those that the service hands over. */
    static ApplicationProperties ofService() throws IOException {
        return new ApplicationProperties(KinesisAnalyticsRuntime.getApplicationProperties());
    }

    /** Those of a file in the form in which the service keeps them: for runs on one machine. */
    static ApplicationProperties ofFile(String path) throws IOException {
        return new ApplicationProperties(KinesisAnalyticsRuntime.getApplicationProperties(path));
    }

    /** A group whose properties may all be missing. */
    Map<String, String> group(String group) {
        Map<String, String> all = new TreeMap<>();
        groups.getOrDefault(group, new Properties()).forEach((key, value) -> all.put(key.toString(), value.toString()));
        return all;
    }

    String required(String group, String key) {
        if (!groups.containsKey(group)) {
            throw new IllegalArgumentException("The application has no property group '" + group + "'.");
        }
        // What stands behind the last part of a stream's ARN is its name, which the SQL connector asks for.
        if (key.equals("stream.name")) return nameOf(group, required(group, "stream.arn"));
        String value = groups.get(group).getProperty(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The property '" + key + "' of the group '" + group + "' is missing.");
        }
        return value;
    }

    private static String nameOf(String group, String arn) {
        Matcher name = Pattern.compile("arn:[^:]+:kinesis:[^:]+:\\d{12}:stream/([\\w.-]+)").matcher(arn);
        if (name.matches()) return name.group(1);
        throw new IllegalArgumentException(
                "The property 'stream.arn' of the group '" + group + "' is no ARN of a stream: " + arn);
    }

    /** A statement with its properties in the place of <code>${group.key}</code>. */
    String fill(String statement) {
        return PLACEHOLDER.matcher(statement).replaceAll(found -> {
            String value = required(found.group(1), found.group(2));
            if (found.group(1).equals(NUMBERS) && !isNumber(value)) {
                throw new IllegalArgumentException("The property '" + found.group(2) + "' of the group '" + NUMBERS
                        + "' has to be a whole number, it is: " + value);
            }
            return Matcher.quoteReplacement(value.replace("'", "''"));
        });
    }

    private static boolean isNumber(String value) {
        if (!NUMBER.matcher(value).matches()) return false;
        try {
            Long.parseLong(value);
            return true;
        } catch (NumberFormatException tooLarge) {
            return false;
        }
    }
}
