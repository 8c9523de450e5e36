package io.sluice.transport.upstream;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.sluice.transport.loop.TransportType;
import java.net.InetSocketAddress;

/** Finds providers' addresses without blocking, and keeps them as long as DNS says. */
public final class UpstreamResolver {

    private static final int MIN_TTL_SECONDS = 1;
    private static final int MAX_TTL_SECONDS = 300;
    private static final int NEGATIVE_TTL_SECONDS = 1;

    private UpstreamResolver() {}

    /** A resolver for all loops; each keeps what it finds. */
    public static AddressResolverGroup<InetSocketAddress> newGroup(TransportType transport) {
        return new DnsAddressResolverGroup(
                new DnsNameResolverBuilder()
                        .datagramChannelFactory(transport::newDatagramChannel)
                        .socketChannelFactory(transport::newClientChannel)
                        .ttl(MIN_TTL_SECONDS, MAX_TTL_SECONDS)
                        .negativeTtl(NEGATIVE_TTL_SECONDS));
    }
}
