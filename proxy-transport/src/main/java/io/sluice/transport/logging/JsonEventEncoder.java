package io.sluice.transport.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/** A line of the gateway's own log as JSON. Its key-value pairs stand beside the fixed fields. */
final class JsonEventEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = new byte[0];
    private static final int MAX_MESSAGE = 8 << 10;
    private static final int MAX_TRACE = 64 << 10;
    private static final int MAX_PAIRS = 32;
    private static final Set<String> FIXED =
            Set.of("timestamp", "level", "logger", "thread", "message", "exception");

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return JsonLine.of(line -> write(event, line));
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static void write(ILoggingEvent event, JsonLine line) throws IOException {
        line.text("timestamp", event.getInstant().toString());
        line.text("level", event.getLevel().toString());
        line.text("logger", event.getLoggerName());
        line.text("thread", event.getThreadName());
        line.text("message", event.getFormattedMessage(), MAX_MESSAGE);
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs.subList(0, Math.min(MAX_PAIRS, pairs.size()))) {
                writePair(pair, line);
            }
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.text("exception", ThrowableProxyUtil.asString(thrown), MAX_TRACE);
        }
    }

    private static void writePair(KeyValuePair pair, JsonLine line) throws IOException {
        String name = FIXED.contains(pair.key) ? pair.key + "_" : pair.key;
        switch (pair.value) {
            case Integer number -> line.number(name, number);
            case Long number -> line.number(name, number);
            case Boolean flag -> line.flag(name, flag);
            case null -> line.nothing(name);
            default -> line.text(name, pair.value.toString());
        }
    }
}
