package io.sluice.auth;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.HeaderName;
import io.sluice.http.QueryString;
import io.sluice.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** The key that a caller sends, in whichever field, or query, its dialect puts it. */
public final class CallerCredential {

    private static final HeaderName[] KEY_FIELDS = {
        HeaderName.API_KEY, HeaderName.X_API_KEY, HeaderName.X_GOOG_API_KEY
    };
    private static final String BEARER = "bearer";

    private CallerCredential() {}

    /**
     * The key of a request, or {@code null} if it carries none.
     *
     * @throws GatewayException if it carries two that differ
     */
    public static @Nullable String find(RequestHead head) {
        String found = null;
        for (int i = head.find(HeaderName.AUTHORIZATION);
                i >= 0;
                i = head.findNext(HeaderName.AUTHORIZATION, i)) {
            found = merge(found, withoutScheme(head.value(i)));
        }
        for (HeaderName name : KEY_FIELDS) {
            for (int i = head.find(name); i >= 0; i = head.findNext(name, i)) {
                found = merge(found, head.value(i));
            }
        }
        String inQuery = QueryString.parameter(head.query(), "key");
        if (inQuery != null) {
            found = merge(found, inQuery);
        }
        return found == null || found.isEmpty() ? null : found;
    }

    /** What stands behind the scheme, which may be nothing: some clients send an empty key. */
    private static String withoutScheme(String value) {
        boolean isBearer =
                value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        && (value.length() == BEARER.length()
                                || value.charAt(BEARER.length()) == ' ');
        return isBearer ? value.substring(BEARER.length()).strip() : value;
    }

    private static String merge(@Nullable String found, String next) {
        if (found == null || found.isEmpty() || found.equals(next)) {
            return next;
        }
        if (next.isEmpty()) {
            return found;
        }
        throw new GatewayException(
                ErrorCode.CONFLICTING_CREDENTIALS,
                "the request carries two API keys that differ; send one");
    }
}
