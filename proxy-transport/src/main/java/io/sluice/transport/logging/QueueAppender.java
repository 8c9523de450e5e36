package io.sluice.transport.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;

/** Hands log events to the thread that writes them. Safe for any thread. */
final class QueueAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final LogQueue<ILoggingEvent> queue;

    QueueAppender(LogQueue<ILoggingEvent> queue) {
        this.queue = queue;
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        queue.offer(event);
    }

    @Override
    public void stop() {
        super.stop();
        queue.close();
    }
}
