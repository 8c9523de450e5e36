package io.sluice.transport.cli;

import io.sluice.transport.GatewayServer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** What SIGTERM and SIGINT do: the first drains the gateway, the second ends what still runs. */
public final class StopSignals {

    /*
     * A shutdown hook is told once only, so the JDK's own signal handling is used. javac warns of
     * sun.misc.Signal wherever its name stands and cannot be told not to; method handles find it
     * at run time, in the module jdk.unsupported, which exports it for this purpose.
     */

    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private StopSignals() {}

    /**
     * Closes the gateway, in a thread of its own, at each of these signals.
     *
     * @throws IllegalStateException if this runtime has no signals
     */
    public static void closeOnTerm(GatewayServer gateway) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> signal = Class.forName(SIGNAL);
            Class<?> handler = Class.forName(HANDLER);
            MethodHandle close =
                    MethodHandles.lookup()
                            .findStatic(
                                    StopSignals.class,
                                    "close",
                                    MethodType.methodType(void.class, GatewayServer.class))
                            .bindTo(gateway);
            Object onSignal =
                    MethodHandleProxies.asInterfaceInstance(
                            handler, MethodHandles.dropArguments(close, 0, signal));
            MethodHandle newSignal =
                    lookup.findConstructor(signal, MethodType.methodType(void.class, String.class));
            MethodHandle handle =
                    lookup.findStatic(
                            signal, "handle", MethodType.methodType(handler, signal, handler));
            handle.invoke(newSignal.invoke("TERM"), onSignal);
            handle.invoke(newSignal.invoke("INT"), onSignal);
        } catch (Throwable e) {
            throw new IllegalStateException("signals cannot be handled", e);
        }
    }

    @SuppressWarnings("UnusedMethod")
    private static void close(GatewayServer gateway) {
        Thread.ofPlatform().name("stop").start(gateway::close);
    }
}
