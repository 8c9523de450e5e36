package io.sluice.transport.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of the gateway's own log are written, by package, while the gateway runs.
 *
 * <p>Safe for any thread. What is set here is forgotten when the process ends.
 */
public final class LogLevels {

    /** The name under which the level of everything without one of its own is set. */
    public static final String ROOT = "root";

    private static final int MAX_CHANGED = 200;
    private static final int MAX_NAME = 200;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*");

    /** Libraries that tell of each start what says nothing to an operator. */
    private static final Map<String, Level> TALKATIVE =
            Map.of(
                    "com.zaxxer.hikari",
                    Level.WARN,
                    "org.flywaydb",
                    Level.WARN,
                    "io.lettuce",
                    Level.ERROR,
                    "reactor",
                    Level.WARN);

    private final LoggerContext context;
    private Map<String, Level> configured;
    private final Map<String, Level> changed = new TreeMap<>();

    /**
     * The levels of a context, set to {@code configured}.
     *
     * @param configured the levels to which {@link #reset} goes back, {@link #ROOT}'s among them
     */
    LogLevels(LoggerContext context, Map<String, Level> configured) {
        this.context = context;
        this.configured = Map.copyOf(configured);
        TALKATIVE.forEach(this::apply);
        configured.forEach(this::apply);
    }

    /** Goes by other configured levels; what was set by hand stays. */
    synchronized void configure(Map<String, Level> next) {
        for (String name : configured.keySet()) {
            if (!next.containsKey(name) && !changed.containsKey(name)) {
                apply(name, TALKATIVE.get(name));
            }
        }
        configured = Map.copyOf(next);
        next.forEach((name, level) -> {
            if (!changed.containsKey(name)) {
                apply(name, level);
            }
        });
    }

    /** The levels that are set, by package, in lower case. */
    public synchronized Map<String, String> levels() {
        Map<String, String> levels = new TreeMap<>();
        configured.forEach((name, level) -> levels.put(name, word(level)));
        changed.forEach((name, level) -> levels.put(name, word(level)));
        return levels;
    }

    /** The packages whose level differs from the configured one by {@link #set}. */
    public synchronized Map<String, String> changed() {
        Map<String, String> levels = new TreeMap<>();
        changed.forEach((name, level) -> levels.put(name, word(level)));
        return levels;
    }

    /**
     * Sets the level of a package and of all below it that have none of their own.
     *
     * @throws IllegalArgumentException where the name is no package's, the level unknown, or too
     *     many packages were changed; the message is fit for the operator
     */
    public synchronized void set(String name, String level) {
        checkName(name);
        Level parsed = parse(level);
        if (!changed.containsKey(name) && changed.size() == MAX_CHANGED) {
            throw new IllegalArgumentException(
                    "the levels of " + MAX_CHANGED + " packages are changed already; reset some");
        }
        changed.put(name, parsed);
        apply(name, parsed);
    }

    /** Takes a change back; whether there was one. */
    public synchronized boolean reset(String name) {
        if (changed.remove(name) == null) {
            return false;
        }
        Level level = configured.get(name);
        apply(name, level == null ? TALKATIVE.get(name) : level);
        return true;
    }

    /**
     * The level of that name, in whatever case.
     *
     * @throws IllegalArgumentException where there is none
     */
    static Level parse(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "trace" -> Level.TRACE;
            case "debug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "warn" -> Level.WARN;
            case "error" -> Level.ERROR;
            case "off" -> Level.OFF;
            default ->
                    throw new IllegalArgumentException(
                            "level must be trace, debug, info, warn, error or off");
        };
    }

    private static void checkName(String name) {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a package's name is needed, such as io.sluice.transport, or " + ROOT);
        }
    }

    private void apply(String name, @Nullable Level level) {
        boolean root = name.equals(ROOT);
        Logger logger = context.getLogger(root ? org.slf4j.Logger.ROOT_LOGGER_NAME : name);
        logger.setLevel(level);
    }

    private static String word(Level level) {
        return level.toString().toLowerCase(Locale.ROOT);
    }
}
