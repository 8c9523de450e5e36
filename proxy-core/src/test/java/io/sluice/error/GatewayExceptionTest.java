package io.sluice.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GatewayExceptionTest {

    @Test
    void carriesNoStackTrace() {
        GatewayException e = new GatewayException(ErrorCode.INVALID_PARAMETER, "no", "model");
        e.addSuppressed(new IllegalStateException());

        assertThat(e.getStackTrace()).isEmpty();
        assertThat(e.getSuppressed()).isEmpty();
        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(e.text()).isEqualTo("no");
        assertThat(e.parameter()).isEqualTo("model");
    }

    @Test
    void mayNameNoParameter() {
        assertThat(new GatewayException(ErrorCode.OVERLOADED, "full").parameter()).isNull();
    }
}
