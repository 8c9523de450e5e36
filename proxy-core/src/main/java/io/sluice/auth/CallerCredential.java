package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.HeaderName;
import io.sluice.http.QueryString;
import io.sluice.http.RequestHead;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The key that a caller sends, in whichever field, or query, its dialect puts it. */
public final class CallerCredential {

    private static final HeaderName[] KEY_FIELDS = {
        HeaderName.API_KEY, HeaderName.X_API_KEY, HeaderName.X_GOOG_API_KEY
    };
    private static final String BEARER = "bearer";

    private static final int FIELD_BITS = 32;
    private static final long NONE = -1;

    private CallerCredential() {}

    /**
     * The key of a request, or {@code null} if it carries none. Allocates.
     *
     * @throws GatewayException if it carries two that differ
     */
    public static @Nullable String find(RequestHead head) {
        long place = locate(head);
        String inField = place < 0 ? null : head.value(field(place)).substring(from(place));
        String inQuery = inQuery(head);
        if (inQuery == null) {
            return inField;
        }
        if (inField != null && !isSame(head, place, inQuery)) {
            throw conflict();
        }
        return inQuery;
    }

    /** The key in the query, where Gemini's clients may put it; {@code null} if there is none. */
    static @Nullable String inQuery(RequestHead head) {
        String key = QueryString.parameter(head.query(), "key");
        return key == null || key.isEmpty() ? null : key;
    }

    /** Whether the key at a place is that one. */
    static boolean isSame(RequestHead head, long place, String key) {
        return MessageDigest.isEqual(
                head.value(field(place)).substring(from(place)).getBytes(UTF_8),
                key.getBytes(UTF_8));
    }

    static GatewayException conflict() {
        return new GatewayException(
                ErrorCode.CONFLICTING_CREDENTIALS,
                "the request carries two API keys that differ; send one");
    }

    /**
     * Where the key of a request begins, for {@link #field} and {@link #from}; it ends with its
     * field. Negative if there is none. Allocates nothing.
     *
     * @throws GatewayException if it carries two that differ
     */
    static long locate(RequestHead head) {
        long found = NONE;
        for (int i = head.find(HeaderName.AUTHORIZATION);
                i >= 0;
                i = head.findNext(HeaderName.AUTHORIZATION, i)) {
            found = merge(head, found, i, behindScheme(head, i));
        }
        for (HeaderName name : KEY_FIELDS) {
            for (int i = head.find(name); i >= 0; i = head.findNext(name, i)) {
                found = merge(head, found, i, 0);
            }
        }
        return found;
    }

    /** The header field of a place. */
    static int field(long place) {
        return (int) (place >>> FIELD_BITS);
    }

    /** The offset in its value. */
    static int from(long place) {
        return (int) place;
    }

    /** Where the key begins behind the scheme; some clients send an empty one. */
    private static int behindScheme(RequestHead head, int field) {
        int length = head.valueLength(field);
        int at = BEARER.length();
        boolean isBearer =
                head.valueStartsWith(field, BEARER)
                        && (length == at || head.valueByte(field, at) == ' ');
        if (!isBearer) {
            return 0;
        }
        while (at < length && isBlank(head.valueByte(field, at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte one) {
        return one == ' ' || one == '\t';
    }

    private static long merge(RequestHead head, long found, int field, int from) {
        if (from == head.valueLength(field)) {
            return found;
        }
        if (found >= 0 && !isSame(head, found, field, from)) {
            throw conflict();
        }
        return (long) field << FIELD_BITS | from;
    }

    private static boolean isSame(RequestHead head, long place, int field, int from) {
        int other = field(place);
        int length = head.valueLength(field) - from;
        int difference = head.valueLength(other) - from(place) ^ length;
        for (int i = 0; difference == 0 && i < length; i++) {
            difference |= head.valueByte(field, from + i) ^ head.valueByte(other, from(place) + i);
        }
        return difference == 0;
    }
}
