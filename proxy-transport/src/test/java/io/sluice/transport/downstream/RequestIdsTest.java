package io.sluice.transport.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.HeaderName;
import io.sluice.testing.Heads;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "req_1", "0af7651916cd43dd8448eb211c80319c", "<x>", "a/b=c"})
    void areTakenOver(String id) {
        assertThat(find(id)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "a\"b", "a\\b", "gr\u00fc\u00df"})
    void areMade_whereTheirsCannotStandInAHeaderOrLog(String id) {
        assertThat(find(id)).isNull();
    }

    @Test
    void areBounded() {
        assertThat(find("x".repeat(128))).hasSize(128);
        assertThat(find("x".repeat(129))).isNull();
        assertThat(RequestIds.find(Heads.post("/"), HeaderName.X_REQUEST_ID)).isNull();
    }

    private static @Nullable String find(String id) {
        return RequestIds.find(Heads.post("/", "X-Request-Id: " + id), HeaderName.X_REQUEST_ID);
    }
}
