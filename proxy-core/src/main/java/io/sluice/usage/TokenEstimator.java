package io.sluice.usage;

import io.sluice.json.TextSample;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds how many tokens calls have used of which no provider said it: counts a sample of the text
 * on a thread of its own, and extrapolates by bytes.
 *
 * <p>Safe for any thread. What finds no room in its queue is estimated by bytes alone, at once.
 */
public final class TokenEstimator implements AutoCloseable {

    /** The name of its thread. */
    public static final String THREAD = "token-estimate";

    private static final int BYTES_PER_TOKEN = 4;
    private static final int QUEUE = 4096;

    private final ThreadPoolExecutor worker;

    /** An estimator that loads encodings when they are needed, or before: {@link #prepare}. */
    public TokenEstimator() {
        worker =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE),
                        Thread.ofPlatform().daemon().name(THREAD).factory());
    }

    /**
     * Begins to load the newest encoding, on the estimator's thread. It takes a quarter of a second
     * of a processor, so that it is not done while a gateway starts.
     */
    public void prepare() {
        worker.execute(() -> TokenCounter.count("", "warm"));
    }

    /**
     * What is known of a call without usage.
     *
     * @param model as the provider names it
     * @param request what went in; only read until the estimate is told
     * @param output the text that came out; only read until the estimate is told
     * @param unreadBytes what came out but could not be read: an answer that is compressed
     */
    public record Sample(
            String model, RequestSample request, TextSample output, long unreadBytes) {}

    /**
     * Estimates, and tells {@code then} on the estimator's thread; on this one, before it returns,
     * where the queue is full.
     */
    public void estimate(Sample sample, Consumer<Usage> then) {
        try {
            worker.execute(() -> then.accept(counted(sample)));
        } catch (RejectedExecutionException _) {
            then.accept(ofBytes(sample));
        }
    }

    /** The estimate that takes no time: four bytes are a token. */
    public static Usage ofBytes(Sample sample) {
        return usage(
                tokens(sample.request().bodyBytes()),
                tokens(sample.output().bytes()) + tokens(sample.unreadBytes()));
    }

    /** Ends the thread once what is queued has been told. */
    @Override
    public void close() {
        worker.shutdown();
    }

    private static Usage counted(Sample sample) {
        long output = extrapolated(sample.model(), sample.output());
        return usage(input(sample), output + tokens(sample.unreadBytes()));
    }

    private static long input(Sample sample) {
        RequestSample request = sample.request();
        TextSample text = request.text();
        long counted = TokenCounter.count(sample.model(), text.text());
        if (request.bodyBytes() <= request.sampledBytes()) {
            return counted;
        }
        return counted == 0
                ? tokens(request.bodyBytes())
                : scaled(counted, request.bodyBytes(), request.sampledBytes());
    }

    private static long extrapolated(String model, TextSample text) {
        int sampled = text.sampledBytes();
        if (sampled == 0) {
            return tokens(text.bytes());
        }
        long counted = TokenCounter.count(model, text.text());
        return text.bytes() == sampled ? counted : scaled(counted, text.bytes(), sampled);
    }

    private static long scaled(long tokens, long allBytes, long sampledBytes) {
        return Math.min(tokens * allBytes / sampledBytes, Usage.MAX_TOKENS);
    }

    private static long tokens(long bytes) {
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }

    private static Usage usage(long input, long output) {
        Usage usage = new Usage();
        usage.setOrigin(Usage.Origin.ESTIMATED);
        usage.setInputTokens(input);
        usage.setOutputTokens(output);
        usage.setCount(Usage.Extra.REQUESTS, 1);
        return usage;
    }
}
