package io.sluice.transport.upstream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** A call to a service that gives out credentials, bounded in time and in size. */
final class BoundedCall {

    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private BoundedCall() {}

    /**
     * Bounds head and body together; the request's own deadline ends with the head.
     *
     * @throws IOException if there is no answer in time
     * @throws InterruptedException if this thread is told to stop
     */
    static HttpResponse<byte[]> send(HttpClient client, HttpRequest request, String service)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            return sent.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(service + " did not answer in time", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String problem =
                    switch (cause) {
                        case HttpTimeoutException _ -> " did not answer in time";
                        case SSLException _ -> " could not be reached over TLS";
                        case ConnectException _ -> " could not be reached";
                        case null, default -> " gave no usable answer";
                    };
            throw new IOException(service + problem, cause);
        } finally {
            sent.cancel(true);
        }
    }
}
