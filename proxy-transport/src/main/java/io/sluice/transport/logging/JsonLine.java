package io.sluice.transport.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes JSON objects, each as one line. Not thread-safe. */
final class JsonLine {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MICROS_PER_MILLI = 1_000;
    private static final int MICROS_PER_MILLI_DIGITS = 3;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final StringBuilder decimal = new StringBuilder();
    private JsonGenerator json;

    JsonLine() {
        this.json = generator(bytes);
    }

    private static JsonGenerator generator(ByteArrayOutputStream bytes) {
        try {
            return JSON.createGenerator(bytes).setRootValueSeparator(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a line consists of. */
    @FunctionalInterface
    interface Content {
        void writeTo(JsonLine line) throws IOException;
    }

    /**
     * The bytes of a line of its own, its line feed included.
     *
     * @throws UncheckedIOException where {@code content} throws
     */
    static byte[] of(Content content) {
        return new JsonLine().next(content);
    }

    /**
     * The bytes of the next line, its line feed included.
     *
     * @throws UncheckedIOException where {@code content} throws
     */
    byte[] next(Content content) {
        bytes.reset();
        boolean isWhole = false;
        try {
            json.writeStartObject();
            content.writeTo(this);
            json.writeEndObject();
            json.flush();
            isWhole = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!isWhole) {
                json = generator(bytes);
            }
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    void text(String name, @Nullable String value) throws IOException {
        text(name, value, LogText.MAX_LENGTH);
    }

    void text(String name, @Nullable String value, int maxLength) throws IOException {
        json.writeStringField(name, value == null ? null : LogText.clean(value, maxLength));
    }

    void number(String name, long value) throws IOException {
        json.writeNumberField(name, value);
    }

    /**
     * Milliseconds to three digits, or {@code null} where the duration is below zero.
     *
     * @throws IOException never, as memory is written to
     */
    void millis(String name, long nanos) throws IOException {
        if (nanos < 0) {
            json.writeNullField(name);
        } else {
            json.writeFieldName(name);
            json.writeNumber(decimal(nanos / MICROS_PER_MILLI));
        }
    }

    private String decimal(long micros) {
        decimal.setLength(0);
        decimal.append(micros / MICROS_PER_MILLI).append('.');
        String rest = Long.toString(micros % MICROS_PER_MILLI);
        decimal.repeat('0', MICROS_PER_MILLI_DIGITS - rest.length()).append(rest);
        return decimal.toString();
    }

    void flag(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
    }

    void nothing(String name) throws IOException {
        json.writeNullField(name);
    }
}
