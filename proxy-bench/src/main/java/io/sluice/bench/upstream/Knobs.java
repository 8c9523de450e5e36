package io.sluice.bench.upstream;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is to be given: knobs and their values, {@code ttft=600ms gap=20ms reset}. A value
 * with blanks stands in double quotes, a backslash escapes in them. Immutable.
 */
public final class Knobs {

    /** Nothing turned. */
    public static final Knobs NONE = new Knobs(new EnumMap<>(Knob.class));

    private static final Pattern IN_PROMPT = Pattern.compile("\\[\\[(.*?)]]", Pattern.DOTALL);
    private static final Pattern SETTING =
            Pattern.compile(
                    "\\s*([a-z_]+)(?:=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|((?!\")\\S*)))?(?=\\s|$)");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);
    private static final Pattern AMOUNT = Pattern.compile("(\\d+)([A-Za-z]*)");

    private final Map<Knob, String> values;

    private Knobs(Map<Knob, String> values) {
        this.values = values;
    }

    /**
     * The knobs in {@code text}.
     *
     * @throws IllegalArgumentException if a knob is unknown or does not take its value
     */
    public static Knobs parse(String text) {
        EnumMap<Knob, String> values = new EnumMap<>(Knob.class);
        String rest = text.strip();
        Matcher matcher = SETTING.matcher(rest);
        int at = 0;
        while (at < rest.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw new IllegalArgumentException("not a knob: " + rest.substring(at));
            }
            values.put(knob(matcher.group(1)), value(matcher));
            at = matcher.end();
        }
        values.forEach(Knobs::check);
        return values.isEmpty() ? NONE : new Knobs(values);
    }

    /** The knobs that stand in {@code [[…]]} in a prompt. */
    public static Knobs inPrompt(String prompt) {
        Matcher matcher = IN_PROMPT.matcher(prompt);
        Knobs knobs = NONE;
        while (matcher.find()) {
            knobs = knobs.with(parse(matcher.group(1)));
        }
        return knobs;
    }

    /** A prompt without its knobs. */
    static String withoutKnobs(String prompt) {
        return IN_PROMPT.matcher(prompt).replaceAll("").strip();
    }

    /** These knobs, and over them the ones of {@code others}. */
    public Knobs with(Knobs others) {
        if (others.values.isEmpty()) {
            return this;
        }
        EnumMap<Knob, String> merged = new EnumMap<>(Knob.class);
        merged.putAll(values);
        merged.putAll(others.values);
        return new Knobs(merged);
    }

    boolean has(Knob knob) {
        return values.containsKey(knob);
    }

    /** Whether a switch is on; {@code otherwise} where nobody has turned it. */
    boolean is(Knob knob, boolean otherwise) {
        String value = values.get(knob);
        return value == null ? otherwise : value.equals("yes");
    }

    @Nullable String find(Knob knob) {
        return values.get(knob);
    }

    String word(Knob knob, String otherwise) {
        return values.getOrDefault(knob, otherwise);
    }

    int count(Knob knob, int otherwise) {
        String value = values.get(knob);
        return value == null ? otherwise : Integer.parseInt(value.replace("after:", ""));
    }

    long nanos(Knob knob) {
        return nanos(values.getOrDefault(knob, "0"));
    }

    long bytes(Knob knob) {
        Matcher amount = amount(values.getOrDefault(knob, "0"));
        long unit =
                switch (amount.group(2)) {
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    default -> 1;
                };
        return Math.multiplyExact(Long.parseLong(amount.group(1)), unit);
    }

    /** The names and values of a knob of the form {@code name:value|name:value}, in order. */
    Map<String, String> fields(Knob knob) {
        Map<String, String> fields = new LinkedHashMap<>();
        String value = values.getOrDefault(knob, "");
        for (int at = 0; at < value.length(); ) {
            int end = value.indexOf('|', at);
            String field = value.substring(at, end < 0 ? value.length() : end);
            int colon = field.indexOf(':');
            fields.put(field.substring(0, colon), field.substring(colon + 1).strip());
            at = end < 0 ? value.length() : end + 1;
        }
        return fields;
    }

    /** A length of time such as {@code 20ms} in nanoseconds. */
    static long nanos(String duration) {
        Matcher amount = amount(duration);
        long unit =
                switch (amount.group(2)) {
                    case "us" -> 1_000L;
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default -> 1L;
                };
        return Math.multiplyExact(Long.parseLong(amount.group(1)), unit);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (knob, value) -> text.append(knob.word()).append('=').append(value).append(' '));
        return text.toString().strip();
    }

    private static Knob knob(String word) {
        Knob knob = Knob.find(word);
        if (knob == null) {
            throw new IllegalArgumentException("no such knob: " + word);
        }
        return knob;
    }

    private static String value(Matcher matcher) {
        String quoted = matcher.group(2);
        if (quoted != null) {
            return ESCAPE.matcher(quoted).replaceAll("$1");
        }
        String plain = matcher.group(3);
        return plain == null ? "yes" : plain;
    }

    private static void check(Knob knob, String value) {
        if (!knob.takes(value)) {
            throw new IllegalArgumentException(
                    knob.word() + " does not take " + value + ", it takes " + knob.form());
        }
    }

    private static Matcher amount(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            throw new IllegalArgumentException("not an amount: " + text);
        }
        return amount;
    }
}
