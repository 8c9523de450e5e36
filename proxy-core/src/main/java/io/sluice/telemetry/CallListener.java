package io.sluice.telemetry;

/** Is told of each finished call, on the event loop that served it. Must not block. */
@FunctionalInterface
public interface CallListener {

    void onCallFinished(CallRecord call);
}
