package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.util.ArrayList;
import java.util.List;

/** Books that keep what they are told, with as much room as a test leaves them. */
final class RecordedAttempts implements AttemptListener {

    private final List<AttemptReport> settled = new ArrayList<>();
    private final List<AttemptReport> open = new ArrayList<>();
    private final List<BackgroundWork.Origin> works = new ArrayList<>();
    private boolean isWorkRefused;
    private Admission room = Admission.ADMITTED;

    /** Says this to whatever is to be admitted from here on. */
    void answer(Admission admission) {
        room = admission;
    }

    /** The attempts that were settled, in that order. */
    List<AttemptReport> settled() {
        return settled;
    }

    void checkThatAllAreSettled() {
        assertThat(open).as("attempts that were never settled").isEmpty();
    }

    @Override
    public Admission onAdmit(AttemptReport attempt) {
        if (room == Admission.ADMITTED) {
            open.add(attempt);
        }
        return room;
    }

    @Override
    public void onProgress(AttemptReport attempt) {
        assertThat(open).contains(attempt);
    }

    /** Whether there is no room for what responses used. */
    void refuseWork(boolean refuses) {
        isWorkRefused = refuses;
    }

    /** What was told of responses that were made in the background. */
    List<BackgroundWork.Origin> works() {
        return works;
    }

    @Override
    public boolean onWork(
            AttemptReport attempt,
            String model,
            BackgroundWork.Origin origin,
            Usage used,
            CallCost cost) {
        if (!isWorkRefused) {
            works.add(origin);
        }
        return !isWorkRefused;
    }

    @Override
    public void onSettle(AttemptReport attempt) {
        assertThat(open.remove(attempt)).as("settled once, and admitted before").isTrue();
        settled.add(attempt);
    }
}
