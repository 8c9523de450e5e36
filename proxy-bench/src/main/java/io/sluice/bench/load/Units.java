package io.sluice.bench.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and sizes as people write them. */
public final class Units {

    private static final Pattern TIME = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("([0-9]+)(B|KiB|MiB)?");

    private Units() {}

    /**
     * The nanoseconds in a time such as {@code 300ms}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static long nanos(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a time such as 300ms: " + text);
        }
        double unit =
                switch (matcher.group(2)) {
                    case "ns" -> 1;
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "m" -> 60e9;
                    default -> 3600e9;
                };
        return (long) (Double.parseDouble(matcher.group(1)) * unit);
    }

    /**
     * The bytes in a size such as {@code 16KiB}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static int bytes(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size such as 16KiB: " + text);
        }
        String name = matcher.group(2);
        long unit = "KiB".equals(name) ? 1 << 10 : "MiB".equals(name) ? 1 << 20 : 1;
        return Math.toIntExact(Long.parseLong(matcher.group(1)) * unit);
    }
}
