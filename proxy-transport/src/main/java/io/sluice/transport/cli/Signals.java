package io.sluice.transport.cli;

import io.sluice.transport.GatewayServer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * What signals do: SIGTERM and SIGINT drain the gateway, a second one ends what still runs, and
 * SIGHUP reads the configuration anew.
 */
public final class Signals {

    /*
     * A shutdown hook is told once only, so the JDK's own signal handling is used. javac warns of
     * sun.misc.Signal wherever its name stands and cannot be told not to; method handles find it
     * at run time, in the module jdk.unsupported, which exports it for this purpose.
     */

    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private Signals() {}

    /**
     * Tells the gateway of signals, in a thread of its own for each.
     *
     * @throws IllegalStateException if this runtime has no signals
     */
    public static void handle(GatewayServer gateway) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> signal = Class.forName(SIGNAL);
            Class<?> handler = Class.forName(HANDLER);
            MethodHandle newSignal =
                    lookup.findConstructor(signal, MethodType.methodType(void.class, String.class));
            MethodHandle handle =
                    lookup.findStatic(
                            signal, "handle", MethodType.methodType(handler, signal, handler));
            Object close = handlerOf("close", gateway, signal, handler);
            handle.invoke(newSignal.invoke("TERM"), close);
            handle.invoke(newSignal.invoke("INT"), close);
            handle.invoke(newSignal.invoke("HUP"), handlerOf("reload", gateway, signal, handler));
        } catch (Throwable e) {
            throw new IllegalStateException("signals cannot be handled", e);
        }
    }

    private static Object handlerOf(
            String method, GatewayServer gateway, Class<?> signal, Class<?> handler)
            throws ReflectiveOperationException {
        MethodHandle own =
                MethodHandles.lookup()
                        .findStatic(
                                Signals.class,
                                method,
                                MethodType.methodType(void.class, GatewayServer.class))
                        .bindTo(gateway);
        return MethodHandleProxies.asInterfaceInstance(
                handler, MethodHandles.dropArguments(own, 0, signal));
    }

    @SuppressWarnings("UnusedMethod")
    private static void reload(GatewayServer gateway) {
        Thread.ofPlatform().name("reload").start(() -> gateway.reload("signal"));
    }

    @SuppressWarnings("UnusedMethod")
    private static void close(GatewayServer gateway) {
        Thread.ofPlatform().name("stop").start(gateway::close);
    }
}
