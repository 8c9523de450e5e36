package io.sluice.transport.exchange;

import io.sluice.message.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What the path of a request says. Immutable.
 *
 * @param endpoint what is asked for, or {@code null} where it is not asked of a model
 * @param model the model or deployment that the path names
 * @param responseId the stored response that the path names, with what follows it: {@code
 *     resp_1/input_items}
 * @param apiVersion the {@code api-version} of an Azure client
 * @param query the query as it came, without {@code ?}
 */
public record RequestPath(
        @Nullable Endpoint endpoint,
        @Nullable String model,
        @Nullable String responseId,
        @Nullable String apiVersion,
        @Nullable String query) {

    /** A path that names no endpoint of a model. */
    public static final RequestPath LOCAL = new RequestPath(null, null, null, null, null);

    /** The stored response's id alone. */
    public String bareResponseId() {
        assert responseId != null;
        int slash = responseId.indexOf('/');
        return slash < 0 ? responseId : responseId.substring(0, slash);
    }
}
