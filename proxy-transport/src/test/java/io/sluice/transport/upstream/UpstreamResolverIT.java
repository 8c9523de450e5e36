package io.sluice.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.sluice.transport.loop.TransportType;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamResolverIT {

    private final TransportType transport = TransportType.best();
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, transport.newIoHandlerFactory());
    private final EventLoop loop = loops.next();
    private final TinyDns dns = TinyDns.start();
    private final AddressResolverGroup<InetSocketAddress> resolver =
            UpstreamResolver.newGroup(
                    transport, new SingletonDnsServerAddressStreamProvider(dns.address()));

    @AfterEach
    void stop() {
        resolver.close();
        dns.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void looksANameUpAgain_afterItsTtl() {
        dns.answer("moving.example", 1, "192.0.2.1");
        assertThat(resolved("moving.example")).isEqualTo("192.0.2.1");
        dns.answer("moving.example", 1, "192.0.2.2");

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String address = resolved("moving.example");
        while (!address.equals("192.0.2.2") && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(20_000_000);
            address = resolved("moving.example");
        }

        assertThat(address).isEqualTo("192.0.2.2");
    }

    @Test
    void keepsAnAddress_forItsTtl() {
        dns.answer("steady.example", 300, "192.0.2.1");
        assertThat(resolved("steady.example")).isEqualTo("192.0.2.1");
        int queries = dns.queries();
        dns.answer("steady.example", 300, "192.0.2.2");

        for (int i = 0; i < 10; i++) {
            assertThat(resolved("steady.example")).isEqualTo("192.0.2.1");
        }

        assertThat(dns.queries()).isEqualTo(queries);
    }

    @Test
    void asksOnce_forAllWhoWantANameAtTheSameTime() {
        dns.answer("busy.example", 300, "192.0.2.1");
        dns.hold();
        List<Future<InetSocketAddress>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(resolve("busy.example"));
        }
        dns.letGo();
        all.forEach(one -> assertThat(one.awaitUninterruptibly(20_000)).isTrue());

        assertThat(all).allMatch(Future::isSuccess);
        assertThat(dns.queries()).isLessThanOrEqualTo(2);
    }

    @Test
    void saysThatANameIsUnknown() {
        Future<InetSocketAddress> found = resolve("nowhere.example").awaitUninterruptibly();

        assertThat(found.cause()).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void knowsLocalhostAndAddresses_withoutAsking() {
        assertThat(resolved("localhost")).isEqualTo("127.0.0.1");
        assertThat(resolved("192.0.2.7")).isEqualTo("192.0.2.7");
        assertThat(resolved("2001:db8::1")).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(dns.queries()).isZero();
    }

    private Future<InetSocketAddress> resolve(String host) {
        return resolver.getResolver(loop).resolve(InetSocketAddress.createUnresolved(host, 443));
    }

    private String resolved(String host) {
        Future<InetSocketAddress> found = resolve(host);
        assertThat(found.awaitUninterruptibly(20_000)).isTrue();
        assertThat(found.cause()).isNull();
        return found.getNow().getAddress().getHostAddress();
    }
}
