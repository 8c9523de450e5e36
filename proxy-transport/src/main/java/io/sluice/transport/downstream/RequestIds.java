package io.sluice.transport.downstream;

import io.sluice.http.HeaderName;
import io.sluice.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** The ids a caller gives its request. */
final class RequestIds {

    private static final int MAX_LENGTH = 128;

    private RequestIds() {}

    /**
     * The id in that field, or {@code null} if there is none that can be taken over: it goes into
     * headers and logs, so it is held to visible ASCII and 128 characters.
     */
    static @Nullable String find(RequestHead head, HeaderName name) {
        int field = head.find(name);
        if (field < 0) {
            return null;
        }
        int length = head.valueLength(field);
        if (length == 0 || length > MAX_LENGTH) {
            return null;
        }
        for (int i = 0; i < length; i++) {
            byte c = head.valueByte(field, i);
            if (c <= ' ' || c == 0x7f || c == '"' || c == '\\') {
                return null;
            }
        }
        return head.value(field);
    }
}
