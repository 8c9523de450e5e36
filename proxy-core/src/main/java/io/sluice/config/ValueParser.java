package io.sluice.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Single values, from text to the type of their key and back. */
final class ValueParser {

    private static final Pattern NUMBER =
            Pattern.compile("[-+]?[0-9_]{1,19}(?:\\.[0-9]{0,18})?(?:[eE][-+]?[0-9]{1,2})?");
    private static final Pattern MONEY = Pattern.compile("[0-9]{1,15}(?:\\.[0-9]{1,12})? [A-Z]{3}");

    private ValueParser() {}

    /** {@code text} as {@code key} takes it, or {@code null} if it does not. */
    static @Nullable Object parse(KeySpec key, String text) {
        return switch (key.type()) {
            case BOOLEAN -> bool(text);
            case INTEGER -> integer(text);
            case DECIMAL -> decimal(text);
            case DURATION -> Units.duration(text, null);
            case SECONDS -> Units.duration(text, Duration.ofSeconds(1));
            case SIZE -> Units.bytes(text);
            case MONEY -> MONEY.matcher(text).matches() ? text : null;
            case STRING -> text;
            case SECRET -> Secret.of(text);
            case ENUM -> choice(key, text);
            case STRING_LIST, STRING_MAP, SECRET_MAP, ALIAS_MAP, PRICE_MAP, BUDGET_MAP -> null;
            case POLICY_MAP, FALLBACKS -> null;
            case SECTION, SECTION_LIST, ANY -> null;
        };
    }

    /** What counts where nothing is said, or {@code null} for nothing. */
    static @Nullable Object fallback(KeySpec key) {
        return switch (key.fallback()) {
            case "null" -> null;
            case "[]" -> List.of();
            case "{}" -> Map.of();
            case "{EUR: 1.10}" -> Map.of("EUR", "1.10");
            default -> parse(key, key.fallback());
        };
    }

    /** Whether {@code value} is within what {@code key} takes. */
    static boolean isInRange(KeySpec key, Object value) {
        return switch (value) {
            case Long number -> number >= key.min() && number <= key.max();
            case BigDecimal number ->
                    number.compareTo(BigDecimal.valueOf(key.min())) >= 0
                            && number.compareTo(BigDecimal.valueOf(key.max())) <= 0;
            case Duration time -> time.toMillis() >= key.min();
            default -> true;
        };
    }

    /** {@code value} as it is shown; secrets are masked. */
    static String write(KeySpec key, @Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Duration time -> Units.write(time);
            case Long bytes when key.type() == KeyType.SIZE -> Units.write(bytes);
            case List<?> list ->
                    list.stream()
                            .map(item -> quoted(String.valueOf(item)))
                            .collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry ->
                                    quoted(String.valueOf(entry.getKey()))
                                            + ": "
                                            + item(key, entry.getValue()))
                            .sorted()
                            .collect(Collectors.joining(", ", "{", "}"));
            case String text -> quoted(text);
            default -> value.toString();
        };
    }

    private static String item(KeySpec key, @Nullable Object value) {
        if (key.isSecret()) {
            return "***";
        }
        return value instanceof AliasEntry alias
                ? "{model: " + quoted(alias.model()) + ", hidden: " + alias.hidden() + '}'
                : quoted(String.valueOf(value));
    }

    private static String quoted(String text) {
        boolean isPlain = text.matches("[A-Za-z0-9_./*@%+~-][A-Za-z0-9_./*@%+~:-]*");
        boolean isSafe = isPlain && !text.startsWith("*") && !text.startsWith("-");
        return isSafe && !text.endsWith(":")
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    /** Whether {@code text} is a word for yes. */
    static boolean isTrue(String text) {
        return Boolean.TRUE.equals(bool(text));
    }

    private static @Nullable Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "y" -> Boolean.TRUE;
            case "false", "no", "off", "n" -> Boolean.FALSE;
            default -> null;
        };
    }

    private static @Nullable BigDecimal decimal(String text) {
        String digits = text.replace("_", "");
        return NUMBER.matcher(text).matches() && digits.matches("[-+]?[0-9].*")
                ? new BigDecimal(digits)
                : null;
    }

    private static @Nullable Long integer(String text) {
        BigDecimal number = decimal(text);
        if (number == null) {
            return null;
        }
        BigDecimal whole = number.stripTrailingZeros();
        boolean fits = whole.scale() <= 0 && whole.precision() - whole.scale() <= 18;
        return fits ? Long.valueOf(whole.longValueExact()) : null;
    }

    private static @Nullable String choice(KeySpec key, String text) {
        String word = text.toLowerCase(Locale.ROOT);
        for (String choice : key.choices()) {
            boolean isPrefix = choice.endsWith(":*");
            String prefix = choice.substring(0, choice.length() - (isPrefix ? 1 : 0));
            if (isPrefix
                    ? word.startsWith(prefix) && isAmount(word, prefix)
                    : word.equals(choice)) {
                return word;
            }
        }
        return null;
    }

    private static boolean isAmount(String word, String prefix) {
        String amount = word.substring(prefix.length());
        return integer(amount) != null || Units.duration(amount, null) != null;
    }
}
