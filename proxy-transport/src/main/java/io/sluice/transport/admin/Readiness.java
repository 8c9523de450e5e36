package io.sluice.transport.admin;

/** Whether the gateway takes calls. */
public enum Readiness {
    STARTING("the gateway is starting"),
    READY("the gateway takes calls"),
    DRAINING("the gateway is stopping; calls in flight run on");

    private final String text;

    Readiness(String text) {
        this.text = text;
    }

    public boolean isReady() {
        return this == READY;
    }

    /** One sentence for an operator. */
    public String text() {
        return text;
    }
}
