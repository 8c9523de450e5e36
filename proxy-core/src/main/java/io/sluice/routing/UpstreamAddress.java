package io.sluice.routing;

/**
 * Where a provider listens. Targets with equal addresses share connections. Immutable.
 *
 * @param host a name or a literal address, without brackets
 */
public record UpstreamAddress(String host, int port, boolean tls) {

    /** The {@code Host} header for this address. */
    public String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }
}
