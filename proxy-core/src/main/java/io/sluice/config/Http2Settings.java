package io.sluice.config;

/**
 * HTTP/2 on the data listener (RFC 9113), by ALPN and, without TLS, with prior knowledge.
 *
 * @param enabled whether it is spoken
 * @param streams the calls at the same time on one connection
 * @param windowBytes what a client may send ahead of what was taken, for each stream
 */
public record Http2Settings(boolean enabled, int streams, int windowBytes) {

    public static final Http2Settings DEFAULT = new Http2Settings(true, 128, 256 << 10);
}
