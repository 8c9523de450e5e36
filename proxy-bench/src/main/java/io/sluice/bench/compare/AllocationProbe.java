package io.sluice.bench.compare;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * How many bytes of heap the event loops of another JVM have allocated: what that JVM itself counts
 * for each thread, exactly, asked for through its management agent.
 *
 * <p>Asking allocates too, but on threads of its own, which are not counted.
 */
final class AllocationProbe implements AutoCloseable {

    private static final String LOOPS = "data-";

    private final JMXConnector connector;
    private final MBeanServerConnection server;
    private final ObjectName threads;
    private final long[] loops;

    private AllocationProbe(JMXConnector connector) throws IOException, JMException {
        this.connector = connector;
        server = connector.getMBeanServerConnection();
        threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
        loops = loops();
    }

    /**
     * Attaches to a JVM.
     *
     * @throws IOException if it does not let itself be attached to
     */
    // The address comes from a process that this one has started.
    @SuppressWarnings("BanJNDI")
    static AllocationProbe attach(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                String address = machine.startLocalManagementAgent();
                return new AllocationProbe(JMXConnectorFactory.connect(new JMXServiceURL(address)));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | JMException e) {
            throw new IOException("cannot ask process " + pid + " for its allocation", e);
        }
    }

    private long[] loops() throws IOException, JMException {
        long[] all = (long[]) server.getAttribute(threads, "AllThreadIds");
        Object named =
                server.invoke(
                        threads,
                        "getThreadInfo",
                        new Object[] {all},
                        new String[] {long[].class.getName()});
        List<Long> found = new ArrayList<>();
        for (CompositeData one : (CompositeData[]) named) {
            if (one != null && String.valueOf(one.get("threadName")).startsWith(LOOPS)) {
                found.add((Long) one.get("threadId"));
            }
        }
        if (found.isEmpty()) {
            throw new IOException("the gateway has no thread named " + LOOPS + "N");
        }
        return found.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Bytes allocated by all event loops so far.
     *
     * @throws IOException if the gateway does not say
     */
    long allocatedBytes() throws IOException {
        try {
            Object bytes =
                    server.invoke(
                            threads,
                            "getThreadAllocatedBytes",
                            new Object[] {loops},
                            new String[] {long[].class.getName()});
            return Arrays.stream((long[]) bytes).sum();
        } catch (JMException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
