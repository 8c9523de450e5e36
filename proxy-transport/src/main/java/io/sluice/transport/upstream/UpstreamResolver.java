package io.sluice.transport.upstream;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.sluice.transport.loop.TransportType;
import java.net.InetSocketAddress;

/** Finds providers' addresses without blocking, and keeps them as long as DNS says. */
public final class UpstreamResolver {

    private static final int MIN_TTL_SECONDS = 1;
    private static final int MAX_TTL_SECONDS = 300;
    private static final int NEGATIVE_TTL_SECONDS = 1;

    private UpstreamResolver() {}

    /**
     * A resolver for all loops, with what they find shared, that asks the system's name servers.
     */
    public static AddressResolverGroup<InetSocketAddress> newGroup(TransportType transport) {
        return newGroup(transport, DnsServerAddressStreamProviders.platformDefault());
    }

    /**
     * Like {@link #newGroup(TransportType)}.
     *
     * @param servers the name servers to ask
     */
    static AddressResolverGroup<InetSocketAddress> newGroup(
            TransportType transport, DnsServerAddressStreamProvider servers) {
        return new DnsAddressResolverGroup(
                new DnsNameResolverBuilder()
                        .datagramChannelFactory(transport::newDatagramChannel)
                        .socketChannelFactory(transport::newClientChannel)
                        .nameServerProvider(servers)
                        .ttl(MIN_TTL_SECONDS, MAX_TTL_SECONDS)
                        .negativeTtl(NEGATIVE_TTL_SECONDS));
    }
}
