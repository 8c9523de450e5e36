package io.sluice.transport.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object as one line. Not thread-safe. */
final class JsonLine {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MICROS_PER_MILLI_DIGITS = 3;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final JsonGenerator json;

    private JsonLine() throws IOException {
        this.json = JSON.createGenerator(bytes);
    }

    /** What a line consists of. */
    @FunctionalInterface
    interface Content {
        void writeTo(JsonLine line) throws IOException;
    }

    /**
     * The line's bytes, its line feed included.
     *
     * @throws UncheckedIOException where {@code content} throws
     */
    static byte[] of(Content content) {
        try {
            JsonLine line = new JsonLine();
            line.json.writeStartObject();
            content.writeTo(line);
            line.json.writeEndObject();
            line.json.close();
            line.bytes.write('\n');
            return line.bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            json.writeNumberField(name, BigDecimal.valueOf(nanos / 1_000, MICROS_PER_MILLI_DIGITS));
        }
    }

    void flag(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
    }

    void nothing(String name) throws IOException {
        json.writeNullField(name);
    }
}
