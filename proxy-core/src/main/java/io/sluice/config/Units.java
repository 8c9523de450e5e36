package io.sluice.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers with units, read and written. */
final class Units {

    private static final Pattern AMOUNT =
            Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?) ?([A-Za-z]{0,5})");
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Map<String, Duration> TIMES = new LinkedHashMap<>();
    private static final Map<String, Long> SIZES = new LinkedHashMap<>();

    static {
        TIMES.put("d", Duration.ofDays(1));
        TIMES.put("h", Duration.ofHours(1));
        TIMES.put("m", Duration.ofMinutes(1));
        TIMES.put("s", Duration.ofSeconds(1));
        TIMES.put("ms", Duration.ofMillis(1));
        SIZES.put("TiB", 1L << 40);
        SIZES.put("GiB", 1L << 30);
        SIZES.put("MiB", 1L << 20);
        SIZES.put("KiB", 1L << 10);
        SIZES.put("TB", 1_000_000_000_000L);
        SIZES.put("GB", 1_000_000_000L);
        SIZES.put("MB", 1_000_000L);
        SIZES.put("KB", 1_000L);
        SIZES.put("B", 1L);
    }

    private Units() {}

    /**
     * The time that {@code text} says, or {@code null} if it says none.
     *
     * @param bareUnit what a number without a unit counts; {@code null} where it needs one
     */
    static @Nullable Duration duration(String text, @Nullable Duration bareUnit) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return null;
        }
        BigDecimal number = new BigDecimal(amount.group(1));
        Duration unit =
                amount.group(2).isEmpty()
                        ? number.signum() == 0 ? Duration.ZERO : bareUnit
                        : TIMES.get(amount.group(2));
        if (unit == null) {
            return null;
        }
        BigDecimal nanos = number.multiply(BigDecimal.valueOf(unit.toNanos()));
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return null;
        }
        Duration duration = Duration.ofNanos(nanos.longValue());
        return duration.compareTo(LONGEST) > 0 ? null : duration;
    }

    /** The bytes that {@code text} says, or {@code null} if it says none. */
    static @Nullable Long bytes(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return null;
        }
        String unit = amount.group(2);
        Long factor = unit.isEmpty() ? Long.valueOf(1) : sizeOf(unit);
        if (factor == null) {
            return null;
        }
        BigDecimal bytes = new BigDecimal(amount.group(1)).multiply(BigDecimal.valueOf(factor));
        boolean whole = bytes.stripTrailingZeros().scale() <= 0;
        return whole && bytes.compareTo(BigDecimal.valueOf(1L << 60)) <= 0
                ? Long.valueOf(bytes.longValue())
                : null;
    }

    private static @Nullable Long sizeOf(String unit) {
        return SIZES.entrySet().stream()
                .filter(size -> size.getKey().equalsIgnoreCase(unit))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** {@code duration} as {@link #duration} reads it, in the largest unit that fits. */
    static String write(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        for (Map.Entry<String, Duration> time : TIMES.entrySet()) {
            if (duration.toNanos() % time.getValue().toNanos() == 0) {
                return duration.toNanos() / time.getValue().toNanos() + time.getKey();
            }
        }
        BigDecimal millis = BigDecimal.valueOf(duration.toNanos(), 6).stripTrailingZeros();
        return millis.toPlainString() + "ms";
    }

    /** {@code bytes} as {@link #bytes} reads it, in the largest binary unit that fits. */
    static String write(long bytes) {
        for (Map.Entry<String, Long> size : SIZES.entrySet()) {
            boolean binary = size.getKey().toLowerCase(Locale.ROOT).contains("i");
            if (binary && bytes >= size.getValue() && bytes % size.getValue() == 0) {
                return bytes / size.getValue() + size.getKey();
            }
        }
        return Long.toString(bytes);
    }
}
