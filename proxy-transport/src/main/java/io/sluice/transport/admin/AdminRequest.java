package io.sluice.transport.admin;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request for the management of the gateway, whichever listener took it.
 *
 * @param method in upper case
 * @param path as it stands in the request line, without the query, still percent-encoded
 * @param query without its question mark, empty where there is none
 * @param headers from a field name in lower case to the first value, or {@code null}; must answer
 *     on any thread
 * @param body the whole body, bounded by the listener; not changed any more
 * @param local whether the peer's address is a loopback address
 */
// Nobody compares two of these, and the array is handed on, not shared.
@SuppressWarnings("ArrayRecordComponent")
public record AdminRequest(
        String method,
        String path,
        String query,
        HeaderLookup headers,
        byte[] body,
        boolean local) {

    /** The first value of a header by its name in lower case. */
    @FunctionalInterface
    public interface HeaderLookup {
        @Nullable String find(String name);
    }

    public @Nullable String header(String name) {
        return headers.find(name);
    }

    /** The body as UTF-8 text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * Whether the request comes from this machine and not through a proxy on it that speaks for
     * others.
     */
    public boolean isFromThisMachine() {
        return local
                && header("forwarded") == null
                && header("x-forwarded-for") == null
                && header("x-real-ip") == null;
    }
}
