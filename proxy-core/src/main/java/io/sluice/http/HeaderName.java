package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.Locale;

/**
 * The header names that the gateway acts on.
 *
 * <p>Found by length and a comparison that ignores case, so that looking one up allocates nothing.
 */
public enum HeaderName {
    HOST,
    CONTENT_LENGTH,
    TRANSFER_ENCODING(true),
    CONNECTION(true),
    KEEP_ALIVE(true),
    PROXY_CONNECTION(true),
    PROXY_AUTHENTICATE(true),
    PROXY_AUTHORIZATION(true),
    TE(true),
    TRAILER(true),
    UPGRADE(true),
    EXPECT,
    AUTHORIZATION,
    API_KEY,
    X_API_KEY,
    X_GOOG_API_KEY,
    COOKIE,
    SET_COOKIE,
    ACCEPT,
    ACCEPT_ENCODING,
    CONTENT_TYPE,
    CONTENT_ENCODING,
    USER_AGENT,
    X_REQUEST_ID,
    X_CORRELATION_ID,
    REQUEST_ID,
    RETRY_AFTER,
    RETRY_AFTER_MS,
    X_SHOULD_RETRY,
    ORIGIN,
    ACCESS_CONTROL_REQUEST_METHOD,
    ACCESS_CONTROL_REQUEST_HEADERS,
    VARY,
    DATE,
    SERVER,
    SERVER_TIMING,
    VIA,
    FORWARDED,
    X_FORWARDED_FOR,
    X_FORWARDED_HOST,
    X_FORWARDED_PROTO,
    TRACEPARENT,
    TRACESTATE,
    /** Any other name. */
    OTHER;

    private static final HeaderName[][] BY_LENGTH = byLength();

    private final String wireName;
    private final boolean hopByHop;

    HeaderName() {
        this(false);
    }

    HeaderName(boolean hopByHop) {
        this.wireName = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.hopByHop = hopByHop;
    }

    /** The name in lower case, as it stands on the wire. */
    public String wireName() {
        return wireName;
    }

    /**
     * Writes the name in lower case.
     *
     * @param out borrowed
     */
    public void writeTo(ByteBuf out) {
        ByteBufUtil.writeAscii(out, wireName);
    }

    /**
     * Whether the field speaks of one connection only and is never forwarded (RFC 9110, 7.6.1,
     * 11.7; RFC 9112, 6.1 and 7.1.2).
     */
    public boolean isHopByHop() {
        return hopByHop;
    }

    /** The name that stands in {@code bytes} from {@code from} to {@code to}. */
    static HeaderName of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length >= BY_LENGTH.length) {
            return OTHER;
        }
        for (HeaderName name : BY_LENGTH[length]) {
            if (Ascii.equalsIgnoreCase(bytes, from, to, name.wireName)) {
                return name;
            }
        }
        return OTHER;
    }

    private static HeaderName[][] byLength() {
        int longest = 0;
        for (HeaderName name : values()) {
            longest = Math.max(longest, name.wireName.length());
        }
        HeaderName[][] table = new HeaderName[longest + 1][0];
        for (HeaderName name : values()) {
            if (name != OTHER) {
                HeaderName[] row = table[name.wireName.length()];
                HeaderName[] longer = Arrays.copyOf(row, row.length + 1);
                longer[row.length] = name;
                table[name.wireName.length()] = longer;
            }
        }
        return table;
    }
}
