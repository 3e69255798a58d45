package ecomm.streaming;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;

/** A field of an event: what its text has to be, and the value that it becomes in a row. */
final class Field {
    enum Kind {
        ID,
        PRICE,
        TEXT,
        TIME,
        TYPE;

        static Kind of(String name) {
            return valueOf(name.toUpperCase(java.util.Locale.ROOT));
        }
    }

    private static final int DECIMALS = 2;
    private static final int DIGITS = 10;

    final String name;
    final Kind kind;
    final boolean nullable;
    private final Pattern pattern;

    Field(String name, Kind kind, boolean nullable, String pattern) {
        this.name = name;
        this.kind = kind;
        this.nullable = nullable;
        this.pattern = pattern.isEmpty() ? null : Pattern.compile(pattern);
    }

    /** The value of a text as rows carry it, or null where the text is none of this field. */
    Object valueOf(String text) {
        if (pattern != null && !pattern.matcher(text).matches()) return null;
        switch (kind) {
            case ID:
                return id(text);
            case PRICE:
                return price(text);
            case TIME:
                return EventTime.parse(text);
            default:
                return StringData.fromString(wellFormed(text));
        }
    }

    private static Long id(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException beyond64Bits) {
            return null;
        }
    }

    /** What stands behind two decimals are zeros: the pattern sees to it. */
    private static DecimalData price(String text) {
        int point = text.indexOf('.');
        String exact = point < 0 ? text : text.substring(0, Math.min(text.length(), point + 1 + DECIMALS));
        return DecimalData.fromBigDecimal(new BigDecimal(exact).setScale(DECIMALS), DIGITS, DECIMALS);
    }

    /** Half of a character, which an escape can say, is none in UTF-8; Java would write a question mark. */
    private static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) continue;
            if (i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (mended == null) mended = new StringBuilder(text);
            mended.setCharAt(i, '\ufffd');
        }
        return mended == null ? text : mended.toString();
    }
}
