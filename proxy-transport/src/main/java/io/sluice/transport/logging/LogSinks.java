package io.sluice.transport.logging;

import ch.qos.logback.core.Context;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Where lines of a log end up. Each sink is written by one thread, which flushes it. */
final class LogSinks {

    private static final int STREAM_BUFFER_BYTES = 64 << 10;

    /** The least: a file is longer than its limit by what is buffered when it is looked at. */
    private static final int FILE_BUFFER_BYTES = 8 << 10;

    private LogSinks() {}

    /** A sink that writes to {@code out} and never closes it. */
    static <E> OutputStreamAppender<E> stream(
            Context context, String name, Encoder<E> encoder, OutputStream out) {
        OutputStreamAppender<E> appender = new OutputStreamAppender<>();
        prepare(appender, context, name, encoder);
        appender.setOutputStream(new Unclosed(out));
        appender.start();
        return appender;
    }

    /**
     * A sink that writes to {@code file} and renames it to {@code file.1}, the one before to {@code
     * file.2} and so on when it has grown to {@code fileBytes}.
     *
     * @param files renamed files that are kept
     * @throws UncheckedIOException where the file cannot be written
     */
    static <E> OutputStreamAppender<E> rolling(
            Context context,
            String name,
            Encoder<E> encoder,
            Path file,
            long fileBytes,
            int files) {
        RollingFileAppender<E> appender = new RollingFileAppender<>();
        prepare(appender, context, name, encoder);
        appender.setFile(file.toString());
        appender.setBufferSize(
                new FileSize(Math.clamp(fileBytes / 64, FILE_BUFFER_BYTES, STREAM_BUFFER_BYTES)));

        FixedWindowRollingPolicy window = new Window(files);
        window.setContext(context);
        window.setParent(appender);
        window.setFileNamePattern(file + ".%i");
        window.start();

        SizeBasedTriggeringPolicy<E> size = new Size<>(fileBytes);
        size.setContext(context);
        size.setMaxFileSize(new FileSize(fileBytes));
        size.setCheckIncrement(Duration.buildByMilliseconds(0));
        size.start();

        appender.setRollingPolicy(window);
        appender.setTriggeringPolicy(size);
        appender.start();
        if (!appender.isStarted()) {
            throw new UncheckedIOException(new IOException("log file cannot be written: " + file));
        }
        return appender;
    }

    /** Sends to the operating system what {@code appender} has written. */
    static void flush(OutputStreamAppender<?> appender) {
        try {
            OutputStream out = appender.getOutputStream();
            if (out != null) {
                out.flush();
            }
        } catch (IOException e) {
            appender.addError("flush failed", e);
        }
    }

    private static <E> void prepare(
            OutputStreamAppender<E> appender, Context context, String name, Encoder<E> encoder) {
        encoder.setContext(context);
        encoder.start();
        appender.setContext(context);
        appender.setName(name);
        appender.setEncoder(encoder);
        appender.setImmediateFlush(false);
    }

    /** A window without the library's ceiling of twenty files. */
    private static final class Window extends FixedWindowRollingPolicy {

        private final int files;

        Window(int files) {
            this.files = Math.max(1, files);
            setMinIndex(1);
            setMaxIndex(this.files);
        }

        @Override
        protected int getMaxWindowSize() {
            return files;
        }
    }

    /**
     * Looks at the file's size only when the lines since the last look could have filled it:
     * looking is a system call, and cost as much as writing the line.
     */
    private static final class Size<E> extends SizeBasedTriggeringPolicy<E> {

        private static final long LONG_LINE_BYTES = 8 << 10;

        private final long maxBytes;
        private long unseenLines;

        Size(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public boolean isTriggeringEvent(File file, E event) {
            if (unseenLines > 0) {
                unseenLines--;
                return false;
            }
            unseenLines = Math.max(0, (maxBytes - file.length()) / LONG_LINE_BYTES);
            return super.isTriggeringEvent(file, event);
        }
    }

    /** A buffered stream whose end is not the end of the stream below. */
    private static final class Unclosed extends FilterOutputStream {

        Unclosed(OutputStream out) {
            super(new BufferedOutputStream(out, STREAM_BUFFER_BYTES));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
