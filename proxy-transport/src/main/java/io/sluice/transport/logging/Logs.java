package io.sluice.transport.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.sluice.config.LoggingSettings;
import io.sluice.telemetry.CallRecord;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The gateway's two logs: its own, and one line for each call.
 *
 * <p>Each has a bounded queue and a thread of its own. Whoever writes never waits; a line that
 * finds its queue full is dropped and counted.
 */
public final class Logs implements AutoCloseable {

    /** Lines that may wait in each of the two queues. */
    static final int QUEUE_LINES = 8192;

    private static final String STDOUT = "stdout";
    private static final String OFF = "off";
    private static final String TEXT =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSxxx} %-5level %logger{24}"
                    + " %replace(%msg %kvp){'[\\r\\n]+', ' '}%n%ex";

    private final LoggerContext context;
    private final LogQueue<ILoggingEvent> events;
    private final @Nullable LogQueue<CallRecord> calls;
    private final AccessLog accessLog;
    private final LogLevels levels;

    private Logs(LoggerContext context, LoggingSettings settings, Sinks sinks) {
        this.context = context;
        this.events = start("sluice-log", sinks.events());
        OutputStreamAppender<CallRecord> callSink = sinks.calls();
        this.calls = callSink == null ? null : start("sluice-access-log", callSink);
        this.accessLog = AccessLog.of(calls, settings.accessSample());
        this.levels = new LogLevels(context, levels(settings));
        QueueAppender appender = new QueueAppender(events);
        appender.setContext(context);
        appender.setName("gateway");
        appender.start();
        root(context).addAppender(appender);
    }

    private record Sinks(
            OutputStreamAppender<ILoggingEvent> events,
            @Nullable OutputStreamAppender<CallRecord> calls) {}

    /**
     * Sets up logging for this process, in place of what was set up before.
     *
     * @throws java.io.UncheckedIOException where a log file cannot be written
     * @throws IllegalArgumentException where a level is unknown or both logs name one file
     */
    public static Logs configure(LoggingSettings settings) {
        return configure(settings, LogFormat.ofStandardError());
    }

    /** The same, with the form of the gateway's own log given. */
    public static Logs configure(LoggingSettings settings, LogFormat format) {
        return configure(
                (LoggerContext) LoggerFactory.getILoggerFactory(),
                settings,
                format,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    static Logs configure(
            LoggerContext context,
            LoggingSettings settings,
            LogFormat format,
            OutputStream out,
            OutputStream err) {
        levels(settings);
        if (settings.access().equals(settings.file())) {
            throw new IllegalArgumentException(
                    "logging.access and logging.file name the same file: " + settings.file());
        }
        context.reset();
        Sinks sinks =
                new Sinks(
                        eventSink(context, settings, format, err),
                        callSink(context, settings, out));
        return new Logs(context, settings, sinks);
    }

    /** What is told of each finished call. */
    public AccessLog accessLog() {
        return accessLog;
    }

    public LogLevels levels() {
        return levels;
    }

    /**
     * Other levels are configured now; files and the access log stay as they are.
     *
     * @throws IllegalArgumentException where a level is unknown
     */
    public void reconfigure(LoggingSettings settings) {
        levels.configure(levels(settings));
    }

    /** Lines of the gateway's own log that were dropped because the sink did not keep up. */
    public long dropped() {
        return events.dropped();
    }

    /** Writes what is waiting, within a bound, and ends both logs. */
    @Override
    public void close() {
        events.close();
        context.stop();
        if (calls != null) {
            calls.close();
        }
    }

    private static <E> LogQueue<E> start(String name, OutputStreamAppender<E> sink) {
        return LogQueue.start(name, QUEUE_LINES, sink, () -> LogSinks.flush(sink));
    }

    private static OutputStreamAppender<ILoggingEvent> eventSink(
            LoggerContext context, LoggingSettings settings, LogFormat format, OutputStream err) {
        String file = settings.file();
        if (file == null) {
            return LogSinks.stream(context, "stderr", encoder(format), err);
        }
        return LogSinks.rolling(
                context,
                "file",
                encoder(LogFormat.JSON),
                Path.of(file),
                settings.fileBytes(),
                settings.files());
    }

    private static @Nullable OutputStreamAppender<CallRecord> callSink(
            LoggerContext context, LoggingSettings settings, OutputStream out) {
        return switch (settings.access()) {
            case OFF -> null;
            case STDOUT -> LogSinks.stream(context, "access", new AccessLogEncoder(), out);
            default ->
                    LogSinks.rolling(
                            context,
                            "access",
                            new AccessLogEncoder(),
                            Path.of(settings.access()),
                            settings.fileBytes(),
                            settings.files());
        };
    }

    private static Encoder<ILoggingEvent> encoder(LogFormat format) {
        return switch (format) {
            case JSON -> new JsonEventEncoder();
            case TEXT -> {
                PatternLayoutEncoder pattern = new PatternLayoutEncoder();
                pattern.setPattern(TEXT);
                yield pattern;
            }
        };
    }

    private static Map<String, Level> levels(LoggingSettings settings) {
        Map<String, Level> levels = new HashMap<>();
        levels.put(LogLevels.ROOT, LogLevels.parse(settings.level()));
        settings.levels().forEach((name, level) -> levels.put(name, LogLevels.parse(level)));
        return levels;
    }

    private static ch.qos.logback.classic.Logger root(LoggerContext context) {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
