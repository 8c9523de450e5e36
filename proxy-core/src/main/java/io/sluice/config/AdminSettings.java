package io.sluice.config;

/**
 * Where operators reach the gateway.
 *
 * @param port 0 takes a free one
 * @param alsoOnDataListener whether the data listener answers management paths too
 */
public record AdminSettings(String host, int port, boolean alsoOnDataListener) {

    public static final AdminSettings DEFAULT = new AdminSettings("127.0.0.1", 4001, false);
}
