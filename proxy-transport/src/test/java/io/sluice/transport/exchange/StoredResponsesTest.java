package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.TargetFixture;
import org.junit.jupiter.api.Test;

class StoredResponsesTest {

    private final StoredResponses responses = new StoredResponses();
    private final StoredResponses.Stored stored =
            new StoredResponses.Stored(new TargetFixture().build(), "gpt", "ci");

    @Test
    void areFound_byTheirOwnerOnly() {
        responses.add("resp_1", stored);

        assertThat(responses.find("resp_1", "ci")).isEqualTo(stored);
        assertThat(responses.find("resp_1", "other")).isNull();
        assertThat(responses.find("resp_2", "ci")).isNull();
    }

    @Test
    void areForgotten() {
        responses.add("resp_1", stored);
        responses.remove("resp_1");
        responses.remove("resp_1");

        assertThat(responses.find("resp_1", "ci")).isNull();
    }
}
