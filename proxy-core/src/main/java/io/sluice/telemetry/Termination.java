package io.sluice.telemetry;

/**
 * Who ended a call, and how far it had come, in two letters as in HAProxy's log.
 *
 * @param party {@code C}lient, {@code U}pstream, {@code G}ateway, or {@code -} when the call was
 *     complete
 * @param phase {@code R}equest, {@code A}dmission, {@code C}onnect, {@code F}irst token, {@code
 *     S}tream, or {@code -} when the call was complete
 */
public record Termination(char party, char phase) {

    public static final Termination COMPLETE = new Termination('-', '-');

    /** The two letters. */
    @Override
    public String toString() {
        return new String(new char[] {party, phase});
    }
}
