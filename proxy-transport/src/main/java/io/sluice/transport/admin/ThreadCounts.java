package io.sluice.transport.admin;

import io.prometheus.client.Collector;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/** How many platform threads there are, under the names that dashboards know. */
final class ThreadCounts extends Collector {

    /*
     * The client library's own collector also counts threads by state and looks for deadlocks.
     * Both stop every thread for a moment at each scrape, event loops included.
     */

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Override
    public List<MetricFamilySamples> collect() {
        return List.of(
                gauge("jvm_threads_current", "Current thread count.", threads.getThreadCount()),
                gauge("jvm_threads_daemon", "Daemon threads.", threads.getDaemonThreadCount()),
                gauge("jvm_threads_peak", "Peak thread count.", threads.getPeakThreadCount()),
                counter(
                        "jvm_threads_started_total",
                        "Threads started since the process began.",
                        (double) threads.getTotalStartedThreadCount()));
    }

    private static MetricFamilySamples gauge(String name, String help, double value) {
        return family(name, Type.GAUGE, help, value);
    }

    private static MetricFamilySamples counter(String name, String help, double value) {
        return family(name, Type.COUNTER, help, value);
    }

    private static MetricFamilySamples family(String name, Type type, String help, double value) {
        return new MetricFamilySamples(
                name,
                type,
                help,
                List.of(new MetricFamilySamples.Sample(name, List.of(), List.of(), value)));
    }
}
